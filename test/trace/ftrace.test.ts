import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseLine, readTrace } from 'xstate-check/traces';
import { judgeTrace } from '../../specs/traces/judge.ts';

describe('lines of a trace', () => {
  const said = (text: string) => {
    const { line, cpu, time, text: _, ...rest } = parseLine(text, 1)!;
    return rest;
  };

  it('of the function tracer', () => {
    expect(
      said(' vt-1 [001] ...1.  3.5: vfio_pci_dev_set_hot_reset.constprop.0 <-vfio_pci_core_ioctl'),
    ).toEqual({
      task: 'vt-1',
      kind: 'function',
      name: 'vfio_pci_dev_set_hot_reset',
      caller: 'vfio_pci_core_ioctl',
      fields: {},
    });
  });

  it('of probes at a function and at its return', () => {
    expect(
      said(' vt-1 [001] .....  3.5: dw: (down_write+0x4/0x60) sem=0xffff8cc14329cd98'),
    ).toMatchObject({
      kind: 'entry',
      name: 'down_write',
      fields: { sem: '0xffff8cc14329cd98' },
    });
    expect(
      said(
        ' vt-1 [001] .....  3.5: r: (vfio_pci_core_ioctl+0x7a0/0xe70 [vfio_pci_core] <- pci_reset_bus) ret=-25',
      ),
    ).toMatchObject({
      kind: 'return',
      name: 'pci_reset_bus',
      caller: 'vfio_pci_core_ioctl',
      fields: { ret: '-25' },
    });
  });

  it('of tracepoints and markers', () => {
    expect(
      said(' a b-c-7 [000] 3.5: dma_buf_export: exp_name=vfio_pci_core size=4096 ino=12'),
    ).toMatchObject({
      task: 'a b-c-7',
      kind: 'event',
      name: 'dma_buf_export',
      fields: { ino: '12', exp_name: 'vfio_pci_core' },
    });
    expect(said(' vt-1 [000] .....  3.5: tracing_mark_write: STEP a <- b')).toMatchObject({
      kind: 'marker',
      fields: { text: 'STEP a <- b' },
    });
  });

  it('a probe says who called where it has by=$stack0:symbol', () => {
    expect(
      said(
        ' vt-1 [000] ..... 6.4: up_write: (up_write+0x4/0xa0) sem=0xff by=vfio_pci_dev_set_hot_reset.constprop.0+0x98/0x200 [vfio_pci_core]',
      ),
    ).toMatchObject({
      kind: 'entry',
      name: 'up_write',
      caller: 'vfio_pci_dev_set_hot_reset',
      fields: { sem: '0xff' },
    });
    const beneathReturnProbe =
      ' vt-1 [000] ..... 6.4: f: (f+0x4/0xa0) by=arch_rethook_trampoline+0x0/0x60';
    expect(said(beneathReturnProbe)).not.toHaveProperty('caller');
  });

  it('as trace-cmd report writes them', () => {
    expect(
      said('  vt-393  [001]  37.70: function:             down_write <-- vfio_pci_core_ioctl'),
    ).toMatchObject({
      kind: 'function',
      name: 'down_write',
      caller: 'vfio_pci_core_ioctl',
    });
    expect(
      said('  vt-393  [001]  37.70: print:                tracing_mark_write: HUNG reset'),
    ).toMatchObject({
      kind: 'marker',
      fields: { text: 'HUNG reset' },
    });
  });
});

describe('what is no trace', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trace-'));
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };
  const judge = (path: string) => () => judgeTrace(() => readTrace(path));
  const LINE = ' vt-1 [001] .....  3.5: dma_buf_release <-dentry_kill\n';

  it.each([
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]), /is no text/],
    ['packed.gz', gzipSync(LINE), /is compressed by gzip; unpack it with 'gunzip' first$/],
    [
      'trace.dat',
      Buffer.from('\x17\x08\x44tracing6\0\0'),
      /is a trace\.dat; give the output of 'trace-cmd report -O ftrace:parent' instead$/,
    ],
    ['empty', '', /is no ftrace text: it has no event/],
    ['foreign', 'int main(void)\n', /is no ftrace text: line 1 is 'int main/],
    ['cut', `${LINE} vt-1 [001] ...1`, /line 2: 'vt-1 .* is no line of a trace; the file was cut/],
    [
      'short',
      `# entries-in-buffer/entries-written: 9/9   #P:2\n${LINE}`,
      /counts 9 entries, and 1 are/,
    ],
    ['lost', `${LINE}CPU:1 [LOST 12 EVENTS]\n`, /lost events at line 2/],
    [
      'other',
      ' vt-1 [001] .....  3.5: schedule <-do_nanosleep\n',
      /none of its 1 events is one of/,
    ],
  ])('%s: one sentence', (name, content, sentence) => {
    expect(judge(file(name, content))).toThrow(sentence);
  });
});
