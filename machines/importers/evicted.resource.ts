import { setup } from 'xstate';

export const labels = ['evicted:true', 'evicted:false', 'evicted.set', 'free_sgt'] as const;

/** An importer's own mark that its mapping has to go, which goes with the mapping. */
export function evicted() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'evicted',
    description: 'no new work on this mapping',
    meta: { labels, source: 'derived: an importer that stops when it is told' },
    initial: 'clear',
    states: {
      clear: {
        on: { 'evicted:false': 'clear', 'evicted.set': 'set', free_sgt: 'clear' },
      },
      set: { on: { 'evicted:true': 'set', 'evicted.set': 'set', free_sgt: 'clear' } },
    },
  });
}
