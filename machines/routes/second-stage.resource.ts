import { setup } from 'xstate';

/** What a second-stage entry can be done to. */
export const entryLabels = ['spte:present', 'spte:none', 'spte.install', 'spte.zap'] as const;

/** The second-stage entry of a guest for one page of a device. */
export function secondStage() {
  return setup({ types: { events: {} as { type: (typeof entryLabels)[number] } } }).createMachine({
    id: 'second_stage',
    description: 'an SPTE: it leads to a PFN of a BAR, or to nothing',
    meta: { labels: entryLabels, source: 'arch/x86/kvm/mmu/spte.h, v7.3' },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: { 'spte:none': 'none', 'spte.install': 'present', 'spte.zap': 'none' },
      },
      present: {
        tags: ['quiescent'],
        on: { 'spte:present': 'present', 'spte.install': 'present', 'spte.zap': 'none' },
      },
    },
  });
}

export const sequenceLabels = [
  'seq.read',
  'seq.bump',
  'seq.retry:true',
  'seq.retry:false',
] as const;

/** `kvm->mmu_invalidate_seq`, to the fault that has read it. */
export function sequence() {
  return setup({
    types: { events: {} as { type: (typeof sequenceLabels)[number] } },
  }).createMachine({
    id: 'sequence',
    description: 'kvm->mmu_invalidate_seq: whether it is what a fault has read',
    meta: {
      labels: sequenceLabels,
      source: 'mmu_invalidate_retry, include/linux/kvm_host.h, v7.3',
    },
    initial: 'other',
    states: {
      same: {
        tags: ['quiescent'],
        on: { 'seq.read': 'same', 'seq.bump': 'other', 'seq.retry:false': 'same' },
      },
      other: {
        tags: ['quiescent'],
        on: { 'seq.read': 'same', 'seq.bump': 'other', 'seq.retry:true': 'other' },
      },
    },
  });
}

export const decodeLabels = ['decode.on', 'decode.off'] as const;

/** Whether a device answers to its addresses. */
export function decoding() {
  return setup({ types: { events: {} as { type: (typeof decodeLabels)[number] } } }).createMachine({
    id: 'decoding',
    description: 'PCI_COMMAND_MEMORY of a device',
    meta: { labels: decodeLabels, source: 'vfio_basic_config_write, v7.3' },
    initial: 'on',
    states: {
      on: { tags: ['quiescent'], on: { 'decode.on': 'on', 'decode.off': 'off' } },
      off: { tags: ['quiescent'], on: { 'decode.on': 'on', 'decode.off': 'off' } },
    },
  });
}
