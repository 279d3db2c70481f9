import { setup } from 'xstate';

export const labels = [
  'buf.invalidate_mappings:begin',
  'att.listed:true',
  'att.listed:false',
  'imp.notify:some',
  'imp.notify:none',
  'att.invalidate:begin',
  'att.invalidate:end',
  'buf.invalidate_mappings:end',
] as const;

/**
 * `dma_buf_invalidate_mappings()` of a buffer that has one attachment or none. Who has no importer_ops
 * is not told; as `invalidateListed()` has it nobody is on the list who is not.
 */
export function typedInvalidate() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'typed_invalidate',
    description: 'dma_buf_invalidate_mappings(): if (attach->importer_ops && …)',
    meta: { labels, source: 'dma_buf_invalidate_mappings, drivers/dma-buf/dma-buf.c, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'buf.invalidate_mappings:begin': 'test' } },
      test: { on: { 'att.listed:true': 'ops', 'att.listed:false': 'done' } },
      ops: { on: { 'imp.notify:some': 'call', 'imp.notify:none': 'done' } },
      call: { on: { 'att.invalidate:begin': 'called' } },
      called: { on: { 'att.invalidate:end': 'done' } },
      done: { on: { 'buf.invalidate_mappings:end': 'idle' } },
    },
  });
}
