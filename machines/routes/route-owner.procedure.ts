import { setup } from 'xstate';

export const labels = [
  'dev.close:begin',
  'buf.resv.mutex_lock',
  'buf.revoked.set',
  'att.mapped:true',
  'att.mapped:false',
  'att.unmapped',
  'buf.resv.mutex_unlock',
  'dev.close:ok',
  'dev.unbind:begin',
  'dev.p2pdma.clear',
  'dev.types.destroy',
  'dev.unbind:ok',
  'dev.bind:begin',
  'dev.pcim_p2pdma_init:ok',
  'dev.pcim_p2pdma_init:-ENOMEM',
  'dev.types.init',
  'dev.bind:ok',
  'dev.bind:-ENOMEM',
  'dev.export:begin',
  'buf.revoked.clear',
  'dev.export:ok',
] as const;

/**
 * The device of the provider from an export to the next: close revokes its buffer, unbind drops its
 * providers and what was found about clients, a driver that is bound again makes them anew. An importer
 * unmaps in its callback.
 */
export function routeOwner() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'route_owner',
    description: 'a device of vfio-pci, to who asks for the way to it: close, unbind, bind, export',
    meta: {
      labels,
      source:
        'vfio_pci_dma_buf_cleanup, pci_p2pdma_release, pcim_p2pdma_init, vfio_pci_core_init_dev, v7.3',
    },
    initial: 'exported',
    states: {
      exported: { tags: ['quiescent'], on: { 'dev.close:begin': 'closing' } },
      closing: {
        initial: 'lock',
        states: {
          lock: { on: { 'buf.resv.mutex_lock': 'revoke' } },
          revoke: { on: { 'buf.revoked.set': 'callback' } },
          callback: { on: { 'att.mapped:true': 'unmap', 'att.mapped:false': 'unlock' } },
          unmap: { on: { 'att.unmapped': 'unlock' } },
          unlock: { on: { 'buf.resv.mutex_unlock': 'return' } },
          return: { on: { 'dev.close:ok': '#route_owner.closed' } },
        },
      },
      closed: {
        tags: ['quiescent'],
        on: { 'dev.unbind:begin': 'releasing', 'dev.export:begin': 'exporting' },
      },
      releasing: {
        description: 'pci_p2pdma_release(), without a pool: nobody is waited for',
        initial: 'clear',
        states: {
          clear: { on: { 'dev.p2pdma.clear': 'destroy' } },
          destroy: { on: { 'dev.types.destroy': 'return' } },
          return: { on: { 'dev.unbind:ok': '#route_owner.unbound' } },
        },
      },
      unbound: { tags: ['quiescent'], on: { 'dev.bind:begin': 'init' } },
      init: {
        on: { 'dev.pcim_p2pdma_init:ok': 'types', 'dev.pcim_p2pdma_init:-ENOMEM': 'no_memory' },
      },
      types: { on: { 'dev.types.init': 'bound' } },
      bound: { on: { 'dev.bind:ok': 'closed' } },
      no_memory: { on: { 'dev.bind:-ENOMEM': 'unbound' } },
      exporting: { on: { 'buf.revoked.clear': 'return' } },
      return: { on: { 'dev.export:ok': 'exported' } },
    },
  });
}
