import { type Call, call } from 'xstate-check';

const MAPPING = 'dma_buf_phys_vec_to_sgt, drivers/dma-buf/dma-buf-mapping.c, v7.3';
const ATTACHMENT = 'vfio_pci_dma_buf_attach, vfio_pci_dma_buf_map, vfio_pci_dma_buf_unmap, v7.3';

/** What dma_buf_phys_vec_to_sgt() answers, and map after it. */
export const MAP_ANSWERS = ['ok', '-EINVAL', '-EADDRINUSE', '-ENOMEM'] as const;

type Rest = Pick<Call, 'written'> & Partial<Call>;

function step(name: string, callee: string, rest: Rest): Call {
  return call(name, callee, { source: MAPPING, ...rest });
}

function userCall(name: string, outcomes: readonly string[], written: string): Call {
  const said = { caller: 'user', outcomes, spans: true, written, source: ATTACHMENT };
  return call(name, 'importer', said);
}

/**
 * The calls and steps of `dma-addresses`.
 *
 * @param withSlots - whether the slots of the IOVA range are drawn, which decide what a link answers
 */
export const addressCalls = (withSlots: boolean): readonly Call[] => [
  userCall('att.attach', ['ok', '-ENOMEM'], 'dma_buf_dynamic_attach(dmabuf)'),
  userCall('att.map', MAP_ANSWERS, 'dma_buf_map_attachment_unlocked(attach{att})'),
  userCall('att.unmap', ['ok'], 'dma_buf_unmap_attachment_unlocked(attach{att})'),
  userCall('att.detach', ['ok'], 'dma_buf_detach(attach{att})'),
  step('att.phys_vec_to_sgt', 'phys_vec_to_sgt', {
    caller: 'importer',
    outcomes: MAP_ANSWERS,
    spans: true,
    written: 'dma_buf_phys_vec_to_sgt(attach{att})',
  }),
  step('att.free_sgt', 'free_sgt', {
    caller: 'importer',
    outcomes: ['end'],
    spans: true,
    written: 'dma_buf_free_sgt(attach{att})',
  }),
  step('att.map_type', 'p2pdma', {
    outcomes: ['BUS_ADDR', 'THRU_HOST_BRIDGE', 'NOT_SUPPORTED'],
    environment: ['THRU_HOST_BRIDGE', 'NOT_SUPPORTED'],
    written: 'pci_p2pdma_map_type(provider, attach{att}->dev)',
    c: 'pci_p2pdma_map_type($_, $att->dev)',
    returns: {
      BUS_ADDR: 'PCI_P2PDMA_MAP_BUS_ADDR',
      THRU_HOST_BRIDGE: 'PCI_P2PDMA_MAP_THRU_HOST_BRIDGE',
      NOT_SUPPORTED: 'PCI_P2PDMA_MAP_NOT_SUPPORTED',
    },
  }),
  step('att.state', 'dma_state', {
    outcomes: ['true', 'false'],
    written: { true: 'dma{att}->state is set', false: 'dma{att}->state is NULL' },
  }),
  step('dma.kzalloc', 'allocator', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'kzalloc(dma{att})',
  }),
  step('state.kzalloc', 'dma_state', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'kzalloc(dma{att}->state)',
  }),
  step('state.kfree', 'dma_state', { written: 'kfree(dma{att}->state)' }),
  step('iova.try_alloc', 'iova', {
    outcomes: ['true', 'false'],
    environment: ['false'],
    written: 'dma_iova_try_alloc(dma{att}->state)',
    c: 'dma_iova_try_alloc($_, $iova, $_, $_)',
    sets: { true: '$iova->__size = 1', false: '$iova->__size = 0' },
  }),
  step('iova.used', 'iova', {
    outcomes: ['true', 'false'],
    written: { true: 'dma_use_iova(dma{att}->state)', false: '!dma_use_iova(dma{att}->state)' },
  }),
  step('phys_vec.export', 'phys_vec', {
    caller: 'user',
    outcomes: ['two'],
    spans: true,
    written: { two: 'VFIO_DEVICE_FEATURE_DMA_BUF: phys_vec[{phys_vec}] of 2 units' },
    source: 'vfio_pci_core_fill_phys_vec, v7.3',
  }),
  step('phys_vec.len', 'phys_vec', {
    outcomes: ['1', '2'],
    written: { 1: 'phys_vec[{phys_vec}].len is 1 unit', 2: 'phys_vec[{phys_vec}].len is 2 units' },
  }),
  step('slot.range.link', 'slot', {
    outcomes: ['ok', '-EADDRINUSE', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'iommu_map(IOVA + {slot}, a unit of range {range})',
  }),
  step('slot.unlink', 'slot', { written: 'iommu_unmap(IOVA + {slot})' }),
  step('iova.link', 'iova', {
    outcomes: ['ok', '-EADDRINUSE', '-ENOMEM'],
    environment: withSlots ? [] : ['-ENOMEM'],
    written: 'dma_iova_link(dma{att}->state)',
    c: 'dma_iova_link($_, $iova, $entry->paddr, 0, $entry->len, $rest)',
  }),
  step('iova.sync', 'iova', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'dma_iova_sync(dma{att}->state)',
    c: 'dma_iova_sync($_, $iova, 0, $_)',
  }),
  step('iova.destroy', 'iova', {
    written: 'dma_iova_destroy(dma{att}->state)',
    c: 'dma_iova_destroy($_, $iova, $rest)',
  }),
  step('entry.bus_addr_map', 'entry', {
    written: 'pci_p2pdma_bus_addr_map(provider, phys_vec[{entry}])',
    c: 'pci_p2pdma_bus_addr_map($_, $entry->paddr)',
  }),
  step('entry.map_phys', 'entry', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'dma_map_phys(phys_vec[{entry}])',
    c: 'dma_map_phys($_, $entry->paddr, $entry->len, $rest)',
    returns: { ok: 'DMA_ADDRESS', '-ENOMEM': 'DMA_MAPPING_ERROR' },
  }),
  step('entry.unmap_phys', 'entry', {
    written: 'dma_unmap_phys(sgl[{entry}])',
    c: 'dma_unmap_phys($_, $entry, $rest)',
  }),
  step('att.sg_alloc_table', 'sg_table', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'sg_alloc_table(&dma{att}->sgt)',
    c: 'sg_alloc_table($_, $rest)',
  }),
  step('att.orig_nents.clear', 'sg_table', {
    written: 'dma{att}->sgt.orig_nents = 0',
    c: '$_->orig_nents = 0',
  }),
  step('att.orig_nents.restore', 'sg_table', {
    written: 'dma{att}->sgt.orig_nents = dma{att}->sgt.nents',
    c: '$_->orig_nents = $_->nents',
  }),
  step('att.sg_free_table', 'sg_table', { written: 'sg_free_table(&dma{att}->sgt)' }),
];
