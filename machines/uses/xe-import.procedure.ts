import { assign, setup } from 'xstate';

export const labels = [
  'told',
  'gem.import:begin',
  'att.attach:ok',
  'att.attach:-ENODEV',
  'gem.import:ok',
  'gem.import:-ENODEV',
  'gem.exec:begin',
  'att.unmap',
  'att.map:ok',
  'att.map:-ENODEV',
  'att.map:-EINVAL',
  'att.map:-ENOMEM',
  'gem.exec:ok',
  'gem.exec:failed',
  'gem.close:begin',
  'att.detach',
  'gem.close:ok',
] as const;

const ERRORS = ['-ENODEV', '-EINVAL', '-ENOMEM'] as const;

/**
 * xe with an imported dma-buf: a GEM object that is mapped when work needs it, and evicted when its
 * exporter says so. An eviction waits for the fences and moves the object to system memory, and leaves the
 * mapping: "unmapping the attachment is deferred to the next map_attachment time, or to bo destroy".
 */
export const xeImport = setup({
  types: {
    context: {} as { sg: boolean },
    events: {} as { type: (typeof labels)[number] },
  },
  guards: { hasSg: ({ context }) => context.sg },
  actions: { mapped: assign({ sg: true }), unmapped: assign({ sg: false }) },
}).createMachine({
  id: 'xe_import',
  description: 'an imported dma-buf of xe: ttm_bo->sg, and whether the object is in XE_PL_TT',
  meta: {
    labels,
    source: 'xe_gem_prime_import, xe_bo_move_dmabuf, xe_dma_buf_move_notify, v7.3',
  },
  context: { sg: false },
  initial: 'none',
  states: {
    none: { tags: ['quiescent'], on: { told: 'none', 'gem.import:begin': 'importing' } },
    importing: {
      initial: 'attach',
      states: {
        attach: {
          on: {
            told: 'attach',
            'att.attach:ok': 'return',
            'att.attach:-ENODEV': 'return_error',
          },
        },
        return: { on: { told: 'return', 'gem.import:ok': '#evicted' } },
        return_error: { on: { told: 'return_error', 'gem.import:-ENODEV': '#xe_import.none' } },
      },
    },
    evicted: {
      id: 'evicted',
      description: 'in system memory: no work uses it, and its mapping may be there still',
      tags: ['quiescent'],
      meta: { source: 'xe_bo_evict, xe_bo_move_dmabuf, v7.3: new_res is XE_PL_SYSTEM' },
      on: {
        told: 'evicted',
        'gem.exec:begin': [
          { guard: 'hasSg', target: 'validating.unmap' },
          { target: 'validating.map' },
        ],
        'gem.close:begin': [{ guard: 'hasSg', target: 'closing' }, { target: 'closing.detach' }],
      },
    },
    validating: {
      meta: { source: 'xe_bo_move_dmabuf, v7.3: new_res is XE_PL_TT' },
      initial: 'map',
      states: {
        unmap: { on: { told: 'unmap', 'att.unmap': { target: 'map', actions: 'unmapped' } } },
        map: {
          on: {
            told: 'map',
            'att.map:ok': { target: 'return', actions: 'mapped' },
            ...Object.fromEntries(ERRORS.map((ret) => [`att.map:${ret}`, 'return_failed'])),
          },
        },
        return: { on: { told: 'return_evicted', 'gem.exec:ok': '#placed' } },
        return_evicted: { on: { told: 'return_evicted', 'gem.exec:ok': '#evicted' } },
        return_failed: { on: { told: 'return_failed', 'gem.exec:failed': '#evicted' } },
      },
    },
    placed: {
      id: 'placed',
      tags: ['quiescent'],
      on: {
        told: { target: 'evicted', meta: { source: 'xe_dma_buf_move_notify, v7.3' } },
        'gem.exec:begin': 'executing',
        'gem.close:begin': 'closing',
      },
    },
    executing: {
      description: 'it is where it has to be',
      on: { told: 'validating.return_evicted', 'gem.exec:ok': 'placed' },
    },
    closing: {
      meta: { source: 'xe_ttm_bo_delete_mem_notify, v7.3' },
      initial: 'unmap',
      states: {
        unmap: { on: { told: 'unmap', 'att.unmap': { target: 'detach', actions: 'unmapped' } } },
        detach: { on: { told: 'detach', 'att.detach': 'return' } },
        return: { on: { told: 'return', 'gem.close:ok': '#xe_import.none' } },
      },
    },
  },
});
