import { setup } from 'xstate';

export const labels = [
  'vm.access:begin',
  'vm.spte:present',
  'vm.spte:none',
  'vm.seq.read',
  'buf.resv.mutex_lock',
  'buf.revoked:true',
  'buf.revoked:false',
  'buf.resv.mutex_unlock',
  'vm.mmu_lock.mutex_lock',
  'vm.seq.retry:true',
  'vm.seq.retry:false',
  'vm.spte.install',
  'vm.mmu_lock.mutex_unlock',
  'vm.access:ok',
  'vm.access:-EFAULT',
] as const;

/**
 * A guest that touches memory of a device which KVM has no VMA of: its fault asks the exporter for the
 * PFN under dma_resv, and puts it into the second-stage table under mmu_lock, unless the exporter has
 * called back in between.
 */
export function guestFault() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'guest_fault',
    description:
      'a fault of a guest on a memslot of a dma-buf: get_pfn, then the second-stage entry',
    meta: {
      labels,
      source:
        'Xu Yilun, "[RFC PATCH 00/12] Private MMIO support for private assigned dev", 2025-01-07: dma_buf_get_pfn_unlocked; kvm_tdp_page_fault, mmu_invalidate_retry, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'vm.access:begin': 'walk' } },
      walk: { on: { 'vm.spte:present': 'access', 'vm.spte:none': 'read_seq' } },
      read_seq: {
        description: 'mmu_invalidate_seq, before the exporter is asked',
        on: { 'vm.seq.read': 'lock' },
      },
      lock: { on: { 'buf.resv.mutex_lock': 'ask' } },
      ask: { on: { 'buf.revoked:true': 'unlock_refused', 'buf.revoked:false': 'unlock' } },
      unlock_refused: { on: { 'buf.resv.mutex_unlock': 'exit' } },
      exit: {
        description: 'KVM_EXIT_MEMORY_FAULT: the VMM decides',
        on: { 'vm.access:-EFAULT': 'idle' },
      },
      unlock: { on: { 'buf.resv.mutex_unlock': 'mmu_lock' } },
      mmu_lock: { on: { 'vm.mmu_lock.mutex_lock': 'retry' } },
      retry: {
        description: 'is_page_fault_stale()',
        on: { 'vm.seq.retry:true': 'again', 'vm.seq.retry:false': 'install' },
      },
      again: { on: { 'vm.mmu_lock.mutex_unlock': 'walk' } },
      install: { on: { 'vm.spte.install': 'mmu_unlock' } },
      mmu_unlock: { on: { 'vm.mmu_lock.mutex_unlock': 'walk' } },
      access: {
        description: 'the guest reaches the device',
        on: { 'vm.access:ok': 'idle' },
      },
    },
  });
}
