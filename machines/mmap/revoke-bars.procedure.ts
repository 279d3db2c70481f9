import { assign, setup } from 'xstate';
import type { MmapVariation } from './bar-mmap.procedure.ts';

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
export function revokeBars(
  buffers: number,
  { listLock, bornFrom }: Pick<MmapVariation, 'listLock' | 'bornFrom'>,
) {
  const listLocked = listLock === 'dmabuf_lock';
  const shadowed = bornFrom === 'bars_revoked';
  const machine = setup({
    types: {
      context: {} as { b: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: { more: ({ context }) => context.b < buffers - 1 },
    actions: {
      next: assign({ b: ({ context }) => context.b + 1 }),
      fromFirst: assign({ b: 0 }),
    },
  });

  const move = (revoked: boolean) => {
    const status = revoked ? 'TEMP_REVOKED' : 'OK';
    const after = listLocked ? 'unlock' : 'done';
    return machine.createStateConfig({
      initial: listLocked ? 'lock' : 'walk',
      states: {
        ...(listLocked && {
          lock: { on: { 'dev.dmabuf_lock.down_write': shadowed ? 'shadow' : 'walk' } },
          ...(shadowed && {
            shadow: { on: { [`dev.bars_revoked.${revoked ? 'set' : 'clear'}`]: 'walk' } },
          }),
          unlock: { on: { 'dev.dmabuf_lock.up_write': 'done' } },
        }),
        walk: { on: { 'buf[b].listed:true': 'get', 'buf[b].listed:false': 'next' } },
        get: {
          on: { 'buf[b].get_file_active:true': 'set', 'buf[b].get_file_active:false': 'next' },
        },
        set: { on: { [`buf[b].set_status(${status}):begin`]: 'setting' } },
        setting: { on: { [`buf[b].set_status(${status}):end`]: 'put_file' } },
        put_file: { on: { 'buf[b].fput': 'next' } },
        next: {
          always: [
            {
              guard: 'more',
              target: 'walk',
              actions: 'next',
              ...(buffers < 2 && { meta: { unused: true } }),
            },
            { target: after, actions: 'fromFirst' },
          ],
        },
        done: { on: { [`dev.move(${revoked}):end`]: '#revoke_bars.idle' } },
      },
    });
  };

  return machine.createMachine({
    id: 'revoke_bars',
    description: 'vfio_pci_dma_buf_move(): buf[b] is the b-th buffer on vdev->dmabufs',
    meta: {
      labels,
      source:
        'Matt Evans, "vfio/pci: Permanently revoke a DMABUF on request" v2 8/9, 2026-05-27, <20260527102319.100128-9-mattev@meta.com>; dmabuf_lock and bars_revoked as of v6',
      index: { b: buffers },
      unused: [
        ...(listLocked ? [] : ['dev.dmabuf_lock.down_write', 'dev.dmabuf_lock.up_write']),
        ...(shadowed ? [] : ['dev.bars_revoked.set', 'dev.bars_revoked.clear']),
      ],
    },
    context: { b: 0 },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'dev.move(true):begin': 'revoke', 'dev.move(false):begin': 'unrevoke' },
      },
      revoke: move(true),
      unrevoke: move(false),
    },
  });
}
