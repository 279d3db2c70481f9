import { setup } from 'xstate';

export const labels = [
  'importer:not_p2p',
  'attach:begin',
  'peer2peer:true',
  'peer2peer:false',
] as const;

/** Whether an importer allows peer to peer: it says so ahead of its first attach, for good. */
export function peer2peer() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'peer2peer',
    description: 'attachment->peer2peer, from importer_ops->allow_peer2peer',
    meta: { labels, source: 'dma_buf_dynamic_attach, v7.3' },
    initial: 'unsaid',
    states: {
      unsaid: {
        tags: ['quiescent'],
        on: {
          'importer:not_p2p': 'refuses',
          'attach:begin': 'allows',
          'peer2peer:true': 'allows',
        },
      },
      allows: {
        tags: ['quiescent'],
        on: { 'attach:begin': 'allows', 'peer2peer:true': 'allows' },
      },
      refuses: {
        tags: ['quiescent'],
        on: { 'attach:begin': 'refuses', 'peer2peer:false': 'refuses' },
      },
    },
  });
}
