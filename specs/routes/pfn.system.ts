import {
  type Call,
  call,
  is,
  not,
  type Part,
  type Property,
  procedure,
  type Revision,
  resource,
  type System,
  type SystemFamily,
  said,
} from 'xstate-check';
import { balanceMonitors, orderMonitors } from 'xstate-check/kernel';
import { revoked } from '../../machines/buffer/revoked.resource.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { guestFault } from '../../machines/routes/guest-fault.procedure.ts';
import { pfnOwner } from '../../machines/routes/pfn-owner.procedure.ts';
import { decoding, secondStage, sequence } from '../../machines/routes/second-stage.resource.ts';
import { oneAnswer, somethingMoves } from '../shared/every-system.ts';
import { MUTEX } from '../shared/parts.ts';
import { returnsOf } from '../shared/rules.ts';
import { isIdle } from '../shared/words.ts';

const KVM = 'virt/kvm, arch/x86/kvm/mmu, v7.3';
const VFIO = 'vfio_pci_dma_buf_move, v7.3';
const PROPOSED =
  'Xu Yilun, "[RFC PATCH 00/12] Private MMIO support for private assigned dev", 2025-01-07, <20250107142719.179636-1-yilun.xu@linux.intel.com>';

const locked = (name: string, written: string): Call[] => [
  call(`${name}.mutex_lock`, 'mutex', {
    blocks: 'lock',
    written: `${written}_lock()`,
    source: KVM,
  }),
  call(`${name}.mutex_unlock`, 'mutex', { written: `${written}_unlock()`, source: KVM }),
];

/** The calls and steps of `pfn-importer`. */
export const pfnCalls: readonly Call[] = [
  call('vm.access', 'guest_fault', {
    caller: 'user',
    outcomes: ['ok', '-EFAULT'],
    spans: true,
    written: 'ioctl(KVM_RUN): the guest touches the BAR',
    source: PROPOSED,
  }),
  call('dev.disable', 'pfn_owner', {
    caller: 'user',
    spans: true,
    written: 'write of PCI_COMMAND, MEM=0',
    source: VFIO,
  }),
  call('dev.enable', 'pfn_owner', {
    caller: 'user',
    spans: true,
    written: 'write of PCI_COMMAND, MEM=1',
    source: VFIO,
  }),
  ...locked('resv', 'dma_resv'),
  ...locked('mmu_lock', 'mmu'),
  call('buf.revoked', 'revoked', {
    outcomes: ['true', 'false'],
    written: {
      true: 'dma_buf_get_pfn_unlocked(): -ENODEV',
      false: 'dma_buf_get_pfn_unlocked(): a PFN',
    },
    source: PROPOSED,
  }),
  call('revoked.set', 'revoked', { written: 'priv->revoked = true', source: VFIO }),
  call('revoked.clear', 'revoked', { written: 'priv->revoked = false', source: VFIO }),
  call('vm.spte', 'second_stage', {
    outcomes: ['present', 'none'],
    written: { present: 'the SPTE is there', none: 'there is no SPTE' },
    source: KVM,
  }),
  call('spte.install', 'second_stage', { written: 'kvm_tdp_mmu_map(pfn)', source: KVM }),
  call('spte.zap', 'second_stage', { written: 'kvm_unmap_gfn_range()', source: KVM }),
  call('seq.read', 'sequence', { written: 'kvm->mmu_invalidate_seq', source: KVM }),
  call('seq.bump', 'sequence', {
    written: 'mmu_invalidate_begin(), mmu_invalidate_end()',
    source: KVM,
  }),
  call('seq.retry', 'sequence', {
    outcomes: ['true', 'false'],
    written: { true: 'mmu_invalidate_retry(): 1', false: 'mmu_invalidate_retry(): 0' },
    source: KVM,
  }),
  call('decode.on', 'decoding', { written: 'the device decodes', source: VFIO }),
  call('decode.off', 'decoding', { written: 'the device does not decode', source: VFIO }),
];

const GUEST = 'vcpu[0]';
const OWNER = 'owner[0]';

