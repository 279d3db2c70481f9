import { REGISTER } from '../../../machines/p2p-registration/bar-vma.contract.ts';
import { MAP } from '../../../machines/p2p-registration/type1-map.contract.ts';
import type { MachineChanges } from '../../written-anew.ts';

const PAGE =
  'vaddr_get_pfns, v7.3: takes a PFN out of a PTE only where is_invalid_reserved_pfn(), and answers -EFAULT otherwise';
const UNMAP = 'put_pfn, v7.3: is_invalid_reserved_pfn() is asked again at unmap';
const REMEMBERS = 'derived: a map that pinned nothing unpins nothing';

const to = (target: string, source: string) => ({ target, meta: { source } });

/** Registration takes the PTEs of a VMA that is there. */
export const zapped: MachineChanges = {
  steps: { 'bar_vma.present': { on: { 'bar.register:admitted': to('mapped', REGISTER) } } },
};

/** The struct pages of a registered BAR are not PG_reserved: type1 takes them for its own. */
export const notReserved: MachineChanges = {
  steps: {
    'type1_map.none': {
      on: {
        'type1.map_dma:ok#page': null,
        'type1.map_dma:-EFAULT#page': to('none', PAGE),
      },
    },
    'type1_map.mapped_without_ref': {
      on: { 'type1.unmap_dma#page': to('never_pinned_unpinned', UNMAP) },
    },
  },
  states: {
    'type1_map.never_pinned_unpinned': {
      description: 'a page of the BAR has lost a reference that somebody else holds',
      tags: ['violation', 'quiescent'],
      meta: { source: UNMAP, finding: 'unpins a page that was never pinned: put_pfn()' },
      on: {
        'type1.map_dma:ok#no_page': to('mapped_without_ref', MAP),
        'type1.map_dma:-EFAULT#page': to('never_pinned_unpinned', PAGE),
      },
    },
  },
};

/** Each map remembers that it pinned nothing. */
export const remembers: MachineChanges = {
  steps: {
    'type1_map.mapped_without_ref': { on: { 'type1.unmap_dma#page': to('none', REMEMBERS) } },
    'type1_map.never_pinned_unpinned': null,
  },
};
