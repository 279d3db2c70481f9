import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';
import type { FileVariation } from './dma-buf-file.resource.ts';

export const labels = [
  'dma_buf_getfile:ok',
  'dma_buf_export:ok',
  'open_o_path',
  'file_release',
  'dput:more',
  'dput:last',
  'd_fsdata:set',
  'd_fsdata:NULL',
  'dma_buf_fd.tracepoint',
  'dma_buf_put.tracepoint',
  'kfree(dmabuf)',
] as const;

/**
 * A `struct dma_buf` and the dentry it lives as long as: the dentry is held by the file of the
 * dma-buf and by every file that was opened from it with O_PATH.
 *
 * @param most - most files that hold the dentry, which bounds the count
 */
export const dmaBuf = madeOnce(function dmaBuf(most: number, { annul }: FileVariation) {
  /** What everybody does with it but open it with O_PATH, which the holders of a descriptor do. */
  const all = (target: string, d_fsdata: 'set' | 'NULL') => ({
    'dma_buf_export:ok': target,
    file_release: target,
    'dput:last': target,
    [`d_fsdata:${d_fsdata}`]: target,
    'dma_buf_fd.tracepoint': target,
    'dma_buf_put.tracepoint': target,
    'kfree(dmabuf)': target,
  });
  return setup({
    types: {
      context: {} as { dentry: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      roomForOne: ({ context }) => context.dentry < most,
      several: ({ context }) => context.dentry > 1,
      one: ({ context }) => context.dentry === 1,
    },
    actions: {
      one: assign({ dentry: 1 }),
      add: assign({ dentry: ({ context }) => context.dentry + 1 }),
      drop: assign({ dentry: ({ context }) => context.dentry - 1 }),
      gone: assign({ dentry: 0 }),
    },
  }).createMachine({
    id: 'dma_buf',
    description: 'struct dma_buf with the dentry of its file, drivers/dma-buf/dma-buf.c',
    meta: {
      labels,
      source: 'dma_buf_export, dma_buf_file_release, dma_buf_release, v7.3; 4ab59c3c638c',
      unused: most > 1 ? [] : ['open_o_path', 'dput:more'],
      unreachable: annul === 'unchecked' ? [] : ['oops'],
    },
    context: { dentry: 0 },
    on: { 'dma_buf_getfile:ok': { target: '.file_only', actions: 'one' } },
    initial: 'none',
    states: {
      none: { tags: ['quiescent'], on: all('used_before_export', 'NULL') },
      file_only: {
        description: 'the file is there, file->private_data and d_fsdata are NULL',
        on: {
          ...all('used_before_export', 'NULL'),
          'dma_buf_export:ok': 'alive',
          file_release: annul === 'unchecked' ? 'oops' : 'file_only',
          'dput:last': { target: 'negative', actions: 'drop' },
        },
      },
      negative: {
        on: { ...all('used_before_export', 'NULL'), 'd_fsdata:NULL': 'none' },
      },
      alive: {
        tags: ['quiescent'],
        on: {
          'dma_buf_export:ok': 'alive',
          open_o_path: {
            guard: 'roomForOne',
            target: 'alive',
            actions: 'add',
            meta: { unused: most < 2 },
          },
          file_release: 'alive',
          'dput:more': {
            guard: 'several',
            target: 'alive',
            actions: 'drop',
            meta: { unused: most < 2 },
          },
          'dput:last': { guard: 'one', target: 'killed', actions: 'drop' },
          'd_fsdata:set': { target: 'killed', actions: 'gone' },
          'dma_buf_fd.tracepoint': 'alive',
          'dma_buf_put.tracepoint': 'alive',
          'kfree(dmabuf)': { target: 'freed_in_use', actions: 'gone' },
        },
      },
      killed: {
        description: 'd_release of the dentry',
        on: {
          ...all('freed_in_use', 'set'),
          'd_fsdata:set': 'killed',
          'dma_buf_fd.tracepoint': 'killed',
          'dma_buf_put.tracepoint': 'killed',
          'kfree(dmabuf)': 'freed',
        },
      },
      freed: {
        tags: ['quiescent'],
        on: {
          ...all('freed_in_use', 'set'),
          'dma_buf_fd.tracepoint': 'used_after_free',
          'dma_buf_put.tracepoint': 'used_after_free',
        },
      },
      used_before_export: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used before dma_buf_export() has made it' },
        on: all('used_before_export', 'NULL'),
      },
      used_after_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is freed: the tracepoint takes dmabuf->name_lock' },
        on: all('used_after_free', 'set'),
      },
      freed_in_use: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is freed while its dentry is there, twice, or released when it is gone' },
        on: all('freed_in_use', 'set'),
      },
      oops: {
        tags: ['violation'],
        meta: {
          finding: 'is not there yet: dma_buf_file_release() writes to file->private_data, NULL',
          source: 'review of "dma-buf: Annul dmabuf->file on file release", 2026-10',
        },
        on: { ...all('oops', 'NULL'), 'dput:last': { target: 'negative', actions: 'drop' } },
      },
    },
  });
});
