import { assign, setup } from 'xstate';
import { type ResetHandlers, resetDone, resetPrepare } from '../device/reset-handlers.ts';

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
  'dev[i].memory_lock.down_write',
] as const;

export interface HotResetVariation {
  /**
   * How what was revoked comes back:
   * - `with_unlock`: in the loop that unlocks, device by device (v7 and later);
   * - `before_unlock`: in a forward loop of its own, which leaves `vdev` at the list head, so that
   *   the loop that unlocks, which starts from `vdev`, has nothing to do (v6);
   * - `after_reset`: in a forward loop right after pci_reset_bus(), so not where a lock or the
   *   ownership test failed (v2 to v5).
   */
  readonly unrevoke: 'with_unlock' | 'before_unlock' | 'after_reset';
  /**
   * When a device is revoked: `with_zap`, where its CPU mappings go (since v2), or `with_power_up`,
   * after every device was locked and zapped (v1).
   */
  readonly revoke: 'with_zap' | 'with_power_up';
  /** Whether `open_count` is tested before the device's vconfig is read (6.19 as merged). */
  readonly openCount: 'tested' | 'not_tested';
}

type Return = 'ok' | '-EINVAL' | '-EBUSY' | '-ENOTTY' | 'failed';

/**
 * `vfio_pci_dev_set_hot_reset()`: takes every device of the set, revokes and zaps it, resets the
 * bus, and undoes in reverse. Success and failure share the way back.
 *
 * @param devices - number of devices in the reset set, in list order
 */
