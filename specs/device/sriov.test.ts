import { describe, expect, test } from 'vitest';
import { check } from 'xstate-check';
import { change } from '../change.ts';
import { sriovFamily } from './outside-vfio.system.ts';

/** Without an importer it is a few thousand states. */
const scope = { importers: 0, cpus: 0 };

function verdictOf(system: Parameters<typeof check>[0], id: string): string {
  return check(system).properties.find(({ property }) => property.id === id)!.verdict;
}

describe('sriov_active', () => {
  test('keeps a physical function in D0 while it has VFs', () => {
    expect(verdictOf(sriovFamily.build({ scope, revision: '7.3' }), 'vfs-need-d0')).toBe('holds');
  });

  test('set after memory_lock is given back, it comes too late for a write of D3hot', () => {
    const late = change({
      system: 'sriov',
      from: '7.3',
      states: {
        'sriov_configure.power_up': { on: { 'dev.set_power_state(D0)': 'unlock' } },
        'sriov_configure.unlock': { on: { 'dev.memory_lock.up_write': 'activate' } },
        'sriov_configure.activate': { on: { 'dev.sriov_active.set': 'enable' } },
      },
    });
    expect(verdictOf(late.build({ scope, revision: '7.3 changed' }), 'vfs-need-d0')).toBe('broken');
  });
});
