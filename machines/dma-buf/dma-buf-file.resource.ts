import { assign, setup } from 'xstate';

export const labels = [
  'dma_buf_getfile:ok',
  'dma_buf_export:ok',
  'get_file_active:true',
  'get_file_active:false',
  'dup',
  'fput',
  'close_fd',
  'dma_buf_put',
  'export_returns',
  'walk_returns',
  '__fput',
  'file_release',
  'file_free',
] as const;

export interface FileVariation {
  /**
   * Whether dma_buf_file_release() sets `dmabuf->file` to NULL: `no` in v7.3; `yes`, and `unchecked`
   * as first proposed, where a file without a dma-buf is not thought of (fatal to the dma-buf, see
   * dma-buf.resource.ts).
   */
  readonly annul: 'no' | 'yes' | 'unchecked';
}

/**
 * The file of a dma-buf and its reference count. The last reference does not free it at once: the
 * task that drops it runs `__fput()` on its way back to user space. After that `dmabuf->file` points
 * at freed memory for as long as anything else keeps the dma-buf.
 *
 * @param most - most references at a time, which bounds the count
 */
export function dmaBufFile(most: number, { annul }: FileVariation) {
  const stays = (state: string) => ({ export_returns: state, walk_returns: state });
  /** Nobody has it: a walk finds nothing, and whoever puts it has never had it. */
  const inactive = (state: string) => ({ 'get_file_active:false': state, fput: 'underflow' });
  return setup({
    types: {
      context: {} as { refs: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      roomForOne: ({ context }) => context.refs < most,
      several: ({ context }) => context.refs > 1,
    },
    actions: {
      one: assign({ refs: 1 }),
      add: assign({ refs: ({ context }) => context.refs + 1 }),
      drop: assign({ refs: ({ context }) => context.refs - 1 }),
    },
  }).createMachine({
    id: 'dma_buf_file',
    description: 'struct file of a dma-buf, by f_ref and by who drops the last reference',
    meta: {
      labels,
      source: 'get_file_active, fput, __fput, fs/file_table.c; dma_buf_export, v7.3',
      unreachable: annul === 'no' ? ['annulled'] : ['freed', 'used_after_free'],
    },
    context: { refs: 0 },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: { ...stays('none'), 'dma_buf_getfile:ok': { target: 'unpublished', actions: 'one' } },
      },
      unpublished: {
        description: 'dma_buf_export() has no struct dma_buf for it yet: private_data is NULL',
        on: {
          ...stays('unpublished'),
          'dma_buf_export:ok': 'open',
          fput: { target: 'put_in_export', actions: 'drop' },
        },
      },
      open: {
        tags: ['quiescent'],
        on: {
          ...stays('open'),
          'get_file_active:true': { guard: 'roomForOne', target: 'open', actions: 'add' },
          dup: { guard: 'roomForOne', target: 'open', actions: 'add' },
          fput: [
            { guard: 'several', target: 'open', actions: 'drop' },
            { target: 'put_in_walk', actions: 'drop', meta: { commits: 'release' } },
          ],
          close_fd: [
            { guard: 'several', target: 'open', actions: 'drop' },
            { target: 'put', actions: 'drop', meta: { commits: 'release' } },
          ],
          dma_buf_put: [
            { guard: 'several', target: 'open', actions: 'drop' },
            { target: 'put_in_export', actions: 'drop', meta: { commits: 'release' } },
          ],
        },
      },
      put_in_export: {
        description: 'task work of the ioctl, which has to return first',
        on: { ...inactive('put_in_export'), export_returns: 'put', walk_returns: 'put_in_export' },
      },
      put_in_walk: {
        description: 'task work of the call that walks vdev->dmabufs, which has to return first',
        on: { ...inactive('put_in_walk'), walk_returns: 'put', export_returns: 'put_in_walk' },
      },
      put: {
        description: 'nobody has it any more, and it is still there',
        on: { ...stays('put'), ...inactive('put'), __fput: 'releasing' },
      },
      releasing: {
        on: {
          ...stays('releasing'),
          ...inactive('releasing'),
          file_release: annul === 'no' ? 'releasing' : 'annulled',
          ...(annul === 'no' && { file_free: 'freed' }),
        },
      },
      annulled: {
        description: 'dmabuf->file is NULL: get_file_active() finds nothing',
        tags: ['quiescent'],
        meta: {
          source:
            'Matt Evans, "dma-buf: Annul dmabuf->file on file release", <f8efaabd-c06e-4f04-8cfa-489c148e37ba@ozlabs.org>',
        },
        on: { ...stays('annulled'), ...inactive('annulled'), file_free: 'annulled' },
      },
      freed: {
        description: 'dmabuf->file points at freed memory',
        tags: ['quiescent'],
        on: {
          ...stays('freed'),
          fput: 'underflow',
          'get_file_active:false': {
            target: 'used_after_free',
            meta: {
              source: 'seen on 7.3.4; where the slab reuses the file, the answer is another file',
            },
          },
        },
      },
      underflow: {
        description: 'file_ref_put() below zero: a warning, or the free of somebody else',
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is put more often than it was taken' },
        on: { ...stays('underflow'), ...inactive('underflow') },
      },
      used_after_free: {
        description: 'KASAN: slab-use-after-free in get_file_active(); else the file of somebody',
        tags: ['violation', 'quiescent'],
        meta: {
          finding: 'is freed: get_file_active() writes to it, or takes a reference on another file',
        },
        on: { ...stays('used_after_free'), ...inactive('used_after_free') },
      },
    },
  });
}
