import { assign, setup } from 'xstate';

export const labels = [
  'screen.import:begin',
  'att[i].attach:ok',
  'att[i].attach:-ENODEV',
  'att[i].detach',
  'screen.import:ok',
  'screen.import:-ENODEV',
  'screen.show:begin',
  'att[i].map:ok',
  'att[i].map:-ENODEV',
  'att[i].map:-EINVAL',
  'att[i].map:-EADDRINUSE',
  'att[i].map:-ENOMEM',
  'screen.lock.mutex_lock',
  'bo[i].mapped:true',
  'bo[i].mapped:false',
  'screen.flip',
  'att[i].unmap',
  'screen.lock.mutex_unlock',
  'screen.show:ok',
  'screen.show:-ENODEV',
  'screen.show:-EINVAL',
  'screen.show:-EADDRINUSE',
  'screen.show:-ENOMEM',
  'screen.blank:begin',
  'screen.hide',
  'screen.blank:ok',
] as const;

type Return = 'ok' | '-ENODEV' | '-EINVAL' | '-EADDRINUSE' | '-ENOMEM';

const ERRORS = ['-ENODEV', '-EINVAL', '-EADDRINUSE', '-ENOMEM'] as const;

/**
 * What shows a framebuffer that lies in the memory of another GPU, in one dma-buf or in several: it
 * imports every piece, maps them all, and flips to it only where every piece is mapped still. Between
 * the test and the flip no piece goes, because who takes one away needs the same lock.
 *
 * @param pieces - how many dma-bufs the framebuffer is made of
 */
export function compositor(pieces: number) {
  const last = pieces - 1;
  const machine = setup({
    types: {
      context: {} as { i: number; ret: Return },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      more: ({ context }) => context.i < last,
      first: ({ context }) => context.i === 0,
      returns: ({ context }, ret: Return) => context.ret === ret,
    },
    actions: {
      next: assign({ i: ({ context }) => context.i + 1 }),
      previous: assign({ i: ({ context }) => context.i - 1 }),
      fromFirst: assign({ i: 0 }),
      fail: assign((_, ret: Return) => ({ ret, i: 0 })),
      forget: assign({ i: 0, ret: 'ok' }),
    },
  });
  /** One step for each piece, in their order. */
  const each = (again: string, then: string) => [
    { guard: 'more' as const, target: again, actions: 'next' as const },
    { target: then, actions: 'fromFirst' as const },
  ];
  const failed = (ret: Return) => ({
    target: 'give_up',
    actions: { type: 'fail' as const, params: ret },
  });

  const importing = machine.createStateConfig({
    description: 'a GEM object for each dma-buf',
    initial: 'attach',
    states: {
      attach: {
        on: {
          'att[i].attach:ok': each('attach', 'return'),
          'att[i].attach:-ENODEV': [
            { guard: 'first', target: 'return_error' },
            { target: 'detach', actions: 'previous' },
          ],
        },
      },
      detach: {
        on: {
          'att[i].detach': [
            { guard: 'first', target: 'return_error' },
            { target: 'detach', actions: 'previous', meta: { unused: pieces < 3 } },
          ],
        },
      },
      return: { on: { 'screen.import:ok': '#compositor.imported' } },
      return_error: { on: { 'screen.import:-ENODEV': '#compositor.idle' } },
    },
  });

  const showing = machine.createStateConfig({
    initial: 'map',
    states: {
      map: {
        on: {
          'att[i].map:ok': each('map', 'lock'),
          ...Object.fromEntries(ERRORS.map((ret) => [`att[i].map:${ret}`, failed(ret)])),
        },
      },
      lock: { on: { 'screen.lock.mutex_lock': 'test' } },
      test: {
        description: 'a piece may have been taken away since it was mapped',
        on: { 'bo[i].mapped:true': each('test', 'flip'), 'bo[i].mapped:false': gone() },
      },
      flip: { on: { 'screen.flip': 'unlock' } },
      unlock: { on: { 'screen.lock.mutex_unlock': 'return' } },
      return: { on: { 'screen.show:ok': { target: '#compositor.shown', actions: 'forget' } } },
      give_up: { on: { 'screen.lock.mutex_lock': 'unmap_all' } },
      unmap_all: {
        description: 'all or nothing: what was mapped is given up',
        on: {
          'bo[i].mapped:true': 'unmap',
          'bo[i].mapped:false': each('unmap_all', 'unlock_error'),
        },
      },
      unmap: { on: { 'att[i].unmap': each('unmap_all', 'unlock_error') } },
      unlock_error: { on: { 'screen.lock.mutex_unlock': 'return_error' } },
      return_error: {
        on: Object.fromEntries(
          ERRORS.map((ret) => [
            `screen.show:${ret}`,
            {
              guard: { type: 'returns' as const, params: ret },
              target: '#compositor.refused',
              actions: 'forget' as const,
            },
          ]),
        ),
      },
    },
  });
  function gone() {
    return { target: 'unmap_all', actions: { type: 'fail' as const, params: '-ENODEV' as const } };
  }

  const blanking = machine.createStateConfig({
    initial: 'lock',
    states: {
      lock: { on: { 'screen.lock.mutex_lock': 'hide' } },
      hide: { on: { 'screen.hide': 'unmap_all' } },
      unmap_all: {
        on: { 'bo[i].mapped:true': 'unmap', 'bo[i].mapped:false': each('unmap_all', 'unlock') },
      },
      unmap: { on: { 'att[i].unmap': each('unmap_all', 'unlock') } },
      unlock: { on: { 'screen.lock.mutex_unlock': 'return' } },
      return: { on: { 'screen.blank:ok': '#compositor.imported' } },
    },
  });

  return machine.createMachine({
    id: 'compositor',
    description: 'shows a framebuffer of another GPU: every piece of it, or nothing',
    meta: {
      labels,
      index: { i: pieces },
      source:
        'derived: a compositor and the GPU driver below it; Vivek Kasireddy on v0 10/10, 2025-07-24: a framebuffer in VRAM, shared between two GPUs',
    },
    context: { i: 0, ret: 'ok' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'screen.import:begin': 'importing' } },
      importing,
      imported: { tags: ['quiescent'], on: { 'screen.show:begin': 'showing' } },
      refused: {
        description: 'the last show failed',
        tags: ['quiescent', 'refused'],
        on: { 'screen.show:begin': 'showing' },
      },
      showing,
      shown: { tags: ['quiescent'], on: { 'screen.blank:begin': 'blanking' } },
      blanking,
    },
  });
}
