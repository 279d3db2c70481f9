import type { Difference } from './design.ts';

/** Any importer with peer2peer attaches, also one that cannot be told to stop. */
export const anyImporter: Difference = {
  instead: { attach: { admits: 'any_p2p' } },
  defects: ['M2'],
  source: 'vfio_pci_dma_buf_attach before 61ceaf236115',
};

/** The same, and the pin of an importer that cannot be told to stop is refused. */
export const pinRefused: Difference = {
  instead: { attach: { admits: 'any_p2p' }, pin: { pin: 'refused' } },
  defects: [],
  source: '61ceaf236115, v6.19: .pin answers -EOPNOTSUPP',
};

/** iommufd neither pins nor unpins, and destroys its pages before it detaches. */
export const iommufdBeforePin: Difference = {
  instead: {
    mapFile: { pin: 'does_not_pin' },
    releasePages: { destroy: 'before_detach', unpin: 'never' },
  },
  defects: ['M8'],
  source: '"iommufd: Add DMABUF to iopt_pages", v6.19; "iommufd: Add dma_buf_pin()" came with v7.1',
};

/** iommufd unpins without dma_resv, and destroys its pages before it detaches. */
export const iommufdUnlockedUnpin: Difference = {
  instead: { releasePages: { destroy: 'before_detach', unpin: 'unlocked' } },
  defects: ['M8', 'M9'],
  source: 'iopt_release_pages, v7.1, before f2d70dbd3dce and e745cd2c749e',
};

/** iommufd's access path takes the pages of a dma-buf for those of a process. */
export const accessPins: Difference = {
  instead: { accessPin: { dmabuf: 'pinned' } },
  defects: ['M10'],
  source: 'iopt_area_add_access before 5f3fc0ad9a41, v7.2',
};

/** A pinned memory region whose map fails is unpinned twice. */
export const unpinsTwice: Difference = {
  instead: { register: { failure: 'unpins_and_releases' } },
  defects: ['M13'],
  source: 'ib_umem_dmabuf_get_pinned_with_dma_device before 104016eb671e',
};

/** The same where the pin is refused before anything is mapped, so that nobody comes to it. */
export const unpinsTwiceBehindPin: Difference = { ...unpinsTwice, defects: [] };

/** The IOVA is made at attach, and destroyed at the first unmap. */
export const iovaOfAttach: Difference = {
  instead: { addresses: { iova: 'in_attach' } },
  defects: ['P9'],
  source:
    'Jason Gunthorpe and Leon Romanovsky on v5 9/9, 2025-10-17, <20251017155850.GN3901471@nvidia.com>',
};
