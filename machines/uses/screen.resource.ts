import { setup } from 'xstate';

export const labels = ['flip', 'hide'] as const;

/** What the screen of the other GPU scans out: the framebuffer, or something of its own. */
export function screen() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'screen',
    description: 'whether the framebuffer is scanned out',
    meta: { labels, source: 'derived: a plane of a CRTC' },
    initial: 'dark',
    states: {
      dark: { tags: ['quiescent'], on: { flip: 'shown', hide: 'dark' } },
      shown: { tags: ['quiescent'], on: { flip: 'shown', hide: 'dark' } },
    },
  });
}
