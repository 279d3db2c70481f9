import { setup } from 'xstate';

export const labels = [
  'fill(pages):ok',
  'fill(pages):-ENOMEM',
  'fill(kept)',
  'fill(xsk):some',
  'fill(xsk):none',
  'drain(pages)',
  'drain(xsk)',
] as const;

/** The buffers in the rings of a receive queue: pages, or frames of a pool. */
export function rxRing() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'rx_ring',
    description: 'what the descriptors of a receive queue point to',
    meta: {
      labels,
      source: 'prueth_prepare_rx_chan, prueth_rx_cleanup, icssg_common.c, v7.3',
    },
    initial: 'empty',
    states: {
      empty: {
        tags: ['quiescent'],
        on: {
          'fill(pages):ok': 'pages',
          'fill(pages):-ENOMEM': 'empty',
          'fill(kept)': 'pages',
          'fill(xsk):some': 'xsk',
          'fill(xsk):none': 'empty',
          'drain(pages)': 'empty',
          'drain(xsk)': 'empty',
        },
      },
      pages: {
        tags: ['quiescent'],
        on: {
          'fill(pages):ok': 'pages',
          'fill(pages):-ENOMEM': 'pages',
          'fill(kept)': 'pages',
          'fill(xsk):some': 'mixed',
          'fill(xsk):none': 'pages',
          'drain(pages)': 'empty',
          'drain(xsk)': 'freed_as_other',
        },
      },
      xsk: {
        description: 'frames of the pool, which the user space maps',
        tags: ['quiescent'],
        on: {
          'fill(pages):ok': 'mixed',
          'fill(pages):-ENOMEM': 'xsk',
          'fill(kept)': 'mixed',
          'fill(xsk):some': 'xsk',
          'fill(xsk):none': 'xsk',
          'drain(pages)': 'freed_as_other',
          'drain(xsk)': 'empty',
        },
      },
      mixed: violation('holds buffers of two kinds'),
      freed_as_other: violation('holds buffers that are freed as those of another kind'),
    },
  });
}

function violation(finding: string) {
  return {
    tags: ['violation', 'quiescent'] as const,
    meta: { finding },
    on: {
      'fill(pages):ok': 'pages',
      'fill(pages):-ENOMEM': 'empty',
      'fill(kept)': 'pages',
      'fill(xsk):some': 'xsk',
      'fill(xsk):none': 'empty',
      'drain(pages)': 'empty',
      'drain(xsk)': 'empty',
    },
  } as const;
}
