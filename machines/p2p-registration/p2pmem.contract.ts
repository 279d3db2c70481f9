// Truth: what the RFC states; where it is silent, derived.
import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';
import { RFC0 } from './rfc.ts';

export const labels = [
  'bar.add_resource:ok',
  'bar.add_resource:failed',
  'bar.allocate:ok',
  'bar.allocate:-ENOENT',
  'bar.allocate:-ENOMEM',
  'bar.remove_resource',
  'bar.drained',
] as const;

export const SETUP =
  'pci_p2pdma_setup_pool, v7.3: pool and sysfs group, made where there is no pool yet';
export const FAIL =
  'pci_p2pdma_add_resource, v7.3: what fails after pci_p2pdma_setup_pool() leaves pool and group';
export const UNDO = 'derived: a registration that fails leaves the device as it was';
const ALLOCATE = 'p2pmem_alloc_mmap, v7.3';
export const UNMAP =
  'pci_p2pdma_unmap_mappings, v7.3: removes p2pmem/allocate for the whole device, whichever BAR goes';
export const DESTROY = `${RFC0}, section 3: "to ensure the pool is destroyed"`;

/**
 * What one device shows of its registered BARs in sysfs: the pool, which has one chunk for each
 * BAR, and the file p2pmem/allocate, which serves whichever chunk has room. As the RFC has it, the
 * teardown of a BAR destroys the pool, and a registration that fails leaves it.
 *
 * @param bars - how many BARs of the device may be registered
 */
export const p2pmem = madeOnce(function p2pmem(bars: number = 1) {
  return setup({
    types: {
      context: {} as { chunks: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      several: () => bars > 1,
      room: ({ context }) => context.chunks < bars,
      last: ({ context }) => context.chunks === 1,
      // Of the state that a pool which is kept has (keepsOldPool).
      some: ({ context }) => context.chunks > 0,
    },
    actions: {
      add: assign({ chunks: ({ context }) => context.chunks + 1 }),
      drop: assign({ chunks: ({ context }) => context.chunks - 1 }),
    },
  }).createMachine({
    id: 'p2pmem',
    description: 'struct pci_p2pdma of one device: gen_pool and sysfs group p2pmem',
    meta: { labels, unreachable: bars > 1 ? [] : ['destroyed'], source: SETUP },
    context: { chunks: 0 },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        meta: { source: SETUP, shows: { allocate: 'false' } },
        on: {
          'bar.add_resource:ok': { target: 'ready', actions: 'add', meta: { source: SETUP } },
          'bar.add_resource:failed': { target: 'empty', meta: { source: FAIL } },
        },
      },
      empty: {
        description: 'sysfs shows a pool of which no BAR is a part; allocate answers -ENOMEM',
        meta: { source: FAIL },
        on: {
          'bar.add_resource:ok': { target: 'ready', actions: 'add', meta: { source: SETUP } },
          'bar.add_resource:failed': { target: 'empty', meta: { source: FAIL } },
        },
      },
      ready: {
        description: 'p2pmem/allocate is there',
        tags: ['alive'],
        meta: { source: SETUP, shows: { allocate: 'true' } },
        on: {
          'bar.add_resource:ok': {
            guard: 'room',
            target: 'ready',
            actions: 'add',
            meta: { source: SETUP, unused: bars < 2 },
          },
          'bar.add_resource:failed': {
            guard: 'room',
            target: 'ready',
            meta: { source: UNDO, unused: bars < 2 },
          },
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
          'bar.allocate:-ENOENT': { target: 'closing', meta: { source: UNMAP } },
          'bar.remove_resource': {
            guard: 'several',
            target: 'closing',
            meta: { source: UNMAP, unused: bars < 2 },
          },
          'bar.drained': [
            { guard: 'last', target: 'none', actions: 'drop', meta: { source: DESTROY } },
            {
              target: 'destroyed',
              actions: 'drop',
              meta: { source: DESTROY, unused: bars < 2 },
            },
          ],
        },
      },
      destroyed: {
        description: 'gen_pool_destroy() has run, and another BAR still has its chunk in it',
        meta: { source: DESTROY },
        on: {
          'bar.allocate:-ENOENT': { target: 'destroyed', meta: { source: UNMAP } },
          'bar.remove_resource': { target: 'destroyed', meta: { source: UNMAP } },
          'bar.drained': [
            { guard: 'last', target: 'none', actions: 'drop', meta: { source: DESTROY } },
            {
              target: 'destroyed',
              actions: 'drop',
              meta: { source: DESTROY, unused: bars < 3 },
            },
          ],
        },
      },
    },
  });
});
