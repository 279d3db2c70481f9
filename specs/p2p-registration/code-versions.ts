import { freeMarks, teardownStates } from '../../machines/p2p-registration/teardown.ts';
import type { MachineChanges } from '../written-anew.ts';
import type { Changes, CodeScope, Taker } from './code-parts.ts';

/** A version of registration as code: what it does otherwise than the RFC states, and of whom. */
interface CodeVersion {
  readonly changes: readonly Changes[];
  /** Who tears registrations down. */
  readonly takers: readonly Taker[];
  readonly scope: (scope: CodeScope) => CodeScope;
  /** The version of the policy that it is the code of. */
  readonly policy?: string;
}

const asIs = (scope: CodeScope) => scope;

/** The teardown waits inside of the section of memory_lock, too, which reset and close take anyway. */
const underTheLock: Changes = ({ bars }) => {
  const more = (target: string) => ({
    guard: 'more',
    target,
    actions: 'next',
    meta: { unused: bars < 2 },
  });
  const inside = (machine: string, section: string): MachineChanges['states'] => ({
    [`${machine}.teardown.scan`]: { always: 'ask' },
    [`${machine}.teardown.scanned`]: {
      always: [
        more('scan'),
        { guard: 'anyLeft', target: 'remove', actions: 'fromFirst' },
        { target: section, actions: 'fromFirst' },
      ],
    },
    [`${machine}.teardown.unlock`]: 'gone',
    [`${machine}.teardown.lock_again`]: 'gone',
    [`${machine}.teardown.unlock_wait`]: 'gone',
    [`${machine}.teardown.wait`]: 'gone',
    [`${machine}.teardown.ask`]: {
      on: {
        'bar[b].mark:registered': 'mark',
        'bar[b].mark:free': 'scanned',
        'bar[b].mark:registering': 'scanned',
        'bar[b].mark:unregistering': 'scanned',
      },
    },
    [`${machine}.teardown.remove.next`]: {
      always: [more('pick'), { target: section, actions: 'fromFirst' }],
    },
  });
  return [
    {
      states: {
        ...inside('p2p_reset', '#p2p_reset.reset'),
        ...inside('p2p_close', '#p2p_close.marks'),
        ...inside('p2p_hot_reset', '#p2p_hot_reset.reset'),
      },
    },
  ];
};

/** The close waits before dev_set->lock is taken: no callback of struct vfio_device_ops can, so VFIO gets one. */
const aheadOfDevSet: Changes = () => [
  {
    states: {
      'p2p_close.open': { on: { 'dev.close:begin': 'teardown' } },
      'p2p_close.unlock': { on: { 'dev.memory_lock.up_write': 'set' } },
      'p2p_close.set': {
        meta: { source: 'derived: vfio_df_group_close(), v7.3, calls nobody ahead of it' },
        on: { 'dev_set.lock.mutex_lock': { target: 'disable', meta: { commits: 'dev.begin' } } },
      },
    },
  },
];

/**
 * So does a hot reset, which then looks again under both locks: who has registered meanwhile is torn down
 * as well. What the set is, and whose, it has to ask both times.
 */