function partsOf(): Part[] {
  const bind = { vm: 'vm[0]', buf: 'buf[0]', dev: 'dev[0]' };
  const threads = [
    procedure(GUEST, guestFault(), { thread: GUEST, roles: ['guest_fault'], bind }),
    procedure(OWNER, pfnOwner(), { thread: OWNER, roles: ['pfn_owner'], bind }),
  ];
  return [
    ...threads,
    resource('buf[0].resv', mutex(), threads, 'mutex'),
    resource('buf[0].revoked', revoked(), threads, 'revoked', 'buf[0]'),
    resource('vm[0].mmu_lock', mutex(), threads, 'mutex'),
    resource('vm[0].spte', secondStage(), threads, 'second_stage', 'vm[0]'),
    resource('vm[0].seq', sequence(), threads, 'sequence', 'vm[0]'),
    resource('dev[0].decode', decoding(), threads, 'decoding', 'dev[0]'),
  ];
}

function rulesOf(balance: readonly Part[], order: readonly Part[]): Property[] {
  return [
    {
      id: 'off-means-no-entry',
      kind: 'invariant',
      title: 'while the device does not decode, no guest has an entry that leads to it',
      when: said(is('dev[0].decode', 'off'), 'the device does not decode', 'the device decodes'),
      then: said(is('vm[0].spte', 'none'), 'the guest has no entry', 'the guest has an entry'),
      rule: 'S1',
      source: `derived: S1; ${PROPOSED}`,
      consequence: 'the guest reaches a device in reset, or the memory of who has the address next',
    },
    {
      id: 'revoked-means-no-entry',
      kind: 'invariant',
      title: 'when the callback has returned, the guest has no entry until access is given back',
      when: said(
        is(OWNER, '#memory_off'),
        'memory is off, and the call has returned',
        'memory is not off',
      ),
      then: said(is('vm[0].spte', 'none'), 'the guest has no entry', 'the guest has an entry'),
      rule: 'S1',
      source: `derived: S1; dma_buf_invalidate_mappings, v7.3`,
      consequence: 'a guest goes on with a device that its owner has taken away',
    },
    {
      id: 'lock-balance',
      kind: 'monitor',
      title: 'both locks are released before a call returns',
      parts: balance.map(({ name }) => name),
      source: 'derived: as of every system of procedures',
    },
    {
      id: 'lock-order',
      kind: 'monitor',
      title: 'dma_resv is taken before mmu_lock, and never behind it',
      parts: order.map(({ name }) => name),
      source: 'derived: the callback takes mmu_lock under dma_resv',
      consequence: 'a fault and a revoke wait for each other',
    },
    // A guest faults again as often as its owner revokes in between, which has no end here.
    {
      id: `returns(${OWNER})`,
      kind: 'leads-to',
      title: 'a call of the owner returns, whatever the guest does',
      when: not(isIdle(OWNER)),
      then: isIdle(OWNER),
      rule: 'L2',
      source: 'derived: L2',
      consequence: 'a task hangs',
    },
    {
      id: 'rest',
      kind: 'rest',
      title: 'every call can return, and every lock become free',
      source: 'derived: as of every system of procedures',
    },
    somethingMoves(),
    oneAnswer,
  ];
}

/** Its one column: no kernel has it. */
export const pfnRevisions: readonly Revision[] = [
  {
    name: 'kvm-2025-01',
    title: 'KVM as an importer of PFNs, as proposed in January 2025',
    kind: 'series',
    source: PROPOSED,
    words: ['kvm'],
  },
];

/** KVM as an importer that has no VMA, as it was proposed: a guest that faults, and a revoke. */
export const pfnFamily: SystemFamily = {
  name: 'pfn-importer',
  title:
    'a guest whose memslot is a dma-buf without a VMA, as proposed, against revoke and give back',
  defaultScope: { guests: 1 },
  revisions: ['kvm-2025-01'],
  build({ scope, revision }): System {
    const parts = partsOf();
    const locks = ['buf[0].resv', 'vm[0].mmu_lock'].map((name) => ({ name, kind: MUTEX }));
    const balance = balanceMonitors(parts, locks, returnsOf(pfnCalls));
    const order = orderMonitors(parts, locks);
    return {
      name: 'pfn-importer',
      revision,
      scope,
      parts: [...parts, ...balance, ...order],
      calls: pfnCalls,
      environment: ['user'],
      properties: rulesOf(balance, order),
    };
  },
};
