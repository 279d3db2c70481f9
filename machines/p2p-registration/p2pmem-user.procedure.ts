// Truth: the C of v7.3.
import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';
import { spelt } from './spelt.ts';
import type { MappingScope } from './unmap-mappings.procedure.ts';

export const labels = [
  'vma.fd.open:ok',
  'vma.fd.open:-ENOENT',
  'vma.fd.close',
  'vma.mmap:begin',
  'mm.mmap_lock.down_write',
  'vma.fd.get_active:ok',
  'vma.fd.get_active:-ENODEV',
  'vma.alloc_mmap:begin',
  'vma.alloc_mmap:ok',
  'vma.alloc_mmap:-EINVAL',
  'vma.alloc_mmap:-ENODEV',
  'vma.alloc_mmap:-ENOMEM',
  'vma.fd.put_active',
  'vma.bar[b].page[p].zap',
  'vma.zap:none',
  'bar[b].page[p].put:more',
  'bar[b].page[p].put:last',
  'bar[b].page[p].folio_free:end',
  'mm.mmap_lock.up_write',
  'vma.mmap:ok',
  'vma.mmap:-EINVAL',
  'vma.mmap:-ENODEV',
  'vma.mmap:-ENOMEM',
  'vma.munmap:begin',
  'vma.munmap:ok',
] as const;

type Answer = 'ok' | '-EINVAL' | '-ENODEV' | '-ENOMEM';

/**
 * A process that takes memory of the device through `p2pmem/allocate`: open, mmap(), munmap(), close. It
 * needs permission for the file, and neither the VFIO fd nor the IOMMU group.
 */
export const p2pmemUser = madeOnce(function p2pmemUser({
  bars,
  pages,
}: Pick<MappingScope, 'bars' | 'pages'>) {
  const machine = setup({
    types: {
      context: {} as { b: number; p: number; ret: Answer },
      events: {} as { type: string },
    },
    guards: {
      answers: ({ context }, ret: Answer) => context.ret === ret,
      failed: ({ context }) => context.ret !== 'ok',
    },
    actions: {
      ofPage: assign((_, of: { b: number; p: number }) => of),
      noPage: assign({ b: 0, p: 0 }),
      fails: assign((_, ret: Answer) => ({ ret })),
      forget: assign({ ret: 'ok' }),
    },
  });
  const zaps = Object.fromEntries(
    Array.from({ length: bars * pages }, (_, i) => {
      const of = { b: Math.floor(i / pages), p: i % pages };
      const label = `vma.bar[${of.b}].page[${of.p}].zap`;
      return [label, { target: 'put', actions: { type: 'ofPage', params: of } as const }];
    }),
  );
  const unmap = (none: string) =>
    machine.createStateConfig({
      description: 'the PTEs go, and with each the reference that it had',
      initial: 'zap',
      states: {
        zap: { on: { ...zaps, 'vma.zap:none': none } },
        put: {
          on: {
            'bar[b].page[p].put:more': { target: 'zap', actions: 'noPage' },
            'bar[b].page[p].put:last': 'freeing',
          },
        },
        freeing: {
          on: { 'bar[b].page[p].folio_free:end': { target: 'zap', actions: 'noPage' } },
        },
      },
    });
  const fails = (ret: Answer) => ({
    target: 'leave',
    actions: { type: 'fails', params: ret } as const,
  });
  const answers = (ret: Answer) => ({
    guard: { type: 'answers', params: ret } as const,
    target: ret === 'ok' ? '#p2pmem_user.mapped' : '#p2pmem_user.has_fd',
    actions: 'forget' as const,
  });
  return machine.createMachine({
    id: 'p2pmem_user',
    description: 'a process that maps p2pmem/allocate: kernfs_fop_mmap(), munmap()',
    meta: {
      labels: spelt(labels, (label) => label.endsWith('.zap'), { bars, pages }),
      index: { b: bars, p: pages },
      source: 'kernfs_fop_mmap, fs/kernfs/file.c, v7.3; mmap_region, mm/vma.c',
    },
    context: { b: 0, p: 0, ret: 'ok' },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'vma.fd.open:ok': 'has_fd', 'vma.fd.open:-ENOENT': 'idle' },
      },
      has_fd: {
        tags: ['quiescent'],
        on: { 'vma.mmap:begin': 'mmap', 'vma.fd.close': 'idle' },
      },
      mmap: {
        initial: 'lock',
        states: {
          lock: { on: { 'mm.mmap_lock.down_write': 'enter' } },
          enter: {
            description: 'kernfs_get_active_of(): -ENODEV of a file that is gone',
            on: {
              'vma.fd.get_active:ok': 'call',
              'vma.fd.get_active:-ENODEV': { ...fails('-ENODEV'), target: 'unlock' },
            },
          },
          call: { on: { 'vma.alloc_mmap:begin': 'calling' } },
          calling: {
            on: {
              'vma.alloc_mmap:ok': 'leave',
              'vma.alloc_mmap:-EINVAL': fails('-EINVAL'),
              'vma.alloc_mmap:-ENODEV': fails('-ENODEV'),
              'vma.alloc_mmap:-ENOMEM': fails('-ENOMEM'),
            },
          },
          leave: {
            on: {
              'vma.fd.put_active': [{ guard: 'failed', target: 'undo' }, { target: 'unlock' }],
            },
          },
          undo: unmap('#p2pmem_user.mmap.unlock'),
          unlock: { on: { 'mm.mmap_lock.up_write': 'return' } },
          return: {
            on: {
              'vma.mmap:ok': answers('ok'),
              'vma.mmap:-EINVAL': answers('-EINVAL'),
              'vma.mmap:-ENODEV': answers('-ENODEV'),
              'vma.mmap:-ENOMEM': answers('-ENOMEM'),
            },
          },
        },
      },
      mapped: { tags: ['quiescent'], on: { 'vma.munmap:begin': 'munmap' } },
      munmap: {
        initial: 'lock',
        states: {
          lock: { on: { 'mm.mmap_lock.down_write': 'unmap' } },
          unmap: unmap('#p2pmem_user.munmap.unlock'),
          unlock: { on: { 'mm.mmap_lock.up_write': 'return' } },
          return: { on: { 'vma.munmap:ok': '#p2pmem_user.has_fd' } },
        },
      },
    },
  });
});
