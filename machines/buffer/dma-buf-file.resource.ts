import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

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
 * @param most - most references that all who are here can have at once; who takes more has lost some
 */
export const dmaBufFile = madeOnce(function dmaBufFile(most: number, { annul }: FileVariation) {
  const stays = (state: string) => ({ export_returns: state, walk_returns: state });
  /** Nobody has it: a walk finds nothing, and whoever puts it has never had it. */
  const inactive = (state: string) => ({
    'get_file_active:false': state,
    fput: 'underflow',
    dma_buf_put: 'underflow',
  });
  /** Nothing changes but in the order of __fput(). */
  const goes = (state: string) => ({
    'dma_buf_export:ok': state,
    file_release: state,
    file_free: state,
  });
  /** There is no file, or nobody knows of one: each use goes through a pointer that is not set. */
  const notThere = {
    'get_file_active:false': 'used_before_export',
    fput: 'used_before_export',
    dma_buf_put: 'used_before_export',
    file_release: 'used_before_export',
    file_free: 'used_before_export',
  };
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
    on: { 'dma_buf_getfile:ok': { target: '.unpublished', actions: 'one' } },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: { ...stays('none'), ...notThere, 'dma_buf_export:ok': 'used_before_export' },
      },
      unpublished: {
        description: 'dma_buf_export() has no struct dma_buf for it yet: private_data is NULL',
        on: {
          ...stays('unpublished'),
          ...notThere,
          'dma_buf_export:ok': 'open',
          fput: { target: 'put_in_export', actions: 'drop' },
        },
      },
      open: {
        initial: 'counted',
        states: {
          counted: {
            tags: ['quiescent'],
            on: {
              ...stays('counted'),
              ...goes('counted'),
              'get_file_active:true': [
                { guard: 'roomForOne', target: 'counted', actions: 'add' },
                { target: 'lost' },
              ],
              dup: { guard: 'roomForOne', target: 'counted', actions: 'add' },
              fput: [
                { guard: 'several', target: 'counted', actions: 'drop' },
                {
                  target: '#dma_buf_file.put_in_walk',
                  actions: 'drop',
                  meta: { commits: 'release' },
                },
              ],
              close_fd: [
                { guard: 'several', target: 'counted', actions: 'drop' },
                { target: '#dma_buf_file.put', actions: 'drop', meta: { commits: 'release' } },
              ],
              dma_buf_put: [
                { guard: 'several', target: 'counted', actions: 'drop' },
                {
                  target: '#dma_buf_file.put_in_export',
                  actions: 'drop',
                  meta: { commits: 'release' },
                },
              ],
            },
          },
          lost: {
            description: 'more references than holders: some are never put, and it is never freed',
            on: {
              ...stays('lost'),
              ...goes('lost'),
              'get_file_active:true': 'lost',
              dup: 'lost',
              fput: 'lost',
              close_fd: 'lost',
              dma_buf_put: 'lost',
            },
          },
        },
      },
      put_in_export: {
        description: 'task work of the ioctl, which has to return first',
        on: {
          ...inactive('put_in_export'),
          ...goes('put_in_export'),
          export_returns: 'put',
          walk_returns: 'put_in_export',
        },
      },
      put_in_walk: {
        description: 'task work of the call that walks vdev->dmabufs, which has to return first',
        on: {
          ...inactive('put_in_walk'),
          ...goes('put_in_walk'),
          walk_returns: 'put',
          export_returns: 'put_in_walk',
        },
      },
      put: {
        description: 'nobody has it any more, and it is still there',
        on: { ...stays('put'), ...inactive('put'), ...goes('put'), __fput: 'releasing' },
      },
      releasing: {
        on: {
          ...stays('releasing'),
          ...inactive('releasing'),
          ...goes('releasing'),
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
        on: { ...stays('annulled'), ...inactive('annulled'), ...goes('annulled') },
      },
      freed: {
        description: 'dmabuf->file points at freed memory',
        tags: ['quiescent'],
        on: {
          ...stays('freed'),
          ...goes('freed'),
          fput: 'underflow',
          dma_buf_put: 'underflow',
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
        on: { ...stays('underflow'), ...inactive('underflow'), ...goes('underflow') },
      },
      used_after_free: {
        description: 'KASAN: slab-use-after-free in get_file_active(); else the file of somebody',
        tags: ['violation', 'quiescent'],
        meta: {
          finding: 'is freed: get_file_active() writes to it, or takes a reference on another file',
        },
        on: {
          ...stays('used_after_free'),
          ...inactive('used_after_free'),
          ...goes('used_after_free'),
        },
      },
      used_before_export: {
        description: 'BUG: kernel NULL pointer dereference, of priv->dmabuf or of the file',
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used before dma_buf_export() has made it' },
        on: {
          ...stays('used_before_export'),
          ...notThere,
          'dma_buf_export:ok': 'used_before_export',
        },
      },
    },
  });
});
