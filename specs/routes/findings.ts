import type { Finding } from 'xstate-check';
import { LATE, SELF } from './scopes.ts';

const CALC = 'calc_map_type_and_dist, drivers/pci/p2pdma.c, v7.3';

const found = (of: Omit<Finding, 'system' | 'revision' | 'derived'>): Finding => ({
  ...of,
  system: 'map-type',
  revision: 'p2pdma-7.3',
  derived: true,
});

/** Of memory that is in no BAR, by the version in which it can be exported. */
const noBar = (id: string, revision: string, region: number): Finding => ({
  id,
  system: 'region-export',
  revision,
  property: `bus-address-is-decoded(${region})`,
  claim: `memory of region ${region} that is in no BAR borrows the provider of BAR 0: to a peer below the same switch it is given out by its CPU address and the offset of BAR 0, which no port there routes. Through the host bridge it is right`,
  source:
    'nvgrace_get_dmabuf_phys, pci_p2pdma_bus_addr_map, v7.3; read, not run: it needs a Grace Hopper with a peer below its switch',
  derived: true,
});

/** What is so of the ways that the kernel finds, and of regions that are no BAR. */
export const findings: readonly Finding[] = [
  found({
    id: 'R-siblings',
    property: 'same-device-is-bus',
    claim:
      'two functions of one device below a port that redirects go through the host bridge, and are refused where that is not listed: the port in which they meet is asked as well. The comment above the function says BUS_ADDR of them without a condition; an IOMMU driver sets the bits of every root port that has ACS',
    source: `${CALC}: pci_bridge_has_acs_redir(a) ahead of the comparison; measured on Debian 7.3.4 in a virtual machine: two functions of ivshmem below a pcie-root-port with ACS, without, and with pci=disable_acs_redir`,
  }),
  found({
    id: 'R-self',
    property: 'same-device-is-bus',
    scope: SELF,
    claim:
      'a function that redirects by an ACS capability of its own, as functions of one device have, is not BUS_ADDR to itself: it goes through the host bridge, or is refused',
    source: `${CALC}: pci_bridge_has_acs_redir(provider), and the comment "same PCI function"; read, not run: no device of QEMU has ACS in a function`,
  }),
  found({
    id: 'R-kept',
    property: 'kept-is-true',
    scope: LATE,
    claim:
      'what was found for a client is kept until the driver of the exporter is unbound: redirect bits that are written later, by setpci or after a hot plug below the same number, change no answer',
    source: `pci_p2pdma_map_type, ${CALC}: map_types is dropped in pci_p2pdma_release() alone; read, not run`,
  }),
  found({
    id: 'R-mapped',
    property: 'bus-means-direct',
    scope: LATE,
    claim:
      'a mapping with bus addresses stays when a port on its way begins to redirect: nobody is told, and what the importer sends is sent up to an IOMMU that has no such address',
    source: `${CALC}; read, not run`,
  }),
  {
    id: 'F-O11',
    system: 'region-export',
    revision: 'nvgrace-7.3',
    property: 'mapped-by-cpus-can-be-exported(4)',
    claim:
      'since v7.1 a region is refused with -ENODEV where no BAR was claimed for it, before the driver is asked: nvgrace-gpu has memory of the GPU as region 4 (USEMEM) whether there is a BAR 4 or not. Mail 003 shows that region exported with v6; whether a GPU of today has the BAR needs the hardware',
    source:
      'vfio_pci_core_feature_dma_buf (vfio_pci_core_get_iomap), nvgrace_get_dmabuf_phys, v7.3; read, not run: it needs a Grace Hopper',
    derived: true,
  },
  noBar('R-no-bar', 'nvgrace-7.3', 2),
  noBar('R-no-bar-4', 'nvgrace-v9', 4),
];
