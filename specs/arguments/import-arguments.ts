import { type ArgumentTable, when } from './argument-table.ts';

const MEASURED = 'measured on Debian 7.2.13 in a virtual machine';
const LAB = 'measured on an own build of 7.2.13 in a virtual machine';
const ATTACH = 'vfio_pci_dma_buf_attach, v7.3';

/** An importer that attaches to a buffer. */
export interface AttachSituation {
  /** It says that it can use memory without pages. */
  readonly peer2peer: boolean;
  /** It can be told to let go. */
  readonly callback: boolean;
  readonly revoked: boolean;
}

/** dma_buf_dynamic_attach() to a buffer of vfio-pci. */
export const attachArguments: ArgumentTable<AttachSituation> = {
  call: 'dma_buf_dynamic_attach()',
  answers: 'ok',
  sound: { peer2peer: true, callback: true, revoked: false },
  causes: [
    {
      id: 'not-p2p',
      cause: 'the importer does not allow peer to peer, or is static',
      errno: '-EOPNOTSUPP',
      since: 'v6.19',
      source: `${ATTACH}; ${MEASURED}`,
      at: when((s) => !s.peer2peer),
      example: { peer2peer: false },
    },
    {
      id: 'revoked',
      cause: 'the buffer is revoked, or its device was closed',
      errno: '-ENODEV',
      since: 'v6.19',
      source: `${ATTACH}; ${MEASURED}`,
      at: when((s) => s.revoked),
      example: { revoked: true },
    },
    {
      id: 'not-revocable',
      cause: 'the importer has no invalidate_mappings callback',
      errno: '-EOPNOTSUPP',
      since: 'v7.1',
      source: `dma_buf_attach_revocable, v7.3; ${MEASURED}`,
      at: when((s) => !s.callback),
      example: { callback: false },
    },
  ],
  accepted: [],
  exclusive: [],
};

/** One call of IOMMU_IOAS_MAP_FILE on a buffer of a few pages. */
export interface MapFileSituation {
  readonly start: bigint;
  readonly length: bigint;
  /** The buffer was exported by vfio-pci. */
  readonly ours: boolean;
  readonly revoked: boolean;
  readonly ranges: number;
}

/** How long the buffer is. */
export const MAP_FILE_SIZE = 0x4000n;
const PAGE = 0x1000n;

/** IOMMU_IOAS_MAP_FILE on a buffer of vfio-pci. */
export const mapFileArguments: ArgumentTable<MapFileSituation> = {
  call: 'IOMMU_IOAS_MAP_FILE',
  answers: 'ok',
  sound: { start: 0n, length: MAP_FILE_SIZE, ours: true, revoked: false, ranges: 1 },
  causes: [
    {
      id: 'not-built',
      cause: 'the kernel has no support for dma-bufs in iommufd',
      errno: '-EOPNOTSUPP',
      since: 'v6.19',
      source: 'iopt_alloc_dmabuf_pages, v7.3',
      at: () => -1,
      untried: 'the simulator is built with it',
    },
    {
      id: 'outside',
      cause: 'the range is empty, begins behind the buffer or is longer',
      errno: '-EINVAL',
      since: 'v6.19',
      source: `iopt_alloc_dmabuf_pages, v7.3; ${LAB}`,
      at: when(
        ({ start, length }) =>
          length === 0n || start >= MAP_FILE_SIZE || start + length > MAP_FILE_SIZE,
      ),
      example: { start: MAP_FILE_SIZE },
      also: [{ start: PAGE }, { length: 0n }, { length: 2n * MAP_FILE_SIZE }],
    },
    {
      id: 'revoked',
      cause: 'the buffer is revoked, or its device was closed',
      errno: '-ENODEV',
      since: 'v6.19',
      source: `${ATTACH}, and again under dma_resv in vfio_pci_dma_buf_iommufd_map, v7.3; ${LAB}`,
      at: when((s) => s.revoked),
      example: { revoked: true },
    },
    {
      id: 'foreign',
      cause: 'the buffer is not one of vfio-pci',
      errno: '-EOPNOTSUPP',
      since: 'v6.19',
      source: 'vfio_pci_dma_buf_iommufd_map, v7.3',
      at: () => -1,
      untried: 'the simulator has no other exporter',
    },
    {
      id: 'many-ranges',
      cause: 'the buffer has more than one range',
      errno: '-EOPNOTSUPP',
      since: 'v6.19',
      source: `vfio_pci_dma_buf_iommufd_map, v7.3; ${LAB}`,
      at: when((s) => s.ranges !== 1),
      example: { ranges: 2 },
    },
  ],
  accepted: [
    {
      what: 'a part of the buffer',
      example: { start: PAGE, length: PAGE },
      source: 'iopt_alloc_dmabuf_pages, v7.3',
    },
  ],
  exclusive: [],
};
