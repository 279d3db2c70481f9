import { type Mail, nothing, paragraph, says } from './mail.ts';

const PART = 'cover letter';

/** The cover letter of the series that became v6.19, as an answer to it quotes it. */
export const coverLetter: Mail = {
  number: '000',
  title: 'An acknowledgement of "vfio/pci: Allow MMIO regions to be exported through dma-buf"',
  from: 'Ankit Agrawal; what it quotes is by Leon Romanovsky, 2025-11',
  rows: [
    paragraph(
      '6539de77871c',
      PART,
      says(
        'vfio-pci exports memory of BARs as dma-bufs',
        '`feature_dma_buf`, `export`; every refusal: `docs/export-arguments.md`',
      ),
      says(
        'that memory has no struct pages, and the exporter controls how long it may be used',
        '`buffer`, `dma-buf-life`: `revoked-means-unmapped`, `closed-means-unmapped`',
      ),
      says(
        'RDMA and others import the fd and make memory regions of it',
        '`rdma`, `rdma-pinned`, `importers`',
      ),
    ),
    paragraph(
      'cac0435376e3',
      PART,
      says(
        'SPDK owns an NVMe device through VFIO and lets an RDMA device work with it',
        '`spdk`, `spdk-odp`, `spdk-pinned`: `docs/spdk.md`',
      ),
      says(
        'the RDMA device reaches the memory buffer of the controller, or rings its doorbell, peer to peer',
        'both as buffers of one device: `both-cut-together`, `doorbell-dead-in-reset`',
      ),
    ),
    paragraph(
      'f42fd1551978',
      PART,
      says('it is a mechanism for any importer', '`importers`, with two kinds at once'),
      says(
        'iommufd can use it as well',
        '`iommufd`; every refusal of MAP_FILE: `docs/export-arguments.md`; what a monitor does with its regions: `vmm-regions`, `docs/vmm-regions.md`',
      ),
      says(
        'such mappings are safe',
        '`disabled-means-unreachable`, `revoke-returns`; kernels in which they were not: `M8`, `M9`',
      ),
    ),
    paragraph(
      '5732602010bb',
      PART,
      says(
        'two GPUs share a buffer in the memory of one of them, which vfio-pci has',
        '`two-gpus`: `docs/two-gpus.md`',
      ),
      says(
        'as far as the two can do P2P DMA',
        'who is not P2P cannot attach: `only-p2p-attach-0`; where there is no route, map answers -EINVAL: `specs/importers/import-arguments.ts`; which route there is: `map-type`, `bus-means-direct`, `docs/routes.md`',
      ),
    ),
    paragraph(
      '8e7cb7ff8bec',
      PART,
      says(
        'an attachment can be revoked, by the move of dma-bufs',
        '`move`, `invalidate_mappings`, `revoke`; that it waits since v7.1: `M4`',
      ),
      says(
        'otherwise it is as good as pinned, since a BAR does not change its address',
        'which calls end a mapping, and that no other does: `docs/when-may-i-map.md`; importers that pin: `rdma-pinned`, `M2`',
      ),
      says(
        'access ends when the device is closed',
        '`closed-means-unmapped`, `close-returns`, `M5`',
      ),
      says(
        'and when it is reset',
        '`unmapped-while-reset`, `reset-means-unmapped`, `hot-reset`; a reset through sysfs goes past it: `O12`',
      ),
      says(
        'so the kernel defends itself against user space that means harm',
        '`disabled-means-unreachable`, whatever the owner calls; against importers that cannot let go: `only-revocable-map`',
      ),
    ),
    paragraph(
      '1be401969165',
      PART,
      says(
        'P2PDMA itself comes apart from the memory that it hands out',
        '`p2pdma`: a provider without a pool; `provider-is-there`, A-17',
      ),
      says(
        'VFIO needs no struct pages',
        '`phys_vec`, `phys_vec_to_sgt`: addresses alone; with pages: `docs/page-backed.md`',
      ),
    ),
    paragraph(
      '91602fd15ba6',
      PART,
      says('an earlier series is what it comes from', 'revision `vivek-2024`: `map-chunks`'),
      says(
        'rewritten for the DMA API of physical addresses',
        '`phys_vec_to_sgt`, `dma-addresses`: `iova-not-leaked`, `slots-freed`',
      ),
    ),
    paragraph('a30d60d5d156', PART, says('a branch has the ninth version', 'revision `v9`')),
    nothing('7d720a501769', 'acknowledgement'),
  ],
  beyond: [],
};
