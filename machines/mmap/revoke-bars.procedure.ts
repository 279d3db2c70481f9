import { assign, setup } from 'xstate';

export const labels = [
  'dev.move(true):begin',
  'dev.move(true):end',
  'dev.move(false):begin',
  'dev.move(false):end',
  'dev.dmabuf_lock.down_write',
  'dev.bars_revoked.set',
  'dev.bars_revoked.clear',
  'buf[b].listed:true',
  'buf[b].listed:false',
  'buf[b].get_file_active:true',
  'buf[b].get_file_active:false',
  'buf[b].set_status(TEMP_REVOKED):begin',
  'buf[b].set_status(TEMP_REVOKED):end',
  'buf[b].set_status(OK):begin',
  'buf[b].set_status(OK):end',
  'buf[b].fput',
  'dev.dmabuf_lock.up_write',
] as const;

/**
 * `vfio_pci_dma_buf_move()` of the series that adds mmap() to dma-bufs, called with memory_lock held
 * for writing: DMA and CPU mappings of every buffer on the list go together.
 *
 * @param buffers - how many buffers can be on the device's list
 */
export function revokeBars(buffers: number) {
  return setup({
    types: {
      context: {} as { b: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: { more: ({ context }) => context.b < buffers - 1 },
    actions: {
      next: assign({ b: ({ context }) => context.b + 1 }),
      fromFirst: assign({ b: 0 }),
    },
  }).createMachine({
    id: 'revoke_bars',
    description: 'vfio_pci_dma_buf_move(): buf[b] is the b-th buffer on vdev->dmabufs',
    meta: {
      labels,
      source:
        'Matt Evans, "vfio/pci: Permanently revoke a DMABUF on request" v2 8/9, 2026-05-27, <20260527102319.100128-9-mattev@meta.com>; dmabuf_lock and bars_revoked as of v6',
      index: { b: buffers },
    },
    context: { b: 0 },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'dev.move(true):begin': 'revoke', 'dev.move(false):begin': 'unrevoke' },
      },
      revoke: {
        initial: 'lock',
        states: {
          lock: { on: { 'dev.dmabuf_lock.down_write': 'shadow' } },
          shadow: { on: { 'dev.bars_revoked.set': 'walk' } },
          walk: { on: { 'buf[b].listed:true': 'get', 'buf[b].listed:false': 'next' } },
          get: {
            on: { 'buf[b].get_file_active:true': 'set', 'buf[b].get_file_active:false': 'next' },
          },
          set: { on: { 'buf[b].set_status(TEMP_REVOKED):begin': 'setting' } },
          setting: { on: { 'buf[b].set_status(TEMP_REVOKED):end': 'put_file' } },
          put_file: { on: { 'buf[b].fput': 'next' } },
          next: {
            always: [
              { guard: 'more', target: 'walk', actions: 'next', meta: { unused: buffers < 2 } },
              { target: 'unlock', actions: 'fromFirst' },
            ],
          },
          unlock: { on: { 'dev.dmabuf_lock.up_write': 'done' } },
          done: { on: { 'dev.move(true):end': '#revoke_bars.idle' } },
        },
      },
      unrevoke: {
        initial: 'lock',
        states: {
          lock: { on: { 'dev.dmabuf_lock.down_write': 'shadow' } },
          shadow: { on: { 'dev.bars_revoked.clear': 'walk' } },
          walk: { on: { 'buf[b].listed:true': 'get', 'buf[b].listed:false': 'next' } },
          get: {
            on: { 'buf[b].get_file_active:true': 'set', 'buf[b].get_file_active:false': 'next' },
          },
          set: { on: { 'buf[b].set_status(OK):begin': 'setting' } },
          setting: { on: { 'buf[b].set_status(OK):end': 'put_file' } },
          put_file: { on: { 'buf[b].fput': 'next' } },
          next: {
            always: [
              { guard: 'more', target: 'walk', actions: 'next', meta: { unused: buffers < 2 } },
              { target: 'unlock', actions: 'fromFirst' },
            ],
          },
          unlock: { on: { 'dev.dmabuf_lock.up_write': 'done' } },
          done: { on: { 'dev.move(false):end': '#revoke_bars.idle' } },
        },
      },
    },
  });
}
