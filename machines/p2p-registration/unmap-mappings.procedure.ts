// Truth: the C of v7.3.
import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';
import { spelt } from './spelt.ts';

export const labels = [
  'bar.unmap_mappings:begin',
  'dev.allocate.remove:ok',
  'dev.allocate.remove:-ENOENT',
  'dev.allocate.drain',
  'vma[i].bar[b].page[p].zap',
  'vma[i].zap:none',
  'bar[b].page[p].put:more',
  'bar[b].page[p].put:last',
  'bar[b].page[p].folio_free:end',
  'bar.unmap_mappings:end',
] as const;

/** How many mappings there are, of which BARs, with how many pages. */
export interface MappingScope {
  readonly vmas: number;
  readonly bars: number;
  readonly pages: number;
}

/**
 * `pci_p2pdma_unmap_mappings()`: `allocate` is removed from sysfs. kernfs lets nobody new in, waits for the
 * mmap() calls that run, and takes the PTEs of every mapping through every open file: those of all BARs
 * of the device, whichever BAR is torn down.
 */
export const unmapMappings = madeOnce(function unmapMappings({ vmas, bars, pages }: MappingScope) {
  const machine = setup({
    types: {
      context: {} as { i: number; b: number; p: number },
      events: {} as { type: string },
    },
    guards: {
      more: ({ context }) => context.i < vmas - 1,
      any: () => vmas > 0,
    },
    actions: {
      next: assign({ i: ({ context }) => context.i + 1 }),
      forget: assign({ i: 0, b: 0, p: 0 }),
      ofPage: assign((_, of: { b: number; p: number }) => of),
      noPage: assign({ b: 0, p: 0 }),
    },
  });
  const mapped = vmas > 0 ? { bars, pages } : { bars: 0, pages: 0 };
  return machine.createMachine({
    id: 'unmap_mappings',
    description: 'pci_p2pdma_unmap_mappings(), kernfs_drain()',
    meta: {
      labels: spelt(labels, (label) => label.endsWith('.zap'), mapped),
      index: { i: vmas, b: mapped.bars, p: mapped.pages },
      unused: vmas > 0 ? [] : labels.filter((label) => /^(vma\[i\]\.zap|bar\[)/.test(label)),
      source:
        'pci_p2pdma_unmap_mappings, v7.3; kernfs_drain, kernfs_drain_open_files, fs/kernfs, v7.3',
      unreachable: vmas > 0 ? [] : ['zap', 'put', 'freeing'],
    },
    context: { i: 0, b: 0, p: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'bar.unmap_mappings:begin': 'remove' } },
      remove: {
        description: 'sysfs_remove_file_from_group()',
        on: {
          'dev.allocate.remove:ok': 'drain',
          'dev.allocate.remove:-ENOENT': 'done',
        },
      },
      drain: {
        description: 'wait_event(): the mmap() calls that run in it return',
        on: {
          'dev.allocate.drain': [
            { guard: 'any', target: 'zap', meta: { unused: vmas < 1 } },
            { target: 'done', meta: { unused: vmas > 0 } },
          ],
        },
      },
      zap: {
        description: 'unmap_mapping_range() of each mapping',
        on: {
          ...Object.fromEntries(
            each(vmas, bars, pages).map(({ b, p }) => [
              `vma[i].bar[${b}].page[${p}].zap`,
              { target: 'put', actions: { type: 'ofPage', params: { b, p } } as const },
            ]),
          ),
          ...(vmas > 0 && {
            'vma[i].zap:none': [
              { guard: 'more', target: 'zap', actions: 'next', meta: { unused: vmas < 2 } },
              { target: 'done', actions: 'forget' },
            ] as const,
          }),
        },
      },
      put: {
        on: {
          'bar[b].page[p].put:more': { target: 'zap', actions: 'noPage' },
          'bar[b].page[p].put:last': 'freeing',
        },
      },
      freeing: {
        on: { 'bar[b].page[p].folio_free:end': { target: 'zap', actions: 'noPage' } },
      },
      done: { on: { 'bar.unmap_mappings:end': 'idle' } },
    },
  });
});

function each(vmas: number, bars: number, pages: number) {
  return Array.from({ length: vmas > 0 ? bars * pages : 0 }, (_, i) => ({
    b: Math.floor(i / pages),
    p: i % pages,
  }));
}
