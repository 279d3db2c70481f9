import { type ArgumentTable, when } from '../shared/argument-table.ts';

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

/** What an attached importer finds when it maps. */
export interface MapSituation {
  readonly revoked: boolean;
  /** The way from its device to the memory, as pci_p2pdma_map_type() has it. */
  readonly route: 'host_bridge' | 'switch' | 'none';
  /** Its device is behind an IOMMU that translates. */
  readonly translates: boolean;
  readonly ranges: number;
}

const MAP = 'dma_buf_phys_vec_to_sgt, v7.3';
const RANGES = 'Debian 7.3.4 in a virtual machine';

/** dma_buf_map_attachment() of a buffer of vfio-pci. */
export const mapArguments: ArgumentTable<MapSituation> = {
  call: 'dma_buf_map_attachment()',
  answers: 'ok',
  sound: { revoked: false, route: 'host_bridge', translates: true, ranges: 1 },
  causes: [
    {
      id: 'revoked',
      cause: 'the buffer is revoked, or its device was closed',
      errno: '-ENODEV',
      since: 'v6.19',
      source: `vfio_pci_dma_buf_map, v7.3; ${MEASURED}`,
      at: when((s) => s.revoked),
      example: { revoked: true },
    },
    {
      id: 'no-route',
      cause: 'there is no route from the device of the importer that the kernel allows',
      errno: '-EINVAL',
      since: 'v6.19',
      source: `${MAP}; ${MEASURED}`,
      at: when((s) => s.route === 'none'),
      example: { route: 'none' },
    },
    {
      id: 'no-memory',
      cause: 'an allocation fails: the state, the table, the page table of the IOMMU',
      errno: '-ENOMEM',
      since: 'v6.19',
      source: MAP,
      at: () => -1,
      untried: 'it fails where the environment says so, not for an argument',
    },
    {
      id: 'several-ranges',
      cause:
        'the buffer has more than one range, and the IOMMU of the importer translates: each is linked at offset 0',
      errno: '-EADDRINUSE',
      since: 'v7.2',
      source: `${MAP}; measured on ${RANGES}; on arm64 -EEXIST (read)`,
      at: when((s) => s.ranges > 1 && s.translates && s.route === 'host_bridge'),
      example: { ranges: 2 },
      also: [{ ranges: 3 }],
    },
  ],
  accepted: [
    {
      what: 'several ranges, where the IOMMU passes addresses on',
      example: { ranges: 3, translates: false },
      source: `${MAP}; measured on ${RANGES} with iommu=pt`,
    },
    {
      what: 'several ranges, through a switch',
      example: { ranges: 3, route: 'switch' },
      source: `${MAP}; measured on ${RANGES}`,
    },
  ],
  exclusive: [
    {
      causes: ['no-route', 'several-ranges'],
      reason: 'ranges are linked where there is a route through the host bridge',
    },
  ],
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
