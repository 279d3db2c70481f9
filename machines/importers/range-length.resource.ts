import { setup } from 'xstate';
import { LONGEST } from './map-chunks.procedure.ts';

/** The length of one range: one unit, or what its export says ahead of the first attach. */
export function rangeLength() {
  const lengths = Array.from({ length: LONGEST }, (_, i) => i + 1);
  const of = (length: number) => `units_${length}`;
  return setup({}).createMachine({
    id: 'range_length',
    description: 'phys_vec[i].len, dma_ranges[i].length: an entry holds two units',
    meta: {
      labels: [
        ...lengths.slice(1).map((length) => `export:${length}`),
        'attach:begin',
        ...lengths.map((length) => `is:${length}`),
      ],
      source: 'vfio_pci_core_fill_phys_vec, v7.3',
    },
    initial: 'exported',
    states: {
      exported: {
        tags: ['quiescent'],
        on: {
          'attach:begin': of(1),
          'is:1': of(1),
          ...Object.fromEntries(lengths.slice(1).map((length) => [`export:${length}`, of(length)])),
        },
      },
      ...Object.fromEntries(
        lengths.map((length) => [
          of(length),
          {
            tags: ['quiescent'],
            on: { 'attach:begin': of(length), [`is:${length}`]: of(length) },
          },
        ]),
      ),
    },
  });
}
