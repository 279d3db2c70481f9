import { setup } from 'xstate';

export const labels = [
  'dev.probe:begin',
  'dev.set_pci_ops:get_dmabuf_phys',
  'dev.set_pci_ops:other',
  'dev.set_pci_ops:NULL',
  'dev.pcim_p2pdma_init:ok',
  'dev.pcim_p2pdma_init:-EOPNOTSUPP',
  'dev.pcim_p2pdma_init:-ENOMEM',
  'dev.init_rwsem(memory_lock)',
  'dev.probe:ok',
  'dev.probe:-ENOMEM',
  'dev.map_bars:ok',
  'dev.map_bars:-EBUSY',
  'dev.map_bars:skipped',
] as const;

export interface ProbeVariation {
  /**
   * The test of what pcim_p2pdma_init() answers: `ret && ret != -EOPNOTSUPP`, or, in v5 of the
   * series, `ret != -EOPNOTSUPP`, which leaves the function on success as well.
   */
  readonly initTest: 'errors' | 'all_but_-EOPNOTSUPP';
}

/**
 * A driver probes a device (`vfio_pci_core_init_dev()`) and somebody opens it: what later decides
 * whether its BARs can be exported.
 */
export function probe({ initTest }: ProbeVariation) {
  const leaves = initTest !== 'errors';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'probe',
    description: 'probe of a vfio-pci driver, vfio_pci_core_init_dev(), the first open',
    meta: {
      labels,
      c: {
        function: 'vfio_pci_core_init_dev',
        file: 'drivers/vfio/pci/vfio_pci_core.c',
        entries: [{ begins: 'dev.probe:begin', parameters: { core_vdev: '@dev' } }],
        inside: {
          labels: ['dev.set_pci_ops', 'dev.map_bars'],
          because: 'what the driver does before it, and the first open after it',
        },
      },
      source: 'vfio_pci_core_init_dev, vfio_pci_core_enable, v7.3',
    },
    initial: 'unbound',
    states: {
      unbound: { tags: ['quiescent'], on: { 'dev.probe:begin': 'driver' } },
      driver: {
        description: 'vfio_pci offers get_dmabuf_phys; a driver of its own need not',
        on: {
          'dev.set_pci_ops:get_dmabuf_phys': 'init_p2pdma',
          'dev.set_pci_ops:other': 'init_p2pdma',
          'dev.set_pci_ops:NULL': 'init_p2pdma',
        },
      },
      init_p2pdma: {
        on: {
          'dev.pcim_p2pdma_init:ok': leaves ? 'return' : 'init_locks',
          'dev.pcim_p2pdma_init:-EOPNOTSUPP': 'init_locks',
          'dev.pcim_p2pdma_init:-ENOMEM': 'fail',
        },
      },
      init_locks: { on: { 'dev.init_rwsem(memory_lock)': 'return' } },
      return: { on: { 'dev.probe:ok': 'open' } },
      fail: { on: { 'dev.probe:-ENOMEM': 'failed' } },
      open: {
        meta: { source: 'vfio_pci_core_enable, v7.3' },
        on: {
          'dev.map_bars:ok': 'bound',
          'dev.map_bars:-EBUSY': 'bound',
          'dev.map_bars:skipped': 'bound',
        },
      },
      bound: { tags: ['quiescent'] },
      failed: { tags: ['quiescent'] },
    },
  });
}
