import { setup } from 'xstate';
import { MAPPING_TYPES } from './match-lists.resource.ts';

export const labels = [
  ...MAPPING_TYPES.map((type) => `matched(${type})`),
  ...MAPPING_TYPES.map((type) => `called(${type})`),
  'freed',
];

const to = (of: string, state: (type: string) => string) =>
  Object.fromEntries(MAPPING_TYPES.map((type) => [`${of}(${type})`, state(type)]));

/** Whether an importer calls the operations of the type that its attachment has. */
export function ownOperation() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'own_operation',
    description: 'the operation that is called is one of attach->map_type',
    meta: {
      labels,
      source:
        'Jason Gunthorpe on RFC v2, 2025-10-31: each mapping type has its own operations, types and signatures, which the importer calls directly',
    },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: { ...to('matched', (type) => type), ...to('called', () => 'confused'), freed: 'none' },
      },
      ...Object.fromEntries(
        MAPPING_TYPES.map((own) => [
          own,
          {
            tags: ['quiescent'],
            on: {
              ...to('matched', (type) => type),
              ...to('called', (type) => (type === own ? own : 'confused')),
              freed: 'none',
            },
          },
        ]),
      ),
      confused: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is an operation of another type than the attachment has' },
        on: {
          ...to('matched', (type) => type),
          ...to('called', () => 'confused'),
          freed: 'none',
        },
      },
    },
  });
}
