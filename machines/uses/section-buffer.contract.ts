import { assign, setup } from 'xstate';
import {
  answersTo,
  everyBuffer,
  everySection,
  exportCall,
  mapCall,
  type Pages,
  type Part,
} from './vmm-sections.ts';

const SOURCES: Readonly<Record<string, string>> = {
  '-EINVAL': 'iopt_alloc_dmabuf_pages, v7.3: dmabuf->size',
  '-EOPNOTSUPP': 'vfio_pci_dma_buf_iommufd_map, v7.3: nr_ranges != 1',
};

/**
 * A dma-buf of so many ranges of a BAR, and IOMMU_IOAS_MAP_FILE of a part of it. Its bytes are those of
 * its ranges, one behind the other: `start` counts from the beginning of the first. The size is looked
 * at first, the number of ranges when the pages are copied. An answer `ok#2` says to which page of the
 * BAR the first address leads.
 */
export function sectionBuffer() {
  const machine = setup({
    types: {
      context: {} as { ranges: readonly Pages[] },
      events: {} as { type: string },
    },
    guards: {
      answers: ({ context }, { part, answer }: { part: Part; answer: string }) =>
        answersTo(context.ranges, part) === answer,
    },
    actions: { take: assign((_, ranges: readonly Pages[]) => ({ ranges })) },
  });
  const answers = everySection.flatMap((part) =>
    [...new Set(everyBuffer.map((ranges) => answersTo(ranges, part)))].map((answer) => ({
      label: `${mapCall(part)}:${answer}`,
      to: {
        guard: { type: 'answers' as const, params: { part, answer } },
        target: 'exported',
        meta: { source: SOURCES[answer] ?? 'pfn_reader_fill_dmabuf, v7.3: phys.paddr + start' },
      },
    })),
  );
  return machine.createMachine({
    id: 'section_buffer',
    description: 'a dma-buf of one range or several, and what MAP_FILE of a part of it answers',
    meta: {
      labels: [...everyBuffer.map(exportCall), ...answers.map(({ label }) => label)],
      source: 'iopt_alloc_dmabuf_pages, vfio_pci_dma_buf_iommufd_map, v7.3',
    },
    context: { ranges: [] },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: Object.fromEntries(
          everyBuffer.map((ranges) => [
            exportCall(ranges),
            { target: 'exported', actions: { type: 'take' as const, params: ranges } },
          ]),
        ),
      },
      exported: {
        tags: ['quiescent'],
        on: Object.fromEntries(answers.map(({ label, to }) => [label, to])),
      },
    },
  });
}
