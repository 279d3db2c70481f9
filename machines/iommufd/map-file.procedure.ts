import { setup } from 'xstate';
import { inOrder, type ReleasePagesVariation, releaseOrder } from './release-pages.procedure.ts';

export const labels = [
  'att.map_file:begin',
  'att.pages.alloc',
  'att.pages.alloc:-ENOMEM',
  'att.pages.mutex_init',
  'att.attach:begin',
  'att.attach:ok',
  'att.attach:-ENODEV',
  'att.attach:-EOPNOTSUPP',
  'att.attach:-ENOMEM',
  'buf.resv.lock',
  'att.pin:ok',
  'att.unpin',
  'buf.revoked:true',
  'buf.revoked:false',
  'buf.nr_ranges:one',
  'buf.nr_ranges:several',
  'att.pages.phys.set',
  'buf.resv.unlock',
  'att.detach:begin',
  'att.detach:ok',
  'att.area.alloc',
  'att.area.alloc:-ENOMEM',
  'att.pages.mutex_lock',
  'att.track.alloc',
  'att.track.alloc:-ENOMEM',
  'att.pages.revoked:true',
  'att.pages.revoked:false',
  'att.iommu.map',
  'att.iommu.map:-ENOMEM',
  'att.pages.mutex_unlock',
  'att.pages.mutex_destroy',
  'att.pages.kfree',
  'att.map_file:ok',
  'att.map_file:-ENODEV',
  'att.map_file:-EOPNOTSUPP',
  'att.map_file:-ENOMEM',
] as const;

type Refusal = Extract<(typeof labels)[number], `att.map_file:-${string}`>;

const ONE_PAGE = [
  {
    c: 'pfn_reader_first($pfns, $rest)',
    label: '{att}.iommu.map',
    returns: { '': '0', '-ENOMEM': '-ENOMEM' },
    runs: { '': [] },
    sets: { '': '$pfns->batch_start_index = 0' },
    because: 'what fails for want of memory before the first entry fails as the entry does',
  },
  {
    c: 'pfn_reader_next($pfns)',
    is: '0',
    sets: { '': '$pfns->batch_start_index = 1' },
    because: 'one batch is all pages of the area',
  },
  { c: '$pfns->last_index', is: '0', because: 'one page' },
  { c: 'iopt_area_index($area)', is: '0', because: 'one page' },
  {
    c: 'batch_to_domain($_, $domain, $area, $_)',
    label: '{att}.iommu.map',
    returns: { '': '0', '-ENOMEM': '-ENOMEM' },
  },
  { c: 'pfn_reader_release_pins($pfns)', because: 'pages of a dma-buf are not pinned' },
  { c: 'pfn_reader_update_pinned($pfns)', is: '0', because: 'pages of a dma-buf are not pinned' },
] as const;

/** What the C is taken for beyond its calls: one area, of one page, in one domain. */
const mapFileRows = (ranges: Ranges) =>
  [
    { c: 'dma_buf_get($_)', is: '@buf', because: 'the file is that of a dma-buf' },
    {
      c: 'kzalloc_obj(*pages, $_)',
      label: '{att}.pages.alloc',
      returns: { '': '@att.pages', '-ENOMEM': 'NULL' },
      sets: { '': '$answer->attach = 0' },
    },
    {
      c: 'dma_buf_dynamic_attach($_, $rest)',
      label: '{att}.attach',
      returns: {
        ok: '@att',
        '-ENODEV': 'ERR_PTR(-ENODEV)',
        '-ENOMEM': 'ERR_PTR(-ENOMEM)',
      },
      spans: true,
      because: 'iopt_dmabuf_attach_revoke_ops has peer2peer and a callback',
    },
    {
      c: 'dma_buf_pin($att)',
      label: '{att}.pin',
      returns: { ok: '0' },
      because: 'vfio_pci_dmabuf_ops has no pin that could refuse',
    },
    {
      c: '$buf->nr_ranges',
      label: '{buf}.nr_ranges',
      returns: ranges === 'one' ? { one: '1' } : { several: '2' },
      because: ranges === 'one' ? 'a buffer of one range' : 'a buffer of several ranges',
    },
    {
      c: 'iommufd_test_dma_buf_iommufd_map($_, $_)',
      is: '-EOPNOTSUPP',
      because: 'it answers for the dma-bufs of the selftest only',
    },
    {
      c: 'symbol_get(vfio_pci_dma_buf_iommufd_map)',
      is: '&vfio_pci_dma_buf_iommufd_map',
      because: 'vfio-pci is there as long as a buffer of it is',
    },
    {
      c: 'iopt_alloc_area_pages($_, $rest)',
      label: '{att}.area.alloc',
      returns: { '': '0', '-ENOMEM': '-ENOMEM' },
    },
    {
      c: 'kzalloc_obj(*track)',
      label: '{att}.track.alloc',
      returns: { '': '@track', '-ENOMEM': 'NULL' },
    },
    ...ONE_PAGE,
    {
      c: 'iopt_put_pages($pages)',
      enters: { '': 'iopt_release_pages($pages)' },
      because: 'it is the only reference',
    },
    { c: 'iopt_is_dmabuf($pages)', is: '1', because: 'iopt_alloc_dmabuf_pages() makes them' },
  ] as const;

