import {
  DESTROY,
  FAIL,
  SETUP,
  UNDO,
  UNMAP,
} from '../../../machines/p2p-registration/p2pmem.contract.ts';
import type { MachineChanges } from '../../written-anew.ts';

const SHARED =
  'derived: gen_pool cannot give up one chunk, so the pool has to live until the last BAR is drained';

const noFile = (state: string) => ({ target: state, meta: { source: UNMAP } });

/** The chunk of the last BAR, with which the pool goes, or that of another one. */
const drained = (last: 'none' | 'no_file', bars: number) => [
  { guard: 'last', target: last, actions: 'drop', meta: { source: DESTROY } },
  { target: 'closing', actions: 'drop', meta: { source: SHARED, unused: bars < 2 } },
];

/** The pool is destroyed with the last BAR that is removed, and not with the first. */
export const destroyedWithLast = (bars: number): MachineChanges => ({
  steps: {
    'p2pmem.closing': { on: { 'bar.drained': drained('none', bars) } },
    'p2pmem.destroyed': null,
  },
});

/** A registration that fails leaves nothing behind. */
export const undone: MachineChanges = {
  steps: {
    'p2pmem.none': {
      on: { 'bar.add_resource:failed': { target: 'none', meta: { source: UNDO } } },
    },
    'p2pmem.empty': null,
  },
};

/** A second registration finds the pool of the first, without its file; the pool goes with the last BAR. */
export const keepsOldPool = (bars: number): MachineChanges => ({
  steps: { 'p2pmem.closing': { on: { 'bar.drained': drained('no_file', bars) } } },
  states: {
    'p2pmem.no_file': {
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
  },
});
