import { assign, setup, stateIn } from 'xstate';

export const labels = ['fd_install', 'dup', 'close_fd', 'open_o_path', 'close_o_path'] as const;

/**
 * The file descriptors of a dma-buf in the hands of those who share their table: each may be closed
 * at any time, from fd_install() on. `/proc/self/fd/N` of one may be opened with O_PATH, once.
 *
 * @param most - most descriptors at a time; one more, of an fd_install() too many, stands for any number
 * @param oPath - whether anybody opens it with O_PATH
 */
export function fd(most: number, oPath: 'opened' | 'never_opened') {
  return setup({
    types: {
      context: {} as { fds: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      roomForOne: ({ context }) => context.fds < most,
      several: ({ context }) => context.fds > 1,
      anyOpen: stateIn({ fds: 'open' }),
    },
    actions: {
      one: assign({ fds: 1 }),
      add: assign({ fds: ({ context }) => context.fds + 1 }),
      install: assign({ fds: ({ context }) => Math.min(context.fds, most) + 1 }),
      drop: assign({ fds: ({ context: { fds } }) => (fds > most ? fds : fds - 1) }),
    },
  }).createMachine({
    id: 'fd',
    description: 'entries of a file descriptor table that lead to the dma-buf',
    meta: {
      labels,
      source: 'fd_install, close, dup, open(O_PATH), fs/file.c',
      unused: [
        ...(most > 1 ? [] : ['dup']),
        ...(oPath === 'opened' ? [] : ['open_o_path', 'close_o_path']),
      ],
      unreachable: oPath === 'opened' ? [] : ['o_path.open', 'o_path.closed'],
    },
    context: { fds: 0 },
    type: 'parallel',
    states: {
      fds: {
        initial: 'none',
        states: {
          none: {
            tags: ['quiescent'],
            on: { fd_install: { target: 'open', actions: 'one' } },
          },
          open: {
            tags: ['quiescent'],
            on: {
              fd_install: { target: 'open', actions: 'install' },
              dup: {
                guard: 'roomForOne',
                target: 'open',
                actions: 'add',
                meta: { unused: most < 2 },
              },
              close_fd: [
                { guard: 'several', target: 'open', actions: 'drop' },
                { target: 'none', actions: 'drop' },
              ],
            },
          },
        },
      },
      o_path: {
        initial: 'none',
        states: {
          none: {
            tags: ['quiescent'],
            ...(oPath === 'opened' && {
              on: { open_o_path: { guard: 'anyOpen', target: 'open' } },
            }),
          },
          open: { tags: ['quiescent'], on: { close_o_path: 'closed' } },
          closed: { tags: ['quiescent'] },
        },
      },
    },
  });
}
