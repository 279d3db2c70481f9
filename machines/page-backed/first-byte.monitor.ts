import { setup } from 'xstate';

export const labels = ['wrong_page', 'right_page'] as const;

/** What the first page of a mapping leads to: the page that mmap() was asked for, or another one. */
export function firstByte() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'first_byte',
    meta: { labels },
    initial: 'unseen',
    states: {
      unseen: { on: { right_page: 'right', wrong_page: 'wrong' } },
      right: { on: { right_page: 'right', wrong_page: 'wrong' } },
      wrong: {
        tags: ['violation'],
        meta: { finding: 'the first page of the mapping is not the one that was asked for' },
        on: { right_page: 'wrong', wrong_page: 'wrong' },
      },
    },
  });
}
