import { assign, setup } from 'xstate';

export const labels = [
  'dev_set.try_reset:begin',
  'dev_set.open_count:one',
  'dev_set.open_count:more',
  'dev[i].needs_reset:true',
  'dev[i].needs_reset:false',
  'dev_set.resettable:true',
  'dev_set.resettable:false',
  'dev[i].pm_runtime_resume_and_get:active',
  'dev[i].pm_runtime_resume_and_get:suspended',
  'dev[i].pm_runtime_resume_and_get:failed',
  'dev[i].runtime_resume:begin',
  'dev[i].runtime_resume:end',
  'bus.pci_reset_bus:begin',
  'bus.pci_reset_bus:ok',
  'bus.pci_reset_bus:-ENOTTY',
  'dev[i].needs_reset.clear',
  'dev[i].pm_runtime_put',
  'dev_set.try_reset:end',
] as const;

/**
 * `vfio_pci_dev_set_try_reset()`: at the last close of a set of which some device could not be reset
 * by itself, the bus. It takes no memory_lock, zaps and revokes nothing: no device of the set is open
 * but the one that is closing, whose buffers are cleaned up. What it is answered is ignored.
 *
 * @param devices - number of devices in the reset set, in list order
 */
export function tryReset(devices: number) {
  const last = devices - 1;
  /** Of a step that only a set of several devices takes. */
  const meta = { unused: devices < 2 };
  return setup({
    types: {
      context: {} as { i: number; needs: boolean },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      more: ({ context }) => context.i < last,
      first: ({ context }) => context.i === 0,
      needed: ({ context }) => context.needs,
    },
    actions: {
      next: assign({ i: ({ context }) => context.i + 1 }),
      previous: assign({ i: ({ context }) => context.i - 1 }),
      fromFirst: assign({ i: 0 }),
      need: assign({ needs: true }),
      forget: assign({ i: 0, needs: false }),
    },
  }).createMachine({
    id: 'try_reset',
    description:
      'vfio_pci_dev_set_try_reset(): dev[i] is the i-th device of the set, in list order, and in ' +
      'reverse where one does not resume; called with dev_set->lock held',
    meta: {
      labels,
      c: inC(devices),
      source:
        'vfio_pci_dev_set_try_reset, vfio_pci_dev_set_needs_reset, vfio_pci_dev_set_pm_runtime_get, v7.3',
      index: { i: devices },
      unreachable: devices < 2 ? ['put_back'] : [],
    },
    context: { i: 0, needs: false },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev_set.try_reset:begin': 'open_count' } },
      open_count: {
        description: 'of all devices of the set: that of the closing one still counts',
        on: { 'dev_set.open_count:one': 'needs_reset', 'dev_set.open_count:more': 'return' },
      },
      needs_reset: {
        on: {
          'dev[i].needs_reset:true': [
            { guard: 'more', target: 'needs_reset', actions: ['next', 'need'], meta },
            { target: 'find_bus', actions: ['fromFirst', 'need'] },
          ],
          'dev[i].needs_reset:false': [
            { guard: 'more', target: 'needs_reset', actions: 'next', meta },
            { guard: 'needed', target: 'find_bus', actions: 'fromFirst', meta },
            { target: 'return' },
          ],
        },
      },
      find_bus: {
        description: 'vfio_pci_dev_set_resettable()',
        on: { 'dev_set.resettable:true': 'resume_all', 'dev_set.resettable:false': 'return' },
      },
      resume_all: {
        on: {
          'dev[i].pm_runtime_resume_and_get:active': [
            { guard: 'more', target: 'resume_all', actions: 'next', meta },
            { target: 'reset', actions: 'fromFirst' },
          ],
          'dev[i].pm_runtime_resume_and_get:suspended': 'wake',
          'dev[i].pm_runtime_resume_and_get:failed': [
            { guard: 'first', target: 'return' },
            { target: 'put_back', actions: 'previous', meta },
          ],
        },
      },
      wake: { on: { 'dev[i].runtime_resume:begin': 'waking' } },
      waking: {
        on: {
          'dev[i].runtime_resume:end': [
            { guard: 'more', target: 'resume_all', actions: 'next', meta },
            { target: 'reset', actions: 'fromFirst' },
          ],
        },
      },
      put_back: {
        description: 'the devices before the one that did not resume, in reverse',
        on: {
          'dev[i].pm_runtime_put': [
            { guard: 'first', target: 'return', meta },
            {
              target: 'put_back',
              actions: 'previous',
              meta: { unused: devices < 3 },
            },
          ],
        },
      },
      reset: { on: { 'bus.pci_reset_bus:begin': 'resetting' } },
      resetting: {
        on: { 'bus.pci_reset_bus:ok': 'clean', 'bus.pci_reset_bus:-ENOTTY': 'put_all' },
      },
      clean: { on: { 'dev[i].needs_reset.clear': 'put' } },
      put: {
        on: {
          'dev[i].pm_runtime_put': [
            { guard: 'more', target: 'clean', actions: 'next', meta },
            { target: 'return' },
          ],
        },
      },
      put_all: {
        description: 'the bus was not reset: the set stays dirty',
        on: {
          'dev[i].pm_runtime_put': [
            { guard: 'more', target: 'put_all', actions: 'next', meta },
            { target: 'return' },
          ],
        },
      },
      return: { on: { 'dev_set.try_reset:end': { target: 'idle', actions: 'forget' } } },
    },
  });
}

/** What its C is, for the comparison. */
function inC(devices: number) {
  return {
    function: 'vfio_pci_dev_set_try_reset',
    file: 'drivers/vfio/pci/vfio_pci_core.c',
    entries: [{ begins: 'dev_set.try_reset:begin', parameters: { dev_set: '@dev_set' } }],
    lists: [
      {
        head: '&$dev_set->device_list',
        of: 'dev',
        size: devices,
        link: 'vdev.dev_set_list',
      },
    ],
    rows: [
      {
        c: 'pm_runtime_resume_and_get(&$dev->dev)',
        label: '{dev}.pm_runtime_resume_and_get',
        returns: { active: '0', suspended: '0', failed: 'errno' },
        runs: {
          suspended: [
            '{dev}.pm_runtime_resume_and_get:suspended',
            '{dev}.runtime_resume:begin',
            '{dev}.runtime_resume:end',
          ],
        },
        because: 'the PM core calls back on this thread',
      },
    ],
  };
}
