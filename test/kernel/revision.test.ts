import { describe, expect, test } from 'vitest';
import { generateSuites } from 'xstate-check';
import { type KernelRunOptions, kernelRun } from '../../kernel/command.ts';
import { revokeFamily } from '../../specs/buffer/revoke.system.ts';
import { suites, suitesOf } from '../../specs/suites.ts';

const tests = { suites, directory: 'generated-tests', ofRevision: suitesOf };
const terminal = { out() {}, error() {}, progress() {} } as never;
const run = (name: string, options: KernelRunOptions) => kernelRun(tests, name, options, terminal);

describe('kernel run --revision', () => {
  test('says what it does not know, before anything boots', async () => {
    await expect(run('close', { criterion: 'x' })).rejects.toThrow("no criterion 'x'; there are");
    await expect(run('close', { revision: '7.4' })).rejects.toThrow("no revision '7.4'; ");
    await expect(run('device', { revision: 'mmap-v8' })).rejects.toThrow(
      "revision 'mmap-v8' has no suite 'device': it zaps as part of the revoke",
    );
  });

  test('the newest release has every suite', () => {
    const { suites: drawn, missing } = suitesOf('7.3');
    expect(missing).toEqual([]);
    expect(suites.slice(0, drawn.length).map(({ name }) => name)).toEqual(
      drawn.map(({ name }) => name),
    );
  });

  test('contracts are those of a version that differs in nothing they draw', () => {
    const missing = (revision: string) => suitesOf(revision).missing.map(({ name }) => name);
    expect(missing('flag-before-notify')).toEqual([]);
    expect(missing('low-power-respected')).not.toContain('device');
    expect(missing('7.3+M4')).toContain('device');
    expect(missing('7.3+M5')).toContain('device');
    expect(missing('7.0')).toContain('device');
    expect(missing('v0')).toContain('revoke');
  });

  test('a kernel with O5 mended clears the flag first, and tells importers then', () => {
    const order = (revision: string) => {
      const source = suitesOf(revision).suites.find(({ name }) => name === 'revoke')!;
      // nobody has to listen
      const system = revokeFamily.build({ scope: { importers: 0, closers: 0 }, revision });
      const parts = ['move(dev[0])@command_write'];
      const labels = generateSuites({ ...source, system, parts })
        .suites.flatMap((suite) => suite.tests.flatMap(({ steps }) => steps))
        .map(({ label }) => label.replace(/@.*$/, ''));
      const cleared = labels.indexOf('buf[0].revoked.clear');
      return labels.slice(cleared - 1, cleared + 2);
    };
    expect(order('7.3')).toEqual([
      'buf[0].resv.lock',
      'buf[0].revoked.clear',
      'buf[0].resv.unlock',
    ]);
    expect(order('flag-before-notify')).toEqual([
      'buf[0].resv.lock',
      'buf[0].revoked.clear',
      'buf[0].invalidate_mappings:begin',
    ]);
  });
});
