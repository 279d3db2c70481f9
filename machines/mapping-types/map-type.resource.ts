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

/** Who reads the type of an attachment that has none follows a NULL pointer. */
const untyped = { 'map_type:SGT': 'untyped' };

/** `attach->map_type`, which finish_match() of a type writes and goes with the attachment. */
export function mapType() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'attachment_type',
    description: 'struct dma_buf_attachment, map_type',
    meta: {
      labels,
      source: 'Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types", 2026-02-17: 1, 3',
    },
    initial: 'none',
    states: {
      none: { tags: ['quiescent'], on: { ...others('none'), kfree: 'none', ...untyped } },
      untyped: {
        tags: ['violation', 'quiescent', 'oops'],
        meta: { finding: 'is NULL where the importer reads its type' },
      },
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
