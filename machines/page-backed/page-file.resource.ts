import { setup } from 'xstate';

export const labels = [
  'fd_install',
  'close_fd',
  'mmap:begin',
  'fput',
  'release:begin',
  'release:end',
] as const;

/**
 * The file of a buffer: its descriptor and a mapping hold it, the mapping from the mmap() on that makes
 * it, and where the last of them goes, it is released. A descriptor can be mapped while it is open.
 *
 * @param initially - `fd` where the system starts after the export
 */
export function pageFile(initially: 'none' | 'fd' = 'none') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'page_file',
    description: 'struct file of a dma-buf: its references',
    meta: {
      labels,
      source: 'fs/file_table.c, __fput, dma_buf_release, v7.3',
      unreachable: initially === 'fd' ? ['none'] : [],
    },
    initial: initially,
    states: {
      none: { tags: ['quiescent'], on: { fd_install: 'fd', fput: 'misused' } },
      fd: {
        tags: ['quiescent', 'open'],
        on: { fd_install: 'fd', 'mmap:begin': 'fd_and_vma', close_fd: 'put', fput: 'misused' },
      },
      fd_and_vma: {
        tags: ['quiescent', 'open'],
        on: { fd_install: 'fd_and_vma', fput: 'fd', close_fd: 'vma' },
      },
      vma: { tags: ['quiescent', 'open'], on: { fd_install: 'fd_and_vma', fput: 'put' } },
      put: {
        description: 'nobody has it any more; __fput() runs as soon as it can',
        on: { 'release:begin': 'releasing', fd_install: 'misused', fput: 'misused' },
      },
      releasing: {
        on: { 'release:end': 'released', fd_install: 'misused', fput: 'misused' },
      },
      released: { tags: ['quiescent'], on: { fd_install: 'misused', fput: 'misused' } },
      misused: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used or put by somebody who holds no reference' },
        on: { fd_install: 'misused', fput: 'misused', 'release:end': 'misused' },
      },
    },
  });
}