/** Whether the buffer was exported from one range of the BAR, which iommufd can map, or several. */
export type Ranges = 'one' | 'several';

export interface MapFileVariation {
  /** Whether iommufd pins the buffer for as long as it has it (7.1 and later). */
  readonly pin: 'pins' | 'does_not_pin';
}

/**
 * IOMMU_IOAS_MAP_FILE on a dma-buf of vfio-pci: attach, copy the physical range under dma_resv
 * (`vfio_pci_dma_buf_iommufd_map()`), then fill the IOMMU domain under pages->mutex. A revoke between
 * the two leaves a mapping that succeeds and maps nothing.
 */
export function mapFile(ranges: Ranges, variation: MapFileVariation & ReleasePagesVariation) {
  const pins = variation.pin === 'pins';
  const machine = setup({ types: { events: {} as { type: (typeof labels)[number] } } });

  /** The private map, decided while dma_resv is held. */
  const copy = machine.createStateConfig({
    meta: { source: 'vfio_pci_dma_buf_iommufd_map, v7.3; iopt_map_dmabuf, v7.3' },
    initial: 'lock',
    states: {
      lock: { on: { 'buf.resv.lock': pins ? 'pin' : 'test' } },
      ...(pins && { pin: { on: { 'att.pin:ok': 'test' } } }),
      test: {
        on: {
          'buf.revoked:true': {
            target: '#map_file.revoked',
            meta: { commits: 'att.map_file:-ENODEV' },
          },
          'buf.revoked:false': {
            target: 'ranges',
            meta: { commits: ranges === 'one' ? 'att.map_file:ok' : 'att.map_file:-EOPNOTSUPP' },
          },
        },
      },
      ranges: {
        on:
          ranges === 'one'
            ? { 'buf.nr_ranges:one': 'copy' }
            : { 'buf.nr_ranges:several': '#map_file.several_ranges' },
      },
      ...(ranges === 'one' && {
        copy: { tags: ['maps'], on: { 'att.pages.phys.set': 'unlock' } },
        unlock: { on: { 'buf.resv.unlock': '#map_file.fill' } },
      }),
    },
  });

  const fails = (target: string) => ({ target, meta: { commits: 'att.ioas_unmap:ok' } });
  const fill = machine.createStateConfig({
    description: 'nothing is held between the copy and here',
    meta: { source: 'iopt_map_pages, iopt_area_fill_domains, v7.3: a revoked one is left out' },
    initial: 'area',
    states: {
      area: {
        on: {
          'att.area.alloc': 'lock',
          'att.area.alloc:-ENOMEM': fails('#map_file.release'),
        },
      },
      lock: { on: { 'att.pages.mutex_lock': 'track' } },
      track: {
        meta: { source: 'iopt_dmabuf_track_domain, v7.3' },
        on: { 'att.track.alloc': 'test', 'att.track.alloc:-ENOMEM': fails('unlock_failed') },
      },
      test: { on: { 'att.pages.revoked:false': 'map', 'att.pages.revoked:true': 'unlock' } },
      map: { on: { 'att.iommu.map': 'unlock', 'att.iommu.map:-ENOMEM': fails('unlock_failed') } },
      unlock_failed: { on: { 'att.pages.mutex_unlock': '#map_file.release' } },
      unlock: { on: { 'att.pages.mutex_unlock': 'return' } },
      return: { on: { 'att.map_file:ok': '#map_file.idle' } },
    },
  });

  /** What was imported is given back: for the contract it was mapped, and unmapped. */
  const order = releaseOrder(variation);
  const release = machine.createStateConfig({
    meta: { source: 'iopt_map_common, iopt_put_pages, iopt_release_pages, v7.3' },
    initial: order[0]![0],
    states: {
      ...inOrder(order, 'return'),
      return: { on: { 'att.map_file:-ENOMEM': '#map_file.idle' } },
    },
  });

  /** Undoes the attachment and gives the pages back, with dma_resv held. */
  const undoAnd = (answer: Refusal) =>
    machine.createStateConfig({
      meta: { source: 'iopt_map_dmabuf, v7.3: err_unpin, err_detach' },
      initial: pins ? 'unpin' : 'unlock',
      states: {
        ...(pins && { unpin: { on: { 'att.unpin': 'unlock' } } }),
        unlock: { on: { 'buf.resv.unlock': 'detach' } },
        detach: { on: { 'att.detach:begin': 'detaching' } },
        detaching: { on: { 'att.detach:ok': 'free' } },
        free: freeAnd(answer),
      },
    });

  const freeAnd = (answer: Refusal) =>
    machine.createStateConfig({
      meta: { source: 'iopt_put_pages, v7.3' },
      initial: 'destroy',
      states: {
        destroy: { on: { 'att.pages.mutex_destroy': 'kfree' } },
        kfree: { on: { 'att.pages.kfree': 'return' } },
        return: { on: { [answer]: '#map_file.idle' } },
      },
    });

  return machine.createMachine({
    id: 'map_file',
    description: 'iommufd_ioas_map_file(): iopt_alloc_dmabuf_pages(), iopt_area_fill_domains()',
    meta: {
      labels,
      c: {
        function: 'iopt_map_file_pages',
        file: 'drivers/iommu/iommufd/io_pagetable.c',
        also: ['drivers/iommu/iommufd/pages.c', 'drivers/vfio/pci/vfio_pci_dmabuf.c'],
        entries: [{ begins: 'att.map_file:begin' }],
        lists: [
          { head: '&pages_list', of: 'elm', size: 1, link: 'next' },
          { head: '&$iopt->domains', of: 'domain', size: 1, link: 'xarray' },
          { head: '&$pages->tracker', of: 'track', size: 0, link: 'elm' },
        ],
        leads: {
          'pages.dmabuf': 'pages',
          'elm.pages': '@att.pages',
          'elm.area': '@att.area',
          'area.iopt': '@iopt',
        },
        rows: mapFileRows(ranges),
      },
      source: 'iopt_alloc_dmabuf_pages, iopt_map_dmabuf, drivers/iommu/iommufd/pages.c, v7.3',
      unused: [
        'att.attach:-EOPNOTSUPP',
        ...(pins ? [] : ['att.pin:ok', 'att.unpin']),
        ...(ranges === 'one'
          ? ['buf.nr_ranges:several', 'att.map_file:-EOPNOTSUPP']
          : [
              'buf.nr_ranges:one',
              'att.pages.phys.set',
              'att.area.alloc',
              'att.area.alloc:-ENOMEM',
              'att.pages.mutex_lock',
              'att.track.alloc',
              'att.track.alloc:-ENOMEM',
              'att.pages.revoked:true',
              'att.pages.revoked:false',
              'att.iommu.map',
              'att.iommu.map:-ENOMEM',
              'att.pages.mutex_unlock',
              'att.map_file:ok',
            ]),
      ],
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.map_file:begin': 'alloc' } },
      alloc: { on: { 'att.pages.alloc': 'init', 'att.pages.alloc:-ENOMEM': 'return_no_memory' } },
      return_no_memory: { on: { 'att.map_file:-ENOMEM': 'idle' } },
      init: { on: { 'att.pages.mutex_init': 'attach' } },
      attach: { on: { 'att.attach:begin': 'attaching' } },
      attaching: {
        on: {
          'att.attach:ok': 'copy',
          'att.attach:-ENODEV': 'refused',
          'att.attach:-ENOMEM': 'no_memory',
        },
      },
      refused: freeAnd('att.map_file:-ENODEV'),
      no_memory: freeAnd('att.map_file:-ENOMEM'),
      copy,
      revoked: undoAnd('att.map_file:-ENODEV'),
      ...(ranges === 'one'
        ? { fill, release }
        : { several_ranges: undoAnd('att.map_file:-EOPNOTSUPP') }),
    },
  });
}
