import { setup } from 'xstate';

export const labels = [
  'buf.__fput',
  'buf.file_release',
  'buf.dput:more',
  'buf.dput:last',
  'buf.d_fsdata:set',
  'buf.d_fsdata:NULL',
  'buf.release:begin',
  'buf.release:end',
  'buf.kfree(dmabuf)',
  'buf.file_free',
] as const;

const fputInC = (own: boolean) => ({
  function: '__fput',
  file: 'fs/file_table.c',
  also: ['drivers/dma-buf/dma-buf.c'],
  entries: [{ begins: 'buf.__fput', parameters: { file: '@file' }, returns: { '': 'void' } }],
  leads: {
    'file.f_path': 'file',
    'file.dentry': '@dentry',
    ...(own && { 'file.f_op': '&dma_buf_fops' }),
  },
  rows: [
    {
      c: 'dput($dentry)',
      label: '{buf}.dput',
      returns: { more: 'void', last: 'void' },
      enters: { last: 'dma_buf_release($dentry)' },
    },
    own
      ? {
          c: '$dentry->d_fsdata',
          label: '{buf}.d_fsdata',
          returns: { set: '@buf', NULL: 'NULL' },
        }
      : {
          c: '$dentry->d_fsdata',
          label: '{buf}.d_fsdata',
          returns: { set: '@buf' },
          because: 'nobody opens the file of a dma_buf_export() that failed',
        },
    { c: '$_->release($buf)', label: '{buf}.release', returns: { end: 'void' }, spans: true },
    { c: 'kfree($buf)', label: '{buf}.kfree(dmabuf)' },
    ...(own
      ? [
          { c: '$_->release($_, $file)', label: '{buf}.file_release' },
          { c: 'file_free($file)', label: '{buf}.file_free' },
        ]
      : []),
  ],
});

/**
 * What the last reference to a file leads to, on the way back to user space of the task that dropped
 * it: `__fput()`. The dma-buf goes with the dentry, not with the file (4ab59c3c638c), and a file
 * opened with O_PATH holds the dentry too.
 *
 * @param of - the file of the dma-buf, or one opened with O_PATH, which has no file operations
 */
export function fput(of: 'file' | 'o_path') {
  const own = of === 'file';
  const after = own ? 'free_file' : 'idle';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: own ? 'fput' : 'fput_o_path',
    description: '__fput(), fs/file_table.c; dma_buf_release() is d_release of the dentry',
    meta: {
      labels,
      c: fputInC(own),
      source: '__fput, dma_buf_file_release, dma_buf_release, v7.3',
      unused: own ? [] : ['buf.file_release', 'buf.d_fsdata:NULL', 'buf.file_free'],
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'buf.__fput': own ? 'file_release' : 'dput' } },
      ...(own && {
        file_release: {
          description: 'dma_buf_file_release(): off the list of all dma-bufs',
          on: { 'buf.file_release': 'dput' },
        },
      }),
      dput: { on: { 'buf.dput:last': 'd_release', 'buf.dput:more': after } },
      d_release: {
        description: 'dma_buf_release(): nothing to do where dma_buf_export() failed',
        on: { 'buf.d_fsdata:set': 'release', ...(own && { 'buf.d_fsdata:NULL': after }) },
      },
      release: { on: { 'buf.release:begin': 'releasing' } },
      releasing: { on: { 'buf.release:end': 'free' } },
      free: { on: { 'buf.kfree(dmabuf)': after } },
      ...(own && { free_file: { on: { 'buf.file_free': 'idle' } } }),
    },
  });
}
