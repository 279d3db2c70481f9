import { setup } from 'xstate';

export const labels = [
  'set_pci_ops:get_dmabuf_phys',
  'set_pci_ops:other',
  'set_pci_ops:NULL',
  'pci_ops:true',
  'pci_ops:false',
  'get_dmabuf_phys:true',
  'get_dmabuf_phys:false',
] as const;

/**
 * `vdev->pci_ops`, by which a driver offers its BARs: with get_dmabuf_phys, without, or not at all.
 *
 * @param initially - `unset` where the system starts before the driver probes
 */
export function pciOps(initially: 'unset' | 'offers' = 'offers') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pci_ops',
    description: 'struct vfio_pci_device_ops of the driver that probed the device',
    meta: {
      labels,
      source: 'vfio_pci_core_feature_dma_buf, v7.3; vfio_pci_probe',
      unused:
        initially === 'unset'
          ? []
          : [
              'set_pci_ops:get_dmabuf_phys',
              'set_pci_ops:other',
              'set_pci_ops:NULL',
              'pci_ops:false',
              'get_dmabuf_phys:false',
            ],
      unreachable: initially === 'unset' ? [] : ['unset', 'offers_nothing', 'absent', 'oops'],
    },
    on:
      initially === 'unset'
        ? {
            'set_pci_ops:get_dmabuf_phys': '.offers',
            'set_pci_ops:other': '.offers_nothing',
            'set_pci_ops:NULL': '.absent',
          }
        : {},
    initial: initially,
    states: {
      unset: {
        description: 'zeroed memory',
        on: { 'pci_ops:false': 'unset', 'get_dmabuf_phys:true': 'oops' },
      },
      offers: { on: { 'pci_ops:true': 'offers', 'get_dmabuf_phys:true': 'offers' } },
      offers_nothing: {
        on: { 'pci_ops:true': 'offers_nothing', 'get_dmabuf_phys:false': 'offers_nothing' },
      },
      absent: {
        on: {
          'pci_ops:false': 'absent',
          'get_dmabuf_phys:true': 'oops',
        },
      },
      oops: {
        description: 'BUG: kernel NULL pointer dereference of vdev->pci_ops',
        tags: ['violation', 'oops'],
        meta: { finding: 'is NULL: the ioctl dereferences it' },
      },
    },
  });
}
