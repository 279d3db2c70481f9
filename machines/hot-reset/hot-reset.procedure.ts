import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

/** In the order of the C. */
export const labels = [
  'bus.hot_reset:begin',
  'dev_set.lock.mutex_lock',
  'dev_set.resettable:true',
  'dev_set.resettable:false',
  'dev[i].pm_runtime_get:ok',
  'dev[i].pm_runtime_get:failed',
  'dev[i].owned:true',
  'dev[i].owned:false',
  'dev[i].memory_lock.down_write_trylock:1',
  'dev[i].memory_lock.down_write_trylock:0',
  'dev[i].move(true):begin',
  'dev[i].move(true):end',
  'dev[i].zap_bars',
  'dev[i].set_power_state(D0)',
  'bus.pci_reset_bus:begin',
  'bus.pci_reset_bus:ok',
  'bus.pci_reset_bus:-ENOTTY',
  'dev[i].open_count:true',
  'dev[i].open_count:false',
  'dev[i].memory_enabled:true',
  'dev[i].memory_enabled:false',
  'dev[i].move(false):begin',
  'dev[i].move(false):end',
  'dev[i].memory_lock.up_write',
  'dev[i].pm_runtime_put',
  'dev_set.lock.mutex_unlock',
  'bus.hot_reset:ok',
  'bus.hot_reset:-EINVAL',
  'bus.hot_reset:-EBUSY',
  'bus.hot_reset:-ENOTTY',
  'bus.hot_reset:failed',
] as const;

type Return = 'ok' | '-EINVAL' | '-EBUSY' | '-ENOTTY' | 'failed';

/**
 * `vfio_pci_dev_set_hot_reset()`: wakes every device of the set, takes each, revokes and zaps it, and
 * resets the bus; then un-revokes and unlocks in reverse (err_undo), and lets each sleep again, in list
 * order. From the first device that is taken on, success and failure share the way back.
 *
 * @param devices - number of devices in the reset set, in list order
 */
