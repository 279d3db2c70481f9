import { assign, setup } from 'xstate';

export const labels = [
  'bar.add_resource:ok',
  'bar.add_resource:failed',
  'bar.allocate:ok',
  'bar.allocate:-ENOENT',
  'bar.allocate:-ENOMEM',
  'bar.remove_resource',
  'bar.drained',
] as const;

/** What a policy has to say about the pool, which all BARs of a device share. */
export interface PoolPolicy {
  /** When the pool is destroyed: with the first BAR that is removed, or with the last. */
  readonly pool: 'destroyed_with_first' | 'destroyed_with_last';
  /** What a registration that fails leaves behind: nothing, or an empty pool in sysfs. */
  readonly failedRegister: 'undone' | 'leaves_pool';
  /** What a second registration finds: everything made anew, or the pool without its file. */
  readonly registerAgain: 'creates_allocate' | 'keeps_old_pool';
}

const SETUP = 'pci_p2pdma_setup_pool, v7.3: pool and sysfs group, made where there is no pool yet';
const FAIL =
  'pci_p2pdma_add_resource, v7.3: what fails after pci_p2pdma_setup_pool() leaves pool and group';
const UNDO = 'derived: a registration that fails leaves the device as it was';
const ALLOCATE = 'p2pmem_alloc_mmap, v7.3';
const UNMAP =
  'pci_p2pdma_unmap_mappings, v7.3: removes p2pmem/allocate for the whole device, whichever BAR goes';
const DESTROY =
  '[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10, section 3: the pool is destroyed';
const SHARED =
  'derived: gen_pool cannot give up one chunk, so the pool has to live until the last BAR is drained';

/**
 * What one device shows of its registered BARs in sysfs: the pool, which has one chunk for each
 * BAR, and the file p2pmem/allocate, which serves whichever chunk has room.
 *
 * @param bars - how many BARs of the device may be registered
 */
export function p2pmem(policy: PoolPolicy, bars = 1) {
  const none = policy.registerAgain === 'creates_allocate' ? 'none' : 'no_file';
  const several = bars > 1;
  const machine = setup({
    types: {
      context: {} as { chunks: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      room: ({ context }) => context.chunks < bars,
      last: ({ context }) => context.chunks === 1,
      some: ({ context }) => context.chunks > 0,
    },
    actions: {
      add: assign({ chunks: ({ context }) => context.chunks + 1 }),
      drop: assign({ chunks: ({ context }) => context.chunks - 1 }),
    },
  });

  const added = { target: 'ready', actions: 'add', meta: { source: SETUP } } as const;
  const notLast = {
    target: policy.pool === 'destroyed_with_last' ? 'closing' : 'destroyed',
    actions: 'drop',
    meta: { source: policy.pool === 'destroyed_with_last' ? SHARED : DESTROY },
  } as const;
  const noFile = (state: string) => ({ target: state, meta: { source: UNMAP } });

  return machine.createMachine({
    id: 'p2pmem',
    description: 'struct pci_p2pdma of one device: gen_pool and sysfs group p2pmem',
    meta: { labels, source: SETUP },
    context: { chunks: 0 },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        meta: { source: SETUP, shows: { allocate: 'false' } },
        on: {
          'bar.add_resource:ok': added,
          'bar.add_resource:failed':
            policy.failedRegister === 'undone'
              ? { target: 'none', meta: { source: UNDO } }
              : { target: 'empty', meta: { source: FAIL } },
        },
      },
      ready: {
        description: 'p2pmem/allocate is there',
        tags: ['alive'],
        meta: { source: SETUP, shows: { allocate: 'true' } },
        on: {
          ...(several && { 'bar.add_resource:ok': { guard: 'room', ...added } }),
          ...(several && {
            'bar.add_resource:failed': { guard: 'room', target: 'ready', meta: { source: UNDO } },
          }),
          'bar.allocate:ok': { target: 'ready', meta: { source: ALLOCATE } },
          'bar.allocate:-ENOMEM': { target: 'ready', meta: { source: ALLOCATE } },
          'bar.remove_resource': { target: 'closing', meta: { source: UNMAP } },
        },
      },
      closing: {
        description: 'p2pmem/allocate is gone, its mappings are zapped; pages may still be held',
        tags: ['alive'],
        meta: { source: UNMAP, shows: { allocate: 'false' } },
        on: {
          'bar.allocate:-ENOENT': noFile('closing'),
          ...(several && { 'bar.remove_resource': { target: 'closing', meta: { source: UNMAP } } }),
          'bar.drained': [
            { guard: 'last', target: none, actions: 'drop', meta: { source: DESTROY } },
            ...(several ? [notLast] : []),
          ],
        },
      },
      ...(several &&
        policy.pool === 'destroyed_with_first' && {
          destroyed: {
            description: 'gen_pool_destroy() has run, and another BAR still has its chunk in it',
            meta: { source: DESTROY },
            on: {
              'bar.allocate:-ENOENT': noFile('destroyed'),
              'bar.remove_resource': noFile('destroyed'),
              'bar.drained': [
                { guard: 'last', target: none, actions: 'drop', meta: { source: DESTROY } },
                ...(bars > 2 ? [notLast] : []),
              ],
            },
          },
        }),
      ...(policy.registerAgain === 'keeps_old_pool' && {
        no_file: {
          description: 'pci_p2pdma_setup_pool() finds a pool and does not make the file again',
          tags: ['alive'],
          meta: { source: UNMAP },
          on: {
            'bar.add_resource:ok': {
              guard: 'room',
              target: 'no_file',
              actions: 'add',
              meta: { source: SETUP },
            },
            'bar.add_resource:failed': { target: 'no_file', meta: { source: FAIL } },
            'bar.allocate:-ENOENT': noFile('no_file'),
            'bar.remove_resource': noFile('no_file'),
            'bar.drained': {
              guard: 'some',
              target: 'no_file',
              actions: 'drop',
              meta: { source: SHARED },
            },
          },
        },
      }),
      ...(policy.failedRegister === 'leaves_pool' && {
        empty: {
          description: 'sysfs shows a pool of which no BAR is a part; allocate answers -ENOMEM',
          meta: { source: FAIL },
          on: {
            'bar.add_resource:ok': added,
            'bar.add_resource:failed': { target: 'empty', meta: { source: FAIL } },
          },
        },
      }),
    },
  });
}
