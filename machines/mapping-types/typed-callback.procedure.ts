import { setup } from 'xstate';

export const labels = [
  'att.invalidate:begin',
  'imp.mapping:true',
  'imp.mapping:false',
  'imp.attach.use',
  'imp.mapping.clear',
  'buf.kref.put:more',
  'buf.kref.put:last',
  'att.invalidate:end',
] as const;

/** `move_notify` of an importer of the series, with dma_resv held: it unmaps by the attachment it stored. */
export function typedCallback() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'typed_callback',
    description: 'iopt_revoke_notify() of the series, for every type',
    meta: {
      labels,
      source:
        'Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types", 2026-02-17: 21, 23; iopt_revoke_notify, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.invalidate:begin': 'mapped' } },
      mapped: { on: { 'imp.mapping:true': 'attach', 'imp.mapping:false': 'return' } },
      attach: { on: { 'imp.attach.use': 'clear' } },
      clear: { on: { 'imp.mapping.clear': 'put' } },
      put: {
        on: {
          'buf.kref.put:more': { target: 'return', meta: { commits: 'att.unmap' } },
          'buf.kref.put:last': { target: 'return', meta: { commits: 'att.unmap' } },
        },
      },
      return: { on: { 'att.invalidate:end': 'idle' } },
    },
  });
}
