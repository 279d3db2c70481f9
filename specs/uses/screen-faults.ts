import type { Fault } from 'xstate-check';
import { anew } from '../change-machines.ts';

const TWO_PIECES = { buffers: 2, ranges: 1, translated: 1 };

const screenFault = (
  fault: Omit<Fault, 'base' | 'system' | 'scope' | 'source'> & { readonly source?: string },
): Fault => ({
  base: '7.3',
  system: 'two-gpus',
  scope: TWO_PIECES,
  source: 'derived: what a framebuffer of several pieces needs, and one of one piece does not',
  ...fault,
});

/** What a compositor and the GPU driver below it could get wrong with a framebuffer in pieces. */
export const screenFaults: readonly Fault[] = [
  screenFault({
    id: 'flip-untested',
    title: 'a compositor flips once every piece was mapped, and does not look again',
    machine: 'compositor',
    change: anew({
      'showing.lock': { on: { 'screen.lock.mutex_lock': 'flip' } },
      'showing.test': 'gone',
    }),
    expected: ['no-half-framebuffer', 'off-means-dark'],
  }),
  screenFault({
    id: 'flip-unlocked',
    title: 'the pieces are looked at and the flip is made without the lock that a revoke takes',
    machine: 'compositor',
    change: anew({
      'showing.map': {
        on: {
          'att[i].map:ok': [
            { guard: 'more', target: 'map', actions: 'next' },
            { target: 'test', actions: 'fromFirst' },
          ],
          ...Object.fromEntries(
            ['-ENODEV', '-EINVAL', '-EADDRINUSE', '-ENOMEM'].map((ret) => [
              `att[i].map:${ret}`,
              { target: 'give_up', actions: { type: 'fail', params: ret } },
            ]),
          ),
        },
      },
      'showing.lock': 'gone',
      'showing.test': {
        on: {
          'bo[i].mapped:true': [
            { guard: 'more', target: 'test', actions: 'next' },
            { target: 'flip', actions: 'fromFirst' },
          ],
          'bo[i].mapped:false': {
            target: 'give_up',
            actions: { type: 'fail', params: '-ENODEV' },
          },
        },
      },
      'showing.flip': { on: { 'screen.flip': 'return' } },
      'showing.unlock': 'gone',
    }),
    expected: ['no-half-framebuffer', 'off-means-dark'],
  }),
  screenFault({
    id: 'unmap-before-hide',
    title: 'the driver unmaps a piece, and takes the framebuffer off the screen after that',
    machine: 'scanout_work',
    change: {
      patches: [
        {
          kind: 'swap',
          step: { node: 'hide', event: 'screen.hide' },
          with: { node: 'unmap', event: 'att.unmap' },
        },
      ],
    },
    expected: ['no-half-framebuffer'],
  }),
  screenFault({
    id: 'scanout-not-told',
    title: 'a piece is unmapped when it is revoked, and the plane is not told',
    machine: 'scanout_work',
    change: { patches: [{ kind: 'skip', step: { node: 'hide', event: 'screen.hide' } }] },
    expected: ['no-half-framebuffer', 'off-means-dark'],
    source:
      'derived: xe_dma_buf_move_notify, amdgpu_dma_buf_move_notify, v7.3: they evict the object, and nothing in them speaks of a plane',
  }),
  screenFault({
    id: 'scanout-pinned',
    title: 'a piece that is scanned out stays mapped until the compositor blanks the screen',
    machine: 'scanout_work',
    change: anew({
      hide: 'gone',
      unmap: 'gone',
      test: {
        on: { 'bo.mapped:true': 'unlock', 'bo.mapped:false': 'unlock', told: 'test' },
      },
    }),
    expected: ['owner-returns'],
    source:
      'derived: ttm_bo_validate, v7.3, of an object that is pinned, as one that is scanned out is',
  }),
  screenFault({
    id: 'half-is-left',
    title: 'a show that fails at a piece leaves those before it mapped',
    machine: 'compositor',
    change: anew({
      'showing.give_up': { on: { 'screen.lock.mutex_lock': 'unlock_error' } },
      'showing.test': {
        on: {
          'bo[i].mapped:true': [
            { guard: 'more', target: 'test', actions: 'next' },
            { target: 'flip', actions: 'fromFirst' },
          ],
          'bo[i].mapped:false': {
            target: 'unlock_error',
            actions: { type: 'fail', params: '-ENODEV' },
          },
        },
      },
      'showing.unmap_all': 'gone',
      'showing.unmap': 'gone',
    }),
    expected: ['failed-show-keeps-nothing'],
  }),
];
