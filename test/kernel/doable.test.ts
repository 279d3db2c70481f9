import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseSuite } from 'xstate-check';
import { abilityOf } from '../../kernel/labels.ts';
import { doable } from '../../kernel/laboratory.ts';
import { suites } from '../../specs/suites.ts';

/** What a stock kernel, which has no iommufd, can be made to do. */
const stock = { ability: (label: string) => abilityOf(label, false) };

/** Of a folder's tests of transitions, by machine: how many can be done whole, and of their steps. */
function doneOf(folder: string): Record<string, string> {
  const files = readdirSync(`generated-tests/${folder}`).filter(
    (name) => name.endsWith('.transitions.test.txt') && !name.startsWith('system.'),
  );
  return Object.fromEntries(
    files.sort().map((name) => {
      const { tests } = parseSuite(readFileSync(`generated-tests/${folder}/${name}`, 'utf8'));
      const parts = tests.map((one) => doable(one, stock));
      const whole = parts.filter(({ obstacle }) => obstacle === undefined).length;
      const done = parts.reduce((sum, { steps }) => sum + steps.length, 0);
      const all = tests.reduce((sum, { steps }) => sum + steps.length, 0);
      const machine = name.replace('.transitions.test.txt', '');
      return [machine, `${whole} of ${tests.length}, ${done} of ${all} steps`];
    }),
  );
}

/**
 * A machine that gets another step takes its tests away from the kernel, unless that step is one
 * that the kernel shows: where nothing can be done any more, nothing fails.
 */
test('how many tests of each procedure a stock kernel can be made to do', () => {
  const ofProcedures = suites.filter(
    ({ targetScope: { grain, objects } }) => grain === 'procedure' && objects === undefined,
  );
  expect(Object.fromEntries(ofProcedures.map(({ name }) => [name, doneOf(name)]))).toEqual({
    close: {
      cleanup: '1 of 1, 27 of 27 steps',
      close: '1 of 1, 53 of 53 steps',
      core_disable: '4 of 6, 260 of 262 steps',
      try_reset: '4 of 5, 249 of 250 steps',
    },
    export: {
      feature_dma_buf: '1 of 13, 125 of 149 steps',
      release: '1 of 1, 39 of 39 steps',
    },
    'fences-bookkeep': {
      evict_callback: '2 of 2, 37 of 37 steps',
      importer_hardware: '2 of 2, 19 of 19 steps',
      submit_work: '3 of 3, 51 of 51 steps',
      unmap_work: '4 of 4, 194 of 194 steps',
    },
    'fences-kernel': {
      importer_hardware: '2 of 2, 19 of 19 steps',
      submit_work: '3 of 3, 51 of 51 steps',
    },
    'fences-read': {
      importer_hardware: '2 of 2, 19 of 19 steps',
      submit_work: '3 of 3, 51 of 51 steps',
    },
    'fences-write': {
      importer_hardware: '2 of 2, 19 of 19 steps',
      submit_work: '3 of 3, 51 of 51 steps',
    },
    'function-reset': {
      function_reset: '1 of 2, 24 of 25 steps',
    },
    'hot-reset': {
      hot_reset: '4 of 7, 182 of 214 steps',
    },
    'hot-reset-buffers': {
      callback_later: '2 of 2, 42 of 42 steps',
      hot_reset: '2 of 4, 221 of 257 steps',
      move: '1 of 2, 57 of 77 steps',
    },
    'hot-reset-unopened': {
      hot_reset: '0 of 3, 76 of 103 steps',
    },
    remap: {
      remap_callback_from_work: '1 of 1, 87 of 87 steps',
      remap_callback_in_callback: '2 of 2, 80 of 80 steps',
      remap_work: '3 of 5, 316 of 320 steps',
    },
    revoke: {
      callback_in_callback: '2 of 2, 35 of 35 steps',
      callback_later: '2 of 2, 40 of 40 steps',
      command_write: '2 of 2, 43 of 43 steps',
      importer: '2 of 3, 60 of 79 steps',
      move: '4 of 4, 130 of 130 steps',
      unmap_work: '4 of 4, 201 of 201 steps',
    },
    sriov: {
      power_write: '5 of 5, 167 of 167 steps',
      sriov_configure: '0 of 1, 21 of 34 steps',
    },
    'sysfs-reset': {
      sysfs_reset: '0 of 1, 9 of 12 steps',
    },
    'wake-up': {
      low_power_entry_with_wakeup: '1 of 1, 40 of 40 steps',
      low_power_exit: '2 of 2, 48 of 48 steps',
      pm_core: '1 of 1, 43 of 43 steps',
      runtime_resume: '1 of 1, 43 of 43 steps',
    },
  });
});