const hotResetAheadOfDevSet: Changes = ({ bars }) => {
  const more = (target: string) => ({
    guard: 'more',
    target,
    actions: 'next',
    meta: { unused: bars < 2 },
  });
  return [
    {
      states: {
        'p2p_hot_reset.idle': { on: { 'dev.hot_reset:begin': 'teardown' } },
        'p2p_hot_reset.teardown.scanned': {
          always: [
            more('scan'),
            { guard: 'anyLeft', target: 'unlock', actions: 'fromFirst' },
            { target: '#p2p_hot_reset.drop', actions: 'fromFirst' },
          ],
        },
        'p2p_hot_reset.drop': { on: { 'dev.memory_lock.up_write': 'set' } },
        'p2p_hot_reset.set': { on: { 'dev_set.lock.mutex_lock': 'take' } },
        'p2p_hot_reset.take': { on: { 'dev.memory_lock.down_write': 'look' } },
        'p2p_hot_reset.look': {
          meta: { source: 'derived: a BAR may have been registered between the two sections' },
          initial: 'pick',
          states: {
            pick: { always: [{ guard: 'isMine', target: 'next' }, { target: 'ask' }] },
            ask: {
              on: {
                'bar[b].mark:free': 'next',
                'bar[b].mark:registering': 'next',
                'bar[b].mark:registered': '#p2p_hot_reset.back_off',
                'bar[b].mark:unregistering': '#p2p_hot_reset.back_off',
              },
            },
            next: {
              always: [more('pick'), { target: '#p2p_hot_reset.reset', actions: 'fromFirst' }],
            },
          },
        },
        'p2p_hot_reset.back_off': {
          on: { 'dev.memory_lock.up_write': { target: 'back_off_set', actions: 'fromFirst' } },
        },
        'p2p_hot_reset.back_off_set': { on: { 'dev_set.lock.mutex_unlock': 'teardown' } },
      },
    },
  ];
};

/** What registration looks at, and leaves behind where it fails. */
const registers: Changes = () => [
  {
    labels: {
      p2p_register: [
        'dev.memory_enabled:true',
        'dev.memory_enabled:false',
        'dev.pool:set',
        'dev.pool:NULL',
        'dev.chunks:some',
        'dev.chunks:none',
        'dev.allocate.remove:ok',
        'dev.allocate.remove:-ENOENT',
        'dev.allocate.drain',
        'dev.pool.clear',
        'rcu.sync:begin',
        'rcu.sync:end',
        'dev.gen_pool_destroy',
        'dev.sysfs_remove_group:begin',
        'dev.sysfs_remove_group:end',
      ],
    },
    states: {
      'p2p_register.test': {
        on: {
          'bar.mark:free': 'decodes',
          'bar.mark:registering': 'unlock_refused',
          'bar.mark:registered': 'unlock_refused',
          'bar.mark:unregistering': 'unlock_refused',
        },
      },
      'p2p_register.decodes': {
        meta: { source: 'derived: struct pages map the BAR for the CPU outside the fault handler' },
        on: { 'dev.memory_enabled:true': 'mark', 'dev.memory_enabled:false': 'unlock_refused' },
      },
      'p2p_register.adding': {
        on: { 'bar.add_resource:ok': 'done', 'bar.add_resource:failed': 'undo_pool' },
      },
      'p2p_register.undo_pool': {
        description: 'a pool that serves nobody goes, as remove would take it away',
        tags: ['has_failed'],
        meta: { source: 'derived: a registration that fails leaves nothing' },
        initial: 'test',
        states: {
          test: { on: { 'dev.pool:set': 'chunks', 'dev.pool:NULL': '#p2p_register.undo' } },
          chunks: { on: { 'dev.chunks:some': '#p2p_register.undo', 'dev.chunks:none': 'file' } },
          file: {
            on: { 'dev.allocate.remove:ok': 'drain', 'dev.allocate.remove:-ENOENT': 'clear' },
          },
          drain: { on: { 'dev.allocate.drain': 'clear' } },
          clear: { on: { 'dev.pool.clear': 'sync' } },
          sync: { on: { 'rcu.sync:begin': 'syncing' } },
          syncing: { on: { 'rcu.sync:end': 'destroy' } },
          destroy: { on: { 'dev.gen_pool_destroy': 'group' } },
          group: { on: { 'dev.sysfs_remove_group:begin': 'removing_group' } },
          removing_group: { on: { 'dev.sysfs_remove_group:end': '#p2p_register.undo' } },
        },
      },
    },
  },
];

/** The pool goes with the last BAR that is in it. */
const poolWithLast: Changes = () => [
  {
    labels: { remove_resource: ['bar.drop_chunk:more', 'bar.drop_chunk:last'] },
    states: {
      'remove_resource.test': {
        meta: { source: 'derived: the pool is the device’s, and gen_pool_destroy() is a BUG_ON()' },
        on: { 'bar.drop_chunk:last': 'clear', 'bar.drop_chunk:more': 'free' },
      },
    },
  },
];

