import type { AnyStateMachine } from 'xstate';
import type { Revision } from 'xstate-check';
import type { SectionVariation } from '../../machines/uses/vmm-sections.ts';
import { asOf } from '../revisions/index.ts';
import type { MachineChanges } from '../written-anew.ts';

/** A VMM: what it does otherwise than one that does what it has to, and where that was read. */
interface VmmDesign extends Revision {
  /** Nothing where it differs in its sections alone. */
  readonly changes?: MachineChanges;
  readonly sections: SectionVariation;
}

/** Where QEMU was read: public trees of 2026 that have vfio_region_create_dma_buf(), by their commits. */
export const QEMU =
  'QEMU as NVIDIA/QEMU has it in 2026: hw/vfio/region.c@2820c9ce, container.c@87c6a71b, pci.c@18f92a13, listener.c@2ff59d05; hw/pci/pci.c@0e0170c2';

const HAS_TO: VmmDesign = {
  name: 'vmm-remaps',
  title:
    'a VMM that unmaps and maps anew after all that cuts its buffers off, and closes their fds',
  kind: 'what-if',
  source: 'derived: what keeps every rule; iopt_revoke_notify, v7.3: nothing is mapped again',
  changes: {},
  sections: { buffers: 'of_each_area', start: 'in_area' },
};

const AS_READ: VmmDesign = {
  name: 'vmm-qemu',
  title: 'QEMU as read: it maps and unmaps with the BARs of the guest, and by nothing else',
  kind: 'proposal',
  source: QEMU,
  words: ['QEMU', 'vfio_region_create_dma_buf', 'hw/vfio/region.c', 'vfio_pci_write_config'],
  changes: {
    states: {
      'vmm.resetting.called': {
        description: 'a reset that the guest asks for goes to the device and changes no BAR',
        meta: { source: `vfio_pci_write_config: the last else; ${QEMU}` },
        on: { 'dev[0].device_reset:ok': 'return', 'dev[0].device_reset:failed': 'return' },
      },
      'vmm.resetting.unmap': 'gone',
      'vmm.resetting.map': 'gone',
      'vmm.unplugging.release': {
        description: 'the fds are in the RAM blocks, and nobody closes them',
        meta: {
          source: `vfio_region_create_dma_buf, vfio_region_finalize; reclaim_ramblock: RAM_PREALLOC; ${QEMU}`,
        },
        on: { 'dev[0].close:begin': 'closing' },
      },
      'vmm.unplugging.close': 'gone',
    },
  },
  // ram_block->fd_offset = region->mmaps[i].offset, and one fd for all of them
  sections: { buffers: 'of_all_areas', start: 'in_bar' },
};

const ADDED_UP: VmmDesign = {
  name: 'vmm-adds-up',
  title: 'the same with the lengths of the areas before it as the offset of an area, and no more',
  kind: 'what-if',
  source: 'derived: what mends the offsets of D-04 and leaves one dma-buf for a BAR',
  sections: { buffers: 'of_all_areas', start: 'added_up' },
};

const all: readonly VmmDesign[] = [HAS_TO, AS_READ, ADDED_UP];

/** The columns: the one that keeps every rule first. */
export const vmmDesigns: readonly Revision[] = all.map(
  ({ changes: _, sections: __, ...one }) => one,
);

/** Those of which it is said when they map. */
export const WHEN: readonly string[] = all.flatMap(({ name, changes }) => (changes ? [name] : []));

const named = (revision: string) => all.find(({ name }) => name === revision)!;

/** The VMM as a design has it. */
export function vmmOf(revision: string, machine: AnyStateMachine): AnyStateMachine {
  return asOf({ anew: [named(revision).changes!] }, machine);
}

/** What a design exports of a BAR, and what it maps of that. */
export const sectionsOfDesign = (revision: string): SectionVariation => named(revision).sections;
