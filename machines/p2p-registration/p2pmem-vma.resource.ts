// Truth: the C of v7.3.
import { assign, setup } from 'xstate';
import { spelt } from './spelt.ts';

export const labels = [
  'vma.bar[b].page[p].insert:ok',
  'vma.bar[b].page[p].zap',
  'vma.zap:none',
  'vma.bar[b].page[p].pin',
  'vma.pin:-EFAULT',
  'vma.touch:ok',
  'vma.touch:SIGBUS',
  'vma.touch:SIGSEGV',
  'vma.mmap:ok',
  'vma.munmap:begin',
  'vma.unmap',
] as const;

/**
 * The PTEs of one mapping of `p2pmem/allocate`. There is no fault handler that would put a page back:
 * once zapped, a touch is SIGBUS and a pin -EFAULT. Where nothing is mapped, a touch is SIGSEGV.
 *
 * @param bars - the BARs of the device, of one of which its pages are
 * @param pages - pages of each
 */
export function p2pmemVma(bars: number, pages: number) {
  const bit = (bar: number, page: number) => 1 << (bar * pages + page);
  const machine = setup({
    types: { context: {} as { ptes: number; mapped: boolean }, events: {} as { type: string } },
    guards: {
      mapped: ({ context }) => context.mapped,
      unmapped: ({ context }) => !context.mapped,
      has: ({ context }, bits: number) => (context.ptes & bits) !== 0,
      hasOnly: ({ context }, bits: number) => context.ptes === bits,
    },
    actions: {
      map: assign({ mapped: true }),
      unmap: assign({ mapped: false }),
      put: assign({ ptes: ({ context }, bits: number) => context.ptes | bits }),
      drop: assign({ ptes: ({ context }, bits: number) => context.ptes & ~bits }),
    },
  });
  const each = <T>(of: (bits: number, object: string) => Record<string, T>) =>
    Object.assign(
      {},
      ...Array.from({ length: bars * pages }, (_, i) => {
        const [b, p] = [Math.floor(i / pages), i % pages];
        return of(bit(b, p), `vma.bar[${b}].page[${p}]`);
      }),
    ) as Record<string, T>;
  const inserts = each((bits, object) => ({
    [`${object}.insert:ok`]: {
      target: 'present',
      actions: { type: 'put', params: bits } as const,
    },
  }));
  const calls = (state: string) => ({
    'vma.mmap:ok': { target: state, actions: 'map' } as const,
    'vma.munmap:begin': { target: state, actions: 'unmap' } as const,
  });
  return machine.createMachine({
    id: 'p2pmem_vma',
    description: 'mmap() of p2pmem/allocate: its PTEs',
    meta: {
      labels: spelt(labels, () => true, { bars, pages }),
      source:
        'p2pmem_alloc_mmap, v7.3: vm_insert_page(); kernfs_drain_open_files, fs/kernfs/file.c: unmap_mapping_range(); seen on 7.3.4: SIGBUS, -EFAULT',
    },
    context: { ptes: 0, mapped: false },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          ...inserts,
          ...calls('none'),
          'vma.zap:none': 'none',
          'vma.pin:-EFAULT': 'none',
          'vma.touch:SIGBUS': { guard: 'mapped', target: 'none' },
          'vma.touch:SIGSEGV': { guard: 'unmapped', target: 'none' },
          'vma.unmap': 'none',
        },
      },
      present: {
        description: 'the CPU reaches the BAR, and a pin gets the page',
        tags: ['quiescent'],
        on: {
          ...inserts,
          ...calls('present'),
          ...each((bits, object) => ({
            [`${object}.zap`]: [
              {
                guard: { type: 'hasOnly', params: bits } as const,
                target: 'none',
                actions: { type: 'drop', params: bits } as const,
              },
              {
                guard: { type: 'has', params: bits } as const,
                target: 'present',
                actions: { type: 'drop', params: bits } as const,
                ...(bars * pages < 2 && { meta: { unused: true } }),
              },
            ],
            [`${object}.pin`]: {
              guard: { type: 'has', params: bits } as const,
              target: 'present',
            },
          })),
          'vma.touch:ok': 'present',
        },
      },
    },
  });
}
