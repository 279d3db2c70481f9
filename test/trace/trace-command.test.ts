import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type TraceOptions, traceCommand } from 'xstate-check/kernel';
import { judgeTrace } from '../../specs/traces/judge.ts';
import { violationsOf } from '../cli.fixture.ts';

const path = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.trace`, import.meta.url));
const GOOD = path('stock-7.2.13/revoke');
const BROKEN = path('broken/hot-reset-without-revoke');

function run(files: readonly string[], options: TraceOptions = {}) {
  let out = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    error: () => {},
    progress: () => {},
    colour: false,
  };
  return { status: traceCommand(judgeTrace, files, options, terminal), out: () => out };
}

it('says for each file whether it is accepted', () => {
  const { status, out } = run([GOOD]);
  expect(status).toBe(0);
  expect(out()).toMatch(/revoke\.trace accepted\n {2}84 steps explained of 150 events/);
  expect(out()).toMatch(/transitions covered: device \d+\/\d+, /);
  expect(run([GOOD, BROKEN]).status).toBe(1);
});

it('says what the trace does not tell, accepted or rejected', () => {
  const accepted = run([GOOD]).out();
  expect(accepted).toMatch(
    /What the trace does not tell:\n {4}whether an importer had a mapping .*\n.*\n {4}which fences/,
  );
  const rejected = run([path('hung/hot-reset-and-command-write')]).out();
  expect(rejected).toMatch(/What the trace does not tell:\n {4}whether these are called: no line/);
  const { traces } = JSON.parse(run([GOOD], { json: true }).out()) as {
    traces: { untold: string[] }[];
  };
  expect(traces[0]!.untold).toHaveLength(2);
});

it('shows a rejection as a run of CPUs, with the rule and what was allowed', () => {
  const text = run([BROKEN]).out();
  expect(text).toContain('line  vt-293\n');
  expect(text).toContain(
    ' 151  down_write_trylock(&vdev1->memory_lock) = 1\n 160  pci_reset_bus()   <--',
  );
  expect(text).toContain('Every buffer of a device that is reset has to be revoked before');
  expect(text).toMatch(
    /What the rules do not forbid to vt-293 there:\n(?: {2}.*\n)* {2}vfio_pci_dma_buf_move\(vdev0, true\)\n/,
  );
  expect(text).toMatch(/dma-buf 3 of vdev0: live/);
  for (const line of text.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(80);
});

it('shows three tasks and more within 75 columns, each a little to the right', () => {
  const lines = run([path('hung/hot-reset-and-command-write')])
    .out()
    .split('\n')
    .slice(1);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(75);
  expect(lines).toContain('      att0-107, dev2.owner-108, dev3.owner-109');
  const at = (text: string) => lines.find((line) => line.includes(text))!.indexOf(text);
  expect(at('vfio_pci_dma_buf_map()')).toBeLessThan(at('vfio_pci_dma_buf_move(vdev0, true)'));
  expect(at('dma_resv_wait_timeout()')).toBeLessThan(at('down_write(&vdev1->memory_lock)'));
});

it('names the task in front of each line where there are too many for columns', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'trace-')), 'twelve-tasks.trace');
  const lines = readFileSync(BROKEN, 'utf8').split('\n');
  const reset = lines.findIndex((line) => line.includes('pci_reset_bus'));
  const others = Array.from(
    { length: 11 },
    (_, i) =>
      `  w${i}-${1000 + i} [001] ..... 7.834180: vfio_pci_core_ioctl <-vfio_device_fops_unl_ioctl`,
  );
  writeFileSync(file, [...lines.slice(0, reset), ...others, ...lines.slice(reset)].join('\n'));
  const text = run([file]).out();
  expect(text).toContain('12 tasks');
  expect(text).toMatch(/^ 169 {2}w10-1010 {2}vfio_pci_core_ioctl\(\)$/m);
  expect(text).toMatch(
    /^ 171 {2}pci_reset_bus\(\) {3}<-- no run of the specification goes on like this$/m,
  );
  for (const line of text.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(80);
});

it('says what a coarse answer is worth', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'trace-')), 'many-devices.trace');
  const others = Array.from({ length: 6 }, (_, d) =>
    ['down_write', 'up_write'].map(
      (lock) =>
        `  other-7 [000] ..... 9.0: ${lock}: (${lock}+0x4/0x60) sem=0xffff8cc2${d}0000548 by=vfio_pci_memory_lock_and_enable+0x1/0x2\n`,
    ),
  ).flat();
  const probes = readFileSync(path('probes-7.3.4/hot-reset'), 'utf8');
  writeFileSync(file, others.join('') + probes);
  const { status, out } = run([file]);
  expect(status).toBe(0);
  expect(out()).toMatch(/judged coarsely: .*What\s+one of them surely does against a rule is/s);
  writeFileSync(
    file,
    others.join('') + probes.replace(/.*revoked=1 by=vfio_pci_dev_set_hot.*\n/, ''),
  );
  expect(run([file]).status).toBe(1);
});

it('puts reports of the kernel log beside the line of the same time', () => {
  const log = join(mkdtempSync(join(tmpdir(), 'log-')), 'dmesg.txt');
  writeFileSync(
    log,
    '[    1.000000] Linux version 7.2.13\n[   31.933912] refcount_t: underflow; use-after-free.\n',
  );
  const text = run([GOOD], { log }).out();
  expect(text).toMatch(/kernel log, after line \d+: refcount_t: underflow; use-after-free\./);
  expect(() => run([GOOD], { log: GOOD })).toThrow(/is no kernel log/);
});

it('writes the verdict for programs, as its schema says', () => {
  const hung = path('hung/command-write');
  expect(violationsOf('trace', run([GOOD, BROKEN, hung], { json: true }).out())).toEqual([]);
  expect(violationsOf('trace', '{ "traces": [{ "file": "x" }] }')).not.toEqual([]);
  const { traces } = JSON.parse(run([BROKEN], { json: true }).out()) as {
    traces: { verdict: string; rejection: { line: number } }[];
  };
  expect(traces[0]).toMatchObject({ verdict: 'rejected', rejection: { line: 160 } });
});
