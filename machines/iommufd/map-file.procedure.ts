import { assign, setup } from 'xstate';

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

/** Whether the buffer was exported from one range of the BAR, which iommufd can map, or several. */
export type Ranges = 'one' | 'several';

/** What only a buffer of one range comes to, and what only one of several does. */
const OF_RANGES = {
  one: [
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
  ],
  several: ['buf.nr_ranges:several', 'att.map_file:-EOPNOTSUPP'],
};

/** What is given back where a map fails that the contract has as made. */
const failed = { commits: 'att.ioas_unmap:ok' };

/**
 * IOMMU_IOAS_MAP_FILE on a dma-buf of vfio-pci: attach, copy the physical range under dma_resv
 * (`vfio_pci_dma_buf_iommufd_map()`), then fill the IOMMU domain under pages->mutex. A revoke between
 * the two leaves a mapping that succeeds and maps nothing.
 */
export function mapFile(ranges: Ranges) {
  const one = ranges === 'one';
  return setup({
    types: {
      context: {} as { ret: string },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      'nr_ranges == 1': () => one,
      'nr_ranges != 1': () => !one,
      'ret == -ENODEV': ({ context }) => context.ret === '-ENODEV',
      'ret == -EOPNOTSUPP': ({ context }) => context.ret === '-EOPNOTSUPP',
      'ret == -ENOMEM': ({ context }) => context.ret === '-ENOMEM',
    },
    actions: {
      'ret = -ENODEV': assign({ ret: '-ENODEV' }),
      'ret = -EOPNOTSUPP': assign({ ret: '-EOPNOTSUPP' }),
      'ret = -ENOMEM': assign({ ret: '-ENOMEM' }),
      forget: assign({ ret: '' }),
    },
  }).createMachine({
    id: 'map_file',
    description: 'iommufd_ioas_map_file(): iopt_alloc_dmabuf_pages(), iopt_area_fill_domains()',
    meta: {
      labels,
      c: inC(ranges),
      source: 'iopt_alloc_dmabuf_pages, iopt_map_dmabuf, drivers/iommu/iommufd/pages.c, v7.3',
      unused: ['att.attach:-EOPNOTSUPP', one ? OF_RANGES.several : OF_RANGES.one].flat(),
      unreachable: one ? [] : ['copy.copy', 'copy.unlock', 'fill', 'release'],
    },
    context: { ret: '' },
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
          'att.attach:-ENODEV': { target: 'refused', actions: 'ret = -ENODEV' },
          'att.attach:-ENOMEM': { target: 'refused', actions: 'ret = -ENOMEM' },
        },
      },
      refused: {
        meta: { source: 'iopt_put_pages, v7.3' },
        initial: 'destroy',
        states: {
          destroy: { on: { 'att.pages.mutex_destroy': 'kfree' } },
          kfree: { on: { 'att.pages.kfree': 'return' } },
          return: {
            on: {
              'att.map_file:-ENODEV': {
                guard: 'ret == -ENODEV',
                target: '#map_file.idle',
                actions: 'forget',
              },
              'att.map_file:-ENOMEM': {
                guard: 'ret == -ENOMEM',
                target: '#map_file.idle',
                actions: 'forget',
              },
            },
          },
        },
      },
      copy: {
        description: 'the private map, decided while dma_resv is held',
        meta: { source: 'vfio_pci_dma_buf_iommufd_map, v7.3; iopt_map_dmabuf, v7.3' },
        initial: 'lock',
        states: {
          lock: { on: { 'buf.resv.lock': 'pin' } },
          pin: { on: { 'att.pin:ok': 'test' } },
          test: {
            on: {
              'buf.revoked:true': {
                target: '#map_file.undo',
                actions: 'ret = -ENODEV',
                meta: { commits: 'att.map_file:-ENODEV' },
              },
              'buf.revoked:false': {
                target: 'ranges',
                meta: { commits: one ? 'att.map_file:ok' : 'att.map_file:-EOPNOTSUPP' },
              },
            },
          },
          ranges: {
            on: {
              'buf.nr_ranges:one': {
                guard: 'nr_ranges == 1',
                target: 'copy',
                meta: { unused: !one },
              },
              'buf.nr_ranges:several': {
                guard: 'nr_ranges != 1',
                target: '#map_file.undo',
                actions: 'ret = -EOPNOTSUPP',
                meta: { unused: one },
              },
            },
          },
          copy: { tags: ['maps'], on: { 'att.pages.phys.set': 'unlock' } },
          unlock: { on: { 'buf.resv.unlock': '#map_file.fill' } },
        },
      },
      undo: {
        description: 'undoes the attachment and gives the pages back, with dma_resv held',
        meta: { source: 'iopt_map_dmabuf, v7.3: err_unpin, err_detach; iopt_put_pages, v7.3' },
        initial: 'unpin',
        states: {
          unpin: { on: { 'att.unpin': 'unlock' } },
          unlock: { on: { 'buf.resv.unlock': 'detach' } },
          detach: { on: { 'att.detach:begin': 'detaching' } },
          detaching: { on: { 'att.detach:ok': 'destroy' } },
          destroy: { on: { 'att.pages.mutex_destroy': 'kfree' } },
          kfree: { on: { 'att.pages.kfree': 'return' } },
          return: {
            on: {
              'att.map_file:-ENODEV': {
                guard: 'ret == -ENODEV',
                target: '#map_file.idle',
                actions: 'forget',
              },
              'att.map_file:-EOPNOTSUPP': {
                guard: 'ret == -EOPNOTSUPP',
                target: '#map_file.idle',
                actions: 'forget',
                meta: { unused: one },
              },
            },
          },
        },
      },
      fill: {
        description: 'nothing is held between the copy and here',
        meta: { source: 'iopt_map_pages, iopt_area_fill_domains, v7.3: a revoked one is left out' },
        initial: 'area',
        states: {
          area: {
            on: {
              'att.area.alloc': 'lock',
              'att.area.alloc:-ENOMEM': { target: '#map_file.release', meta: failed },
            },
          },
          lock: { on: { 'att.pages.mutex_lock': 'track' } },
          track: {
            meta: { source: 'iopt_dmabuf_track_domain, v7.3' },
            on: {
              'att.track.alloc': 'test',
              'att.track.alloc:-ENOMEM': { target: 'unlock_failed', meta: failed },
            },
          },
          test: { on: { 'att.pages.revoked:false': 'map', 'att.pages.revoked:true': 'unlock' } },
          map: {
            on: {
              'att.iommu.map': 'unlock',
              'att.iommu.map:-ENOMEM': { target: 'unlock_failed', meta: failed },
            },
          },
          unlock_failed: { on: { 'att.pages.mutex_unlock': '#map_file.release' } },
          unlock: { on: { 'att.pages.mutex_unlock': 'return' } },
          return: { on: { 'att.map_file:ok': '#map_file.idle' } },
        },
      },
      release: {
        description:
          'what was imported is given back: for the contract it was mapped, and unmapped',
        meta: { source: 'iopt_map_common, iopt_put_pages, iopt_release_pages, v7.3' },
        initial: 'lock',
        states: {
          lock: { on: { 'buf.resv.lock': 'unpin' } },
          unpin: { on: { 'att.unpin': 'unlock' } },
          unlock: { on: { 'buf.resv.unlock': 'detach' } },
          detach: { on: { 'att.detach:begin': 'detaching' } },
          detaching: { on: { 'att.detach:ok': 'destroy' } },
          destroy: { on: { 'att.pages.mutex_destroy': 'kfree' } },
          kfree: { on: { 'att.pages.kfree': 'return' } },
          return: { on: { 'att.map_file:-ENOMEM': '#map_file.idle' } },
        },
      },
    },
  });
}

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

/** What its C is, for the comparison. */
const inC = (ranges: Ranges) => ({
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
});