/** What of the merged code has to be mended first. */
const mendedP2pdma: Changes = () => [
  {
    labels: {
      add_resource: ['bar.devm_remove_action'],
    },
    states: {
      'add_resource.add_action': {
        meta: { source: 'derived: devm_add_action(), which does not run what it cannot add' },
        on: { 'bar.devm_add_action:ok': 'add_owner', 'bar.devm_add_action:-ENOMEM': 'memunmap' },
      },
      'add_resource.run_action': 'gone',
      'add_resource.running_action': 'gone',
      'add_resource.add_owner': {
        on: {
          'bar.gen_pool_add_owner:ok': {
            target: 'return',
            meta: { commits: 'bar.add_resource:ok' },
          },
          'bar.gen_pool_add_owner:-ENOMEM': 'disarm',
        },
      },
      'add_resource.disarm': {
        meta: { source: 'derived: devm_remove_action() ahead of devm_kfree()' },
        on: { 'bar.devm_remove_action': 'memunmap' },
      },
      'alloc_mmap.undo': {
        description: 'the count is 0 before anybody else can get the page',
        initial: 'count',
        states: {
          count: { on: { 'bar[b].page[p].set_count(0)': 'pool' } },
          pool: {
            on: {
              'bar[b].rest[p].gen_pool_free': { target: 'put', meta: { commits: 'bar[b].put' } },
            },
          },
          put: {
            on: { 'bar[b].pgmap.put': { target: '#alloc_mmap.no_memory', actions: 'forget' } },
          },
        },
      },
    },
  },
];

/** What stops the BARs from decoding tears their registrations down, as a reset does. */
const everyTakeaway: Changes = ({ bars }) => [
  {
    states: {
      'p2p_disable.disable': {
        initial: 'teardown',
        states: {
          teardown: {
            meta: { source: 'derived: what stops a BAR from decoding needs what a reset needs' },
            initial: 'lock',
            states: teardownStates(
              bars,
              'p2p_disable.disable.teardown',
              '#p2p_disable.disable.off',
              'dev.write_command(MEM=0):begin',
            ),
          },
          off: { on: { 'dev.memory.off': { target: 'marks', meta: { commits: 'dev.begin' } } } },
          marks: freeMarks(bars, '#p2p_disable.disable.unlock'),
          unlock: {
            on: {
              'dev.memory_lock.up_write': {
                target: 'return',
                meta: { commits: 'dev.write_command(MEM=0):ok' },
              },
            },
          },
          return: { on: { 'dev.write_command(MEM=0):ok': '#p2p_disable.off' } },
        },
      },
    },
  },
];

/** Reset, that of another owner as well, and session termination. */
const STATED: readonly Taker[] = ['reset', 'hot_reset', 'close'];

const VERSIONS: Readonly<Record<string, CodeVersion>> = {
  'rfc-2026-06': { changes: [], takers: STATED, scope: asIs, policy: 'rfc-2026-06' },
  'under-lock': {
    changes: [underTheLock],
    takers: STATED,
    scope: asIs,
    policy: 'rfc-2026-06',
  },
  devres: {
    changes: [],
    takers: [],
    scope: (scope) => ({
      ...scope,
      driver: 'kernel',
      probes: scope.registered ? 0 : 1,
      registrars: 0,
      resets: 0,
      hotResets: 0,
      disables: 0,
      closes: 0,
      others: 0,
      served: false,
      unbinds: 1,
    }),
  },
  completed: {
    changes: [
      ...[registers, poolWithLast, mendedP2pdma, everyTakeaway, aheadOfDevSet],
      hotResetAheadOfDevSet,
    ],
    takers: ['reset', 'hot_reset', 'disable', 'close'],
    scope: asIs,
    policy: 'completed',
  },
};

/** The one that is under review first. */
export const CODE_REVISIONS: readonly string[] = Object.keys(VERSIONS);

export function versionOf(revision: string): CodeVersion {
  return VERSIONS[revision]!;
}
