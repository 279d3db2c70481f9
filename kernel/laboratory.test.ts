import { expect, test } from 'vitest';
import type { TestCase } from 'xstate-check';
import { abilityOf } from './labels.ts';
import { doable } from './laboratory.ts';

/** What a stock kernel would be made to do of a test. */
function part(...labels: readonly string[]) {
  const steps = labels.map((label) => ({ kind: 'observe' as const, label, shows: {} }));
  const one: TestCase = { id: 'id', title: '', given: {}, steps };
  const { steps: done, obstacle } = doable(one, { ability: (label) => abilityOf(label, false) });
  return { done: done.length, obstacle };
}

const RESET = ['bus.hot_reset:begin@r', 'dev_set.lock.mutex_lock@r', 'dev_set.resettable:true@r'];

test('a test is done up to what stands in its way', () => {
  expect(part(...RESET)).toEqual({ done: 3, obstacle: undefined });
  expect(part(...RESET, 'dev[0].pm_runtime_get:failed@r', 'dev_set.lock.mutex_unlock@r')).toEqual({
    done: 3,
    obstacle: 'it cannot do dev[0].pm_runtime_get:failed',
  });
  expect(part('att[0].map_file:ok')).toEqual({
    done: 0,
    obstacle: 'it cannot do att[0].map_file:ok',
  });
});

test('and up to where no device will do for the whole of it', () => {
  const both = ['bus.pci_reset_bus:ok@r', 'bus.hot_reset:ok@r', 'bus.pci_reset_bus:-ENOTTY@r'];
  expect(part(...RESET, ...both)).toEqual({
    done: 5,
    obstacle: 'no device has a bus reset that fails at times',
  });
});
