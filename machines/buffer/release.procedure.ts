import { setup } from 'xstate';

export const labels = [
  'buf.release:begin',
  'buf.vdev:set',
  'buf.vdev:NULL',
  'dev.memory_lock.down_write',
  'buf.list_del',
  'dev.memory_lock.up_write',
  'buf.put_registration',
  'buf.kfree(priv)',
  'buf.release:end',
] as const;

/**
 * `vfio_pci_dma_buf_release()`, called when the dentry of the dma-buf goes: off the list of the
 * device, unless the cleanup of the device has done that, and everything freed.
 */
export function release() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'release',
    description: 'vfio_pci_dma_buf_release(), drivers/vfio/pci/vfio_pci_dmabuf.c',
    meta: {
      labels,
      c: {
        function: 'vfio_pci_dma_buf_release',
        file: 'drivers/vfio/pci/vfio_pci_dmabuf.c',
        entries: [{ begins: 'buf.release:begin', parameters: { dmabuf: '@buf' } }],
      },
      source: 'vfio_pci_dma_buf_release, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'buf.release:begin': 'test' } },
      test: {
        description: 'priv->vdev: the cleanup of the device has set it to NULL, or never will',
        on: { 'buf.vdev:set': 'lock', 'buf.vdev:NULL': 'free' },
      },
      lock: { on: { 'dev.memory_lock.down_write': 'del' } },
      del: { on: { 'buf.list_del': 'unlock' } },
      unlock: { on: { 'dev.memory_lock.up_write': 'put' } },
      put: { on: { 'buf.put_registration': 'free' } },
      free: { description: 'priv->phys_vec, priv', on: { 'buf.kfree(priv)': 'done' } },
      done: { on: { 'buf.release:end': 'idle' } },
    },
  });
}
