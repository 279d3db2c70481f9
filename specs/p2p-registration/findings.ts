import type { Finding } from 'xstate-check';
import { RFC0 } from './sources.ts';

/** What holds in v7.3 only as long as the struct pages of a BAR are PG_reserved. */
export const NOT_RESERVED = 'rfc-2026-06, zoneDevicePages=not_reserved';

/** What the policy lacks as it is stated; patches 2 to 5 could not be read and may have it. */
function lack(
  id: string,
  property: string,
  claim: string,
  source: string,
  revision = 'rfc-2026-06',
): Finding {
  return {
    id,
    system: 'p2p-registration',
    revision,
    property,
    claim,
    source: `derived from ${RFC0}, and ${source}`,
    derived: true,
  };
}

/** What a reviewer of the RFC can ask about, each with the run that shows why. */
export const findings: readonly Finding[] = [
  lack(
    'F-X5',
    'no-vma',
    'Blocking mmap() of a registered BAR leaves a VMA that was there before: vfio_pci_core_mmap() records nothing, and its next fault maps the BAR again, so that one page is PFNMAP and struct page at once. Registration has to zap, and the fault handler to look at the BAR.',
    'vfio_pci_core_mmap, vfio_pci_mmap_huge_fault, v7.3',
  ),
  lack(
    'F-X6',
    'type1-unmap',
    'MAP_DMA of a mapped BAR stores a PFN and pins nothing; registration gives the PFN a struct page, and put_pfn() asks is_invalid_reserved_pfn() anew at UNMAP_DMA. Only PG_reserved of ZONE_DEVICE pages keeps it from unpinning a page that was never pinned: __init_zone_device_page() sets the bit, and the RFC does not mention that it leans on it. This is the run without the bit. VFIO cannot see such a map, so either type1 remembers that it pinned nothing, or the bit has to stay.',
    'put_pfn, is_invalid_reserved_pfn, __init_zone_device_page, v7.3',
    NOT_RESERVED,
  ),
  lack(
    'F-X3',
    'no-live-buffer',
    'Section 2 blocks "Exported BARs", the title of patch 4/5 "BARs with active DMABUFs". If an "active" DMABUF is one that is not revoked, a BAR can be registered while its DMABUF is revoked for the time that memory is disabled; enabling memory un-revokes every DMABUF on the list, and this one comes back to life on a registered BAR. Either of two rules closes this: count every DMABUF on vdev->dmabufs, or register only while memory decodes.',
    'vfio_pci_dma_buf_move, vfio_basic_config_write, v7.3',
  ),
  lack(
    'F-X8',
    'register-decoding:bar[0]',
    'Nothing says that the device must decode memory when a BAR is registered; the struct pages are mapped for the CPU outside the fault handler, which alone tests __vfio_pci_memory_enabled() and pm_runtime_engaged.',
    'vfio_pci_mmap_huge_fault, v7.3',
  ),
  lack(
    'F-X9-memory',
    'teardown-before-memory-disable:bar[0]',
    'The registration ends at device reset and at session termination; a write that clears COMMAND.MEM does neither, so that O_DIRECT and p2pmem mappings go on into a BAR that does not decode.',
    'vfio_basic_config_write, v7.3',
  ),
  lack(
    'F-X9-d3hot',
    'teardown-before-d3hot:bar[0]',
    'A PM_CTRL write to D3hot is neither reset nor session termination: the pages stay in use while the device does not answer.',
    'vfio_lock_and_set_power_state, v7.3',
  ),
  lack(
    'F-X9-low-power',
    'teardown-before-low-power:bar[0]',
    'LOW_POWER_ENTRY is neither reset nor session termination: the device may be runtime suspended with its pages in use. It could answer -EBUSY.',
    'vfio_pci_runtime_pm_entry, v7.3',
  ),
  lack(
    'F-X14',
    'failed-register',
    'pci_p2pdma_add_resource() leaves pool and sysfs group behind when it fails after pci_p2pdma_setup_pool(); the teardown that is stated is for reset and session termination, and of a BAR that is registered.',
    'pci_p2pdma_add_resource, v7.3',
  ),
  lack(
    'F-X15',
    'pool-outlives-pages:bar[0]',
    "The helper is to destroy the pool, but the pool is the device's and not the BAR's: with two BARs registered, removing the first destroys the pool under pages of the second that are still in use.",
    'pci_p2pdma_setup_pool, p2pdma_folio_free, gen_pool_destroy, v7.3',
  ),
];
