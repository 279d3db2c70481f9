import { setup } from 'xstate';

export const labels = ['open_o_path', 'close_o_path', '__fput'] as const;

/** A file opened with O_PATH from a dma-buf: it holds the dentry and not the file of the dma-buf. */
export function oPathFile() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'o_path_file',
    description: 'struct file with FMODE_PATH on the dentry of a dma-buf',
    meta: { labels, source: 'do_dentry_open, fs/open.c: O_PATH has no file operations' },
    initial: 'none',
    states: {
      none: { tags: ['quiescent'], on: { open_o_path: 'open' } },
      open: { tags: ['quiescent'], on: { close_o_path: 'put' } },
      put: { on: { __fput: 'none' } },
    },
  });
}
