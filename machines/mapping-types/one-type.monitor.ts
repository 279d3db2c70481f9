import { setup } from 'xstate';
import { MAPPING_TYPES } from './match-lists.resource.ts';

export const labels = [...MAPPING_TYPES.map((type) => `matched(${type})`), 'listed', 'freed'];

const matched = (target: string) =>
  Object.fromEntries(MAPPING_TYPES.map((type) => [`matched(${type})`, target]));

/** Whether an attachment gets its type before anybody can see it, and keeps it. */
export function oneType() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'one_type',
    description: 'attach->map_type is written once, before the attachment is listed',
    meta: {
      labels,
      source:
        'Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types", 2026-02-17: 0, 1, "record it as the active match"',
    },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: { ...matched('matched'), listed: 'untyped', freed: 'none' },
      },
      matched: {
        tags: ['quiescent'],
        on: { ...matched('changed'), listed: 'matched', freed: 'none' },
      },
      untyped: {
        tags: ['quiescent'],
        on: { ...matched('changed'), listed: 'untyped', freed: 'none' },
      },
      changed: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'gets a type when it has one, or is listed already' },
        on: { ...matched('changed'), listed: 'changed', freed: 'none' },
      },
    },
  });
}
