import { setup } from 'xstate';

export const labels = [
  'mapping:true',
  'mapping:false',
  'mapping.set',
  'mapping.read',
  'mapping.clear',
] as const;

/** What an importer has of a mapping: an sg_table, or a list of physical addresses, and reads it. */
export function typedMapping() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'typed_mapping',
    description: 'what map of a type has returned, and unmap frees',
    meta: {
      labels,
      source:
        'Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types", 2026-02-17: 21, "After this point the importer may not touch any of the addresses"',
    },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'mapping:false': 'none',
          'mapping.set': 'held',
          'mapping.read': 'read_when_freed',
          'mapping.clear': 'freed_twice',
        },
      },
      held: {
        tags: ['quiescent', 'mapped'],
        on: {
          'mapping:true': 'held',
          'mapping.set': 'lost',
          'mapping.read': 'held',
          'mapping.clear': 'none',
        },
      },
      lost: wrong('is mapped twice: nobody unmaps the first'),
      freed_twice: wrong('is unmapped while it is not mapped'),
      read_when_freed: wrong('is read after it was unmapped'),
    },
  });
}

function wrong(finding: string) {
  return {
    tags: ['violation', 'quiescent'],
    meta: { finding },
    on: {
      'mapping:false': 'none',
      'mapping.set': 'held',
      'mapping.read': 'read_when_freed',
      'mapping.clear': 'none',
    },
  } as const;
}
