import { describe, expect, it } from 'vitest';
import { check, type Patch, patched, type SystemFamily } from 'xstate-check';
import { hotResetOrderFamily } from '../hot-reset/hot-reset-order.system.ts';
import { functionResetOrderFamily } from './function-reset-order.system.ts';

function broken(family: SystemFamily, machine = '', patches: readonly Patch[] = []): string[] {
  const system = family.build({ scope: family.defaultScope, revision: '7.3' });
  const parts = system.parts.map((part) =>
    part.machine.id === machine ? { ...part, machine: patched(part.machine, patches) } : part,
  );
  return check({ ...system, parts }).properties.flatMap(({ property, verdict }) =>
    verdict === 'holds' ? [] : [property.id],
  );
}

describe('the steps of v7.3 alone', () => {
  it.each([functionResetOrderFamily, hotResetOrderFamily])('$name keep every rule', (family) => {
    expect(broken(family)).toEqual([]);
  });

  it('a function reset that does not ask whether memory is enabled gives nothing back', () => {
    const skipsTheTest: Patch = {
      kind: 'retarget',
      step: { node: 'resetting', event: 'dev.pci_try_reset_function:ok' },
      target: 'unlock',
    };
    expect(broken(functionResetOrderFamily, 'function_reset', [skipsTheTest])).toContain(
      'given-back',
    );
  });

  it('a function reset that keeps memory_lock is told', () => {
    const keepsTheLock: Patch = {
      kind: 'skip',
      step: { node: 'unlock', event: 'dev.memory_lock.up_write' },
    };
    expect(broken(functionResetOrderFamily, 'function_reset', [keepsTheLock])).toContain(
      'lock-balance',
    );
  });
});
