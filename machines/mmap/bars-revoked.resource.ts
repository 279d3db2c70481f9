import { setup } from 'xstate';

export const labels = [
  'bars_revoked:true',
  'bars_revoked:false',
  'bars_revoked.set',
  'bars_revoked.clear',
] as const;

/** `vdev->bars_revoked`: whether the last thing that happened to the buffers was a revoke. */
export function barsRevoked() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'bars_revoked',
    description: 'struct vfio_pci_core_device, bool bars_revoked, under dmabuf_lock',
    meta: {
      labels,
      source:
        'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v8, 2026-10-06, <20261006193643.76330-1-matt@ozlabs.org>',
    },
    initial: 'clear',
    states: {
      clear: {
        on: {
          'bars_revoked:false': 'clear',
          'bars_revoked.set': 'set',
          'bars_revoked.clear': 'clear',
        },
      },
      set: {
        on: {
          'bars_revoked:true': 'set',
          'bars_revoked.set': 'set',
          'bars_revoked.clear': 'clear',
        },
      },
    },
  });
}