export const hotReset = madeOnce(function hotReset(devices: number) {
  const last = devices - 1;
  return setup({
    types: {
      context: {} as { i: number; ret: Return },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      more: ({ context }) => context.i < last,
      first: ({ context }) => context.i === 0,
      returns: ({ context }, ret: Return) => context.ret === ret,
    },
    actions: {
      next: assign({ i: ({ context }) => context.i + 1 }),
      previous: assign({ i: ({ context }) => context.i - 1 }),
      fromFirst: assign({ i: 0 }),
      fromLast: assign({ i: last }),
      fail: assign((_, ret: Return) => ({ ret })),
      forget: assign({ i: 0, ret: 'ok' }),
    },
  }).createMachine({
    id: 'hot_reset',
    description:
      'vfio_pci_dev_set_hot_reset(): dev[i] is the i-th device of the set, in list order forwards ' +
      'and in reverse where one that was woken or taken is given back after another',
    meta: {
      labels,
      c: inC(devices),
      source: 'vfio_pci_dev_set_hot_reset, drivers/vfio/pci/vfio_pci_core.c, v7.3',
      index: { i: devices },
    },
    context: { i: 0, ret: 'ok' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'bus.hot_reset:begin': 'lock_set' } },
      lock_set: { on: { 'dev_set.lock.mutex_lock': 'find_bus' } },
      find_bus: {
        description: 'the slot or bus can be reset, and every pci_dev on it is in the set',
        meta: { source: 'vfio_pci_dev_set_resettable, v7.3' },
        on: {
          'dev_set.resettable:true': 'resume_all',
          'dev_set.resettable:false': {
            target: 'unlock_set',
            actions: { type: 'fail', params: '-EINVAL' },
          },
        },
      },
      resume_all: {
        description: 'the errno of a device that does not resume is returned',
        meta: { source: 'vfio_pci_dev_set_pm_runtime_get, v7.3' },
        on: {
          'dev[i].pm_runtime_get:ok': [
            { guard: 'more', target: 'resume_all', actions: 'next' },
            { target: 'take', actions: 'fromFirst' },
          ],
          'dev[i].pm_runtime_get:failed': [
            { guard: 'first', target: 'unlock_set', actions: { type: 'fail', params: 'failed' } },
            { target: 'put_back', actions: ['previous', { type: 'fail', params: 'failed' }] },
          ],
        },
      },
      put_back: {
        description: 'the devices before the one that did not resume, in reverse',
        on: {
          'dev[i].pm_runtime_put': [
            { guard: 'first', target: 'unlock_set' },
            { target: 'put_back', actions: 'previous', meta: { unused: devices < 3 } },
          ],
        },
      },
      take: {
        description: 'for each device: owned, locked, revoked, zapped; the first failure undoes',
        meta: { source: 'vfio_pci_dev_set_hot_reset, v7.3' },
        initial: 'own',
        states: {
          own: {
            description:
              'bound to the iommufd, or to none while that owns its group; or its group was passed',
            on: {
              'dev[i].owned:true': 'lock',
              'dev[i].owned:false': [
                {
                  guard: 'first',
                  target: '#hot_reset.put_all',
                  actions: { type: 'fail', params: '-EINVAL' },
                },
                {
                  target: '#hot_reset.unwind',
                  actions: ['previous', { type: 'fail', params: '-EINVAL' }],
                },
              ],
            },
          },
          lock: {
            on: {
              'dev[i].memory_lock.down_write_trylock:1': {
                target: 'revoke',
                meta: { commits: 'dev[i].begin' },
              },
              'dev[i].memory_lock.down_write_trylock:0': [
                {
                  guard: 'first',
                  target: '#hot_reset.put_all',
                  actions: { type: 'fail', params: '-EBUSY' },
                },
                {
                  target: '#hot_reset.unwind',
                  actions: ['previous', { type: 'fail', params: '-EBUSY' }],
                },
              ],
            },
          },
          revoke: { on: { 'dev[i].move(true):begin': 'revoking' } },
          revoking: { on: { 'dev[i].move(true):end': 'zap' } },
          zap: {
            description: 'the DMA mappings have gone before the CPU mappings, unlike elsewhere',
            on: {
              'dev[i].zap_bars': [
                { guard: 'more', target: 'own', actions: 'next' },
                { target: '#hot_reset.power_up', actions: 'fromFirst' },
              ],
            },
          },
        },
      },
      power_up: {
        on: {
          'dev[i].set_power_state(D0)': [
            {
              guard: 'more',
              target: 'power_up',
              actions: 'next',
              meta: { commits: 'dev[i].power(D0)' },
            },
            { target: 'reset', meta: { commits: 'dev[i].power(D0)' } },
          ],
        },
      },
      reset: { on: { 'bus.pci_reset_bus:begin': 'resetting' } },
      resetting: {
        description:
          'a failed reset is drawn as -ENOTTY; -EAGAIN, where a slot or bus is locked, goes the same way',
        on: {
          'bus.pci_reset_bus:ok': {
            target: 'unwind',
            actions: 'fromLast',
            meta: { commits: 'bus.reset:ok' },
          },
          'bus.pci_reset_bus:-ENOTTY': {
            target: 'unwind',
            actions: ['fromLast', { type: 'fail', params: '-ENOTTY' }],
            meta: { commits: 'bus.reset:-ENOTTY' },
          },
        },
      },
      unwind: {
        description: 'err_undo: from the last device taken back to the first, un-revoke and unlock',
        initial: 'open_count',
        states: {
          open_count: {
            description: 'a device of the set need not be open, and then it has no vconfig',
            on: {
              'dev[i].open_count:true': 'memory_enabled',
              'dev[i].open_count:false': 'unlock',
            },
          },
          memory_enabled: {
            on: {
              'dev[i].memory_enabled:true': 'unrevoke',
              'dev[i].memory_enabled:false': 'unlock',
            },
          },
          unrevoke: { on: { 'dev[i].move(false):begin': 'unrevoking' } },
          unrevoking: { on: { 'dev[i].move(false):end': 'unlock' } },
          unlock: {
            on: {
              'dev[i].memory_lock.up_write': [
                {
                  guard: 'first',
                  target: '#hot_reset.put_all',
                  actions: 'fromFirst',
                  meta: { commits: 'dev[i].end' },
                },
                {
                  target: '#hot_reset.unwind',
                  actions: 'previous',
                  meta: { commits: 'dev[i].end' },
                },
              ],
            },
          },
        },
      },
      put_all: {
        on: {
          'dev[i].pm_runtime_put': [
            { guard: 'more', target: 'put_all', actions: 'next' },
            { target: 'unlock_set' },
          ],
        },
      },
      unlock_set: { on: { 'dev_set.lock.mutex_unlock': 'return' } },
      return: {
        on: {
          'bus.hot_reset:ok': {
            guard: { type: 'returns', params: 'ok' },
            target: 'idle',
            actions: 'forget',
          },
          'bus.hot_reset:-EINVAL': {
            guard: { type: 'returns', params: '-EINVAL' },
            target: 'idle',
            actions: 'forget',
          },
          'bus.hot_reset:-EBUSY': {
            guard: { type: 'returns', params: '-EBUSY' },
            target: 'idle',
            actions: 'forget',
          },
          'bus.hot_reset:-ENOTTY': {
            guard: { type: 'returns', params: '-ENOTTY' },
            target: 'idle',
            actions: 'forget',
          },
          'bus.hot_reset:failed': {
            guard: { type: 'returns', params: 'failed' },
            target: 'idle',
            actions: 'forget',
          },
        },
      },
    },
  });
});

/** What its C is, for the comparison. */
function inC(devices: number) {
  return {
    function: 'vfio_pci_dev_set_hot_reset',
    file: 'drivers/vfio/pci/vfio_pci_core.c',
    entries: [
      {
        begins: 'bus.hot_reset:begin',
        // Called with groups, or with an iommufd context, beside which groups are not looked at: two
        // tests of ownership.
        parameters: { dev_set: '@dev_set', groups: 'some', iommufd_ctx: ['NULL', 'some'] },
      },
    ],
    lists: [
      { head: '&$dev_set->device_list', of: 'dev', size: devices, link: 'vdev.dev_set_list' },
    ],
  };
}
