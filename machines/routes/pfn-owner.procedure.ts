import { setup } from 'xstate';

export const labels = [
  'dev.disable:begin',
  'buf.resv.mutex_lock',
  'buf.revoked.set',
  'vm.mmu_lock.mutex_lock',
  'vm.seq.bump',
  'vm.spte.zap',
  'vm.mmu_lock.mutex_unlock',
  'buf.resv.mutex_unlock',
  'dev.decode.off',
  'dev.disable:ok',
  'dev.enable:begin',
  'dev.decode.on',
  'buf.revoked.clear',
  'dev.enable:ok',
] as const;

/**
 * The exporter of memory that KVM imports by its PFN: it revokes, and KVM zaps what it has in the
 * callback, under dma_resv; then the device stops decoding. Nothing waits for a mapping: there is none.
 */
export function pfnOwner() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pfn_owner',
    description:
      'vfio_pci_dma_buf_move() against an importer without a VMA: memory off, and on again',
    meta: {
      labels,
      source:
        'vfio_pci_dma_buf_move, v7.3; Xu Yilun, "[RFC PATCH 00/12] Private MMIO support for private assigned dev", 2025-01-07: the callback zaps the memslot',
    },
    initial: 'on',
    states: {
      on: { tags: ['quiescent'], on: { 'dev.disable:begin': 'revoking' } },
      revoking: {
        initial: 'lock',
        states: {
          lock: { on: { 'buf.resv.mutex_lock': 'revoke' } },
          revoke: { on: { 'buf.revoked.set': 'callback' } },
          callback: {
            description: 'dma_buf_invalidate_mappings()',
            on: { 'vm.mmu_lock.mutex_lock': 'seq' },
          },
          seq: { on: { 'vm.seq.bump': 'zap' } },
          zap: { on: { 'vm.spte.zap': 'mmu_unlock' } },
          mmu_unlock: { on: { 'vm.mmu_lock.mutex_unlock': 'unlock' } },
          unlock: { on: { 'buf.resv.mutex_unlock': 'off' } },
          off: { on: { 'dev.decode.off': 'return' } },
          return: { on: { 'dev.disable:ok': '#pfn_owner.off' } },
        },
      },
      off: { tags: ['quiescent', 'memory_off'], on: { 'dev.enable:begin': 'decode' } },
      decode: { on: { 'dev.decode.on': 'take_resv' } },
      take_resv: { on: { 'buf.resv.mutex_lock': 'give_back' } },
      give_back: { on: { 'buf.revoked.clear': 'unlock' } },
      unlock: { on: { 'buf.resv.mutex_unlock': 'return' } },
      return: { on: { 'dev.enable:ok': 'on' } },
    },
  });
}
