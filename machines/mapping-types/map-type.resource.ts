import { setup } from 'xstate';
import { MAPPING_TYPES } from './match-lists.resource.ts';

export const labels = [
  ...MAPPING_TYPES.map((type) => `finish_match:${type}`),
  ...MAPPING_TYPES.map((type) => `map_type:${type}`),
  'kfree',
];

const others = (own: string) =>
  Object.fromEntries(
    MAPPING_TYPES.map((type) => [`finish_match:${type}`, type === own ? own : type]),
  );

/** `attach->map_type`, which finish_match() of a type writes and goes with the attachment. */
export function mapType() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'map_type',
    description: 'struct dma_buf_attachment, map_type',
    meta: {
      labels,
      source: 'Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types", 2026-02-17: 1, 3',
    },
    initial: 'none',
    states: {
      none: { tags: ['quiescent'], on: { ...others('none'), kfree: 'none' } },
      ...Object.fromEntries(
        MAPPING_TYPES.map((type) => [
          type,
          {
            tags: ['quiescent', 'matched'],
            on: { ...others(type), [`map_type:${type}`]: type, kfree: 'none' },
          },
        ]),
      ),
    },
  });
}