export function hotReset(devices: number, variation: HotResetVariation & ResetHandlers) {
  const last = devices - 1;
  const revokeWithZap = variation.revoke === 'with_zap';
  const machine = setup({
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
  });

  const openCount = machine.createStateConfig({
    description: 'a device of the set need not be open, and then it has no vconfig',
    on: {
      'dev[i].open_count:true': 'memory_enabled',
      'dev[i].open_count:false': 'unlock',
    },
  });

  const unlock = machine.createStateConfig({
    on: {
      'dev[i].memory_lock.up_write': [
        {
          guard: 'first',
          target: '#hot_reset.put_all',
          actions: 'fromFirst',
          meta: { commits: 'dev[i].end' },
        },
        { target: '#hot_reset.unwind', actions: 'previous', meta: { commits: 'dev[i].end' } },
      ],
    },
  });

  const unwindAndUnrevoke = machine.createStateConfig({
    description: 'err_undo: from the last device taken back to the first, un-revoke and unlock',
    initial: variation.openCount === 'tested' ? 'open_count' : 'memory_enabled',
    states: {
      ...(variation.openCount === 'tested' && { open_count: openCount }),
      memory_enabled: {
        on: {
          'dev[i].memory_enabled:true': 'unrevoke',
          'dev[i].memory_enabled:false': 'unlock',
        },
      },
      unrevoke: { on: { 'dev[i].move(false):begin': 'unrevoking' } },
      unrevoking: { on: { 'dev[i].move(false):end': 'unlock' } },
      unlock,
    },
  });

  const unwindOnly = machine.createStateConfig({
    description: 'err_undo: from the last device taken back to the first, unlock',
    initial: 'unlock',
    states: { unlock },
  });

  /** A forward loop over the whole set; where it ends, `vdev` is the list head. */
  const unrevokeAll = machine.createStateConfig({
    description: 'list_for_each_entry(vdev, &dev_set->device_list): un-revoke',
    initial: 'memory_enabled',
    states: {
      memory_enabled: {
        on: {
          'dev[i].memory_enabled:true': 'unrevoke',
          'dev[i].memory_enabled:false': 'next',
        },
      },
      unrevoke: { on: { 'dev[i].move(false):begin': 'unrevoking' } },
      unrevoking: { on: { 'dev[i].move(false):end': 'next' } },
      next: {
        always: [
          { guard: 'more', target: 'memory_enabled', actions: 'next' },
          variation.unrevoke === 'before_unlock'
            ? { target: '#hot_reset.put_all', actions: 'fromFirst' }
            : { target: '#hot_reset.unwind', actions: 'fromLast' },
        ],
      },
    },
  });

  const wayBack = {
    with_unlock: { afterFailure: 'unwind', afterReset: 'unwind' },
    before_unlock: { afterFailure: 'unrevoke_all', afterReset: 'unrevoke_all' },
    after_reset: { afterFailure: 'unwind', afterReset: 'unrevoke_all' },
  } as const;
  const { afterFailure, afterReset } = wayBack[variation.unrevoke];
  const from = afterReset === 'unwind' ? 'fromLast' : 'fromFirst';

  const hears = variation.hears === 'reset_prepare';
  /** Around the reset of the bus: a call for each device that is reset. */
  const handlers = {
    prepare: resetPrepare('dev[i]', [
      { guard: 'more', target: '#hot_reset.prepare', actions: 'next' },
      { target: '#hot_reset.resetting' },
    ]),
    done: resetDone('dev[i]', [
      { guard: 'more', target: '#hot_reset.done', actions: 'next' },
      { target: `#hot_reset.${afterReset}`, actions: from },
    ]),
  };

  /** Where a device that cannot be taken leads: back over those before it. */
  const giveUp = (ret: Return) =>
    [
      { guard: 'first', target: '#hot_reset.put_all', actions: { type: 'fail', params: ret } },
      {
        target: `#hot_reset.${afterFailure}`,
        actions: [
          afterFailure === 'unwind' ? 'previous' : 'fromFirst',
          { type: 'fail', params: ret },
        ],
      },
    ] as const;

  const returns = (ret: Return) =>
    ({ guard: { type: 'returns', params: ret }, target: 'idle', actions: 'forget' }) as const;

  const powerUp = machine.createStateConfig({
    on: {
      'dev[i].set_power_state(D0)': [
        {
          guard: 'more',
          target: revokeWithZap ? 'power_up' : 'revoke',
          actions: 'next',
          meta: { commits: 'dev[i].power(D0)' },
        },
        { target: '#hot_reset.reset', meta: { commits: 'dev[i].power(D0)' } },
      ],
    },
  });

  const revokeAndPowerUp = machine.createStateConfig({
    description: 'only now, with every device locked and zapped',
    meta: {
      source:
        'Alex Williamson on v1 10/10, 2025-08-06, <20250806162455.350f73a4.alex.williamson@redhat.com>',
    },
    initial: 'revoke',
    states: {
      revoke: { on: { 'dev[i].move(true):begin': 'revoking' } },
      revoking: { on: { 'dev[i].move(true):end': 'power_up' } },
      power_up: powerUp,
    },
  });

  return machine.createMachine({
    id: 'hot_reset',
    description:
      'vfio_pci_dev_set_hot_reset(): dev[i] is the i-th device of the set, in list order forwards ' +
      'and in reverse on the way back',
    meta: {
      labels,
      c: {
        function: 'vfio_pci_dev_set_hot_reset',
        file: 'drivers/vfio/pci/vfio_pci_core.c',
        entries: [
          {
            begins: 'bus.hot_reset:begin',
            // Called with groups, or with an iommufd context: two tests of ownership.
            parameters: { dev_set: '@dev_set', groups: 'some', iommufd_ctx: ['NULL', 'some'] },
          },
        ],
        lists: [
          {
            head: '&$dev_set->device_list',
            of: 'dev',
            size: devices,
            link: 'vdev.dev_set_list',
          },
        ],
      },
      source: 'vfio_pci_dev_set_hot_reset, drivers/vfio/pci/vfio_pci_core.c, v7.3',
      index: { i: devices },
      unused: unusedLabels(variation),
    },
    context: { i: 0, ret: 'ok' },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'bus.hot_reset:begin': 'lock_set' },
      },
      lock_set: { on: { 'dev_set.lock.mutex_lock': 'find_bus' } },
      find_bus: {
        description: 'every pci_dev on the slot or bus must be in the set',
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
            {
              target: 'put_back',
              actions: 'previous',
              ...(devices < 3 && { meta: { unused: true } }),
            },
          ],
        },
      },
      take: {
        description: 'for each device: owned, locked, revoked, zapped; the first failure undoes',
        meta: { source: 'vfio_pci_dev_set_hot_reset, v7.3' },
        initial: 'own',
        states: {
          own: {
            description: 'bound to the same iommufd, or in a group whose file was passed',
            on: { 'dev[i].owned:true': 'lock', 'dev[i].owned:false': giveUp('-EINVAL') },
          },
          lock: {
            on: {
              'dev[i].memory_lock.down_write_trylock:1': {
                target: revokeWithZap ? 'revoke' : 'zap',
                meta: { commits: 'dev[i].begin' },
              },
              'dev[i].memory_lock.down_write_trylock:0': giveUp('-EBUSY'),
            },
          },
          ...(revokeWithZap && {
            revoke: { on: { 'dev[i].move(true):begin': 'revoking' } },
            revoking: { on: { 'dev[i].move(true):end': 'zap' } },
          }),
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
      ...(revokeWithZap ? { power_up: powerUp } : { power_up: revokeAndPowerUp }),
      reset: {
        on: {
          'bus.pci_reset_bus:begin': hears
            ? { target: 'prepare', actions: 'fromFirst' }
            : 'resetting',
        },
      },
      ...(hears && handlers),
      resetting: {
        description: 'the errno of a failed reset is returned; the way back is the same',
        on: {
          'bus.pci_reset_bus:ok': {
            target: hears ? 'done' : afterReset,
            actions: hears ? 'fromFirst' : from,
            meta: { commits: 'bus.reset:ok' },
          },
          'bus.pci_reset_bus:-ENOTTY': {
            target: hears ? 'done' : afterReset,
            actions: [hears ? 'fromFirst' : from, { type: 'fail', params: '-ENOTTY' }],
            meta: { commits: 'bus.reset:-ENOTTY' },
          },
        },
      },
      ...(variation.unrevoke !== 'with_unlock' && { unrevoke_all: unrevokeAll }),
      ...(variation.unrevoke === 'with_unlock' && { unwind: unwindAndUnrevoke }),
      ...(variation.unrevoke === 'after_reset' && { unwind: unwindOnly }),
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
          'bus.hot_reset:ok': returns('ok'),
          'bus.hot_reset:-EINVAL': returns('-EINVAL'),
          'bus.hot_reset:-EBUSY': returns('-EBUSY'),
          'bus.hot_reset:-ENOTTY': returns('-ENOTTY'),
          'bus.hot_reset:failed': returns('failed'),
        },
      },
    },
  });
}

/** The labels that a variation has no use for; the alphabet does not shrink with it. */
function unusedLabels(variation: HotResetVariation & ResetHandlers): string[] {
  const tested = variation.openCount === 'tested' && variation.unrevoke === 'with_unlock';
  return [
    ...(tested ? [] : ['dev[i].open_count:true', 'dev[i].open_count:false']),
    ...(variation.hears === 'no'
      ? [
          'dev[i].memory_lock.down_write',
          ...(variation.unrevoke === 'before_unlock' ? ['dev[i].memory_lock.up_write'] : []),
        ]
      : []),
  ];
}
