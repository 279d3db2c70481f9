import type { Fault } from 'xstate-check';
import { anew } from '../change-machines.ts';
import { range } from '../shared/contract.ts';
import { HOST_BRIDGES, ROOT_PORTS, SIBLINGS, SWITCH } from './scopes.ts';

const CALC = 'derived: calc_map_type_and_dist, v7.3';

const fault = (of: Omit<Fault, 'base' | 'system'>): Fault => ({
  ...of,
  base: 'p2pdma-7.3',
  system: 'map-type',
});

/** Whatever a device answers, whether it redirects or not: the same step. */
function ofNodes(nodes: number, guard: 'a is' | 'b is', step: object): Record<string, object> {
  return Object.fromEntries(
    range(nodes).flatMap((n) =>
      [0, 1].map((bit) => [
        `node[${n}].acs_redir:${bit}`,
        { guard: { type: guard, params: n }, ...step },
      ]),
    ),
  );
}

const ofCalc: readonly Fault[] = [
  fault({
    id: 'client-side-not-asked',
    title: 'only the ports above the provider are asked whether they redirect',
    machine: 'calc_map_type',
    change: anew({
      'client_side.acs': { on: ofNodes(5, 'b is', { target: 'next' }) },
    }),
    scope: SWITCH,
    expected: ['bus-means-direct'],
    source: CALC,
  }),
  fault({
    id: 'meeting-port-not-asked',
    title: 'nobody asks the ports above the provider whether they redirect',
    machine: 'calc_map_type',
    change: anew({
      'provider_side.acs': { on: ofNodes(3, 'a is', { target: 'search', actions: 'b = client' }) },
    }),
    scope: SIBLINGS,
    expected: ['bus-means-direct'],
    source: CALC,
  }),
  fault({
    id: 'redirect-ignored',
    title: 'two devices below one bridge get bus addresses, whatever redirects',
    machine: 'calc_map_type',
    change: anew({
      decide: {
        always: [{ guard: 'redirected', target: 'store_BUS_ADDR' }, { target: 'store_BUS_ADDR' }],
      },
    }),
    scope: SIBLINGS,
    expected: ['bus-means-direct'],
    source: `${CALC}; as of a driver that asks for the distance alone`,
  }),
  fault({
    id: 'redirect-refused',
    title: 'what is redirected is refused, and the host bridge is not asked',
    machine: 'calc_map_type',
    change: anew({
      decide: {
        always: [
          { guard: 'redirected', target: 'store_NOT_SUPPORTED' },
          { target: 'store_BUS_ADDR' },
        ],
      },
    }),
    scope: SIBLINGS,
    expected: ['refused-means-no-way', 'kept-is-true'],
    source: `${CALC}: as it was when there were pools of p2pmem alone`,
  }),
  fault({
    id: 'host-bridge-for-all',
    title: 'what is below one switch goes through the host bridge, too',
    machine: 'calc_map_type',
    change: anew({
      decide: {
        always: [{ guard: 'redirected', target: 'host_bridge' }, { target: 'host_bridge' }],
      },
    }),
    scope: SIBLINGS,
    expected: ['direct-means-bus'],
    source: CALC,
  }),
];

const ofWhitelist: readonly Fault[] = [
  fault({
    id: 'one-bridge-is-enough',
    title: 'of two host bridges that of the provider alone is asked for',
    machine: 'host_bridge_whitelist',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'first', event: 'host[0].listed(other):true' },
          target: 'return_true',
        },
      ],
    },
    scope: HOST_BRIDGES,
    expected: ['host-bridge-means-listed', 'kept-is-true'],
    source: 'derived: host_bridge_whitelist, v7.3',
  }),
  fault({
    id: 'any-bridge-is-carried',
    title: 'a host bridge that is in no list is taken for one that is',
    machine: 'host_bridge_whitelist',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'one', event: 'host[0].listed(same):false' },
          target: 'return_true',
        },
      ],
    },
    scope: { ...ROOT_PORTS, listed: 0 },
    expected: ['host-bridge-means-listed', 'kept-is-true'],
    source: 'derived: __host_bridge_whitelist, v7.3',
  }),
];

const ofLife: readonly Fault[] = [
  fault({
    id: 'unmap-not-asked',
    title: 'a device is closed and unbound without its importer being told',
    machine: 'route_owner',
    change: anew({
      'closing.revoke': { on: { 'buf.revoked.set': 'unlock' } },
      'closing.callback': 'gone',
      'closing.unmap': 'gone',
    }),
    scope: SIBLINGS,
    expected: ['provider-outlives-mapping'],
    source: 'pcim_p2pdma_provider, v7.3, of what its caller owes',
  }),
  fault({
    id: 'A-44',
    title: 'without a pool, map_types are freed under a reader',
    machine: 'route_owner',
    change: anew({
      'closing.lock': { on: { 'buf.revoked.set': 'callback' } },
      'closing.revoke': 'gone',
      'closing.callback': { on: { 'att.mapped:true': 'unmap', 'att.mapped:false': 'return' } },
      'closing.unmap': { on: { 'att.unmapped': 'return' } },
      'closing.unlock': 'gone',
    }),
    scope: SIBLINGS,
    expected: ['no-misuse'],
    source:
      'pci_p2pdma_release, calc_map_type_and_dist, v7.3: without a pool nobody waits for RCU, and what keeps a reader away is dma_resv, which the exporter takes to revoke',
  }),
  fault({
    id: 'bus-address-for-all',
    title: 'an exporter gives out bus addresses wherever there is a way',
    machine: 'route_importer',
    change: anew({
      asked: {
        on: {
          'map_type:BUS_ADDR': 'by_bus',
          'map_type:THRU_HOST_BRIDGE': 'by_bus',
          'map_type:NOT_SUPPORTED': 'unlock_EINVAL',
        },
      },
      by_host_bridge: 'gone',
      unlock_ENOMEM: 'gone',
      return_ENOMEM: 'gone',
    }),
    scope: SIBLINGS,
    expected: ['bus-means-direct'],
    source: 'derived: dma_buf_phys_vec_to_sgt, v7.3',
  }),
  fault({
    id: 'parent-is-taken',
    title: 'a device that is none of PCI is taken for the one above it',
    machine: 'map_type',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'is_pci', event: 'client.is_pci:false' },
          target: 'deref',
        },
      ],
    },
    scope: { ...ROOT_PORTS, listed: 0, non_pci: 1 },
    expected: ['off-pci-is-refused'],
    source: 'derived: find_parent_pci_dev, v7.3, by which pci_p2pdma_distance() does',
  }),
];

const ofRegions: readonly Fault[] = [
  {
    id: 'provider-of-device',
    title: 'a device has one provider, and each BAR of it the offset of the first',
    machine: 'core_phys',
    change: { revision: 'provider-of-device' },
    base: 'vfio-pci-7.3',
    system: 'region-export',
    scope: { regions: 3 },
    expected: ['provider-is-of-the-bar(2)'],
    source: 'v2 of the export series: each BAR has a provider, not each device',
  },
  {
    id: 'P13',
    title: 'a variant driver whose region is longer than its memory exports all of the region',
    machine: 'nvgrace_phys',
    change: { revision: 'nvgrace-region-size' },
    base: 'nvgrace-asked-first',
    system: 'region-export',
    scope: { regions: 3 },
    expected: ['no-further-than-memory(2)'],
    source:
      'Leon Romanovsky, "vfio/pci: Allow MMIO regions to be exported through dma-buf" v9 00/11, 2025-11-20: v5, v6',
  },
  {
    id: 'O11',
    title: 'nvgrace USEMEM is region 4, whose physical BAR need not be there, and is refused',
    machine: 'region_user',
    change: { revision: 'nvgrace-7.3' },
    base: 'nvgrace-asked-first',
    system: 'region-export',
    scope: { regions: 3 },
    expected: ['mapped-by-cpus-can-be-exported(4)'],
    source: 'vfio_pci_core_feature_dma_buf, v7.3; nvgrace_get_dmabuf_phys, series v6 to v9',
  },
];

const pfnFault = (of: Omit<Fault, 'base' | 'system' | 'scope' | 'source'>): Fault => ({
  ...of,
  base: 'kvm-2025-01',
  system: 'pfn-importer',
  scope: { guests: 1 },
  source: 'derived: what an importer needs that has neither a VMA nor a mapping that is counted',
});

const ofPfns: readonly Fault[] = [
  pfnFault({
    id: 'pfn-not-tried-again',
    title: 'a PFN that was asked for goes into the table, whatever was called back meanwhile',
    machine: 'guest_fault',
    change: anew({
      retry: { on: { 'vm.seq.retry:true': 'install', 'vm.seq.retry:false': 'install' } },
      again: 'gone',
    }),
    expected: ['revoked-means-no-entry', 'off-means-no-entry'],
  }),
  pfnFault({
    id: 'pfn-callback-deaf',
    title: 'the callback of KVM does nothing, as if a notifier of an mm would do it',
    machine: 'pfn_owner',
    change: anew({
      'revoking.revoke': { on: { 'buf.revoked.set': 'unlock' } },
      'revoking.callback': 'gone',
      'revoking.seq': 'gone',
      'revoking.zap': 'gone',
      'revoking.mmu_unlock': 'gone',
    }),
    expected: ['revoked-means-no-entry', 'off-means-no-entry'],
  }),
  pfnFault({
    id: 'pfn-kept',
    title: 'a guest faults again with the PFN that it had, and does not ask the exporter',
    machine: 'guest_fault',
    change: anew({
      read_seq: { on: { 'vm.seq.read': 'mmu_lock' } },
      lock: 'gone',
      ask: 'gone',
      unlock_refused: 'gone',
      exit: 'gone',
      unlock: 'gone',
    }),
    expected: ['revoked-means-no-entry', 'off-means-no-entry'],
  }),
  pfnFault({
    id: 'pfn-zap-first',
    title: 'the entries are zapped before faults are told that they are stale',
    machine: 'pfn_owner',
    change: anew({
      'revoking.callback': { on: { 'vm.mmu_lock.mutex_lock': 'zap' } },
      'revoking.zap': { on: { 'vm.spte.zap': 'mmu_unlock' } },
      'revoking.mmu_unlock': { on: { 'vm.mmu_lock.mutex_unlock': 'seq' } },
      'revoking.seq': { on: { 'vm.seq.bump': 'unlock' } },
    }),
    expected: ['revoked-means-no-entry', 'off-means-no-entry'],
  }),
];

/** What could be wrong with a way that is found, and with what is given out by it. */
export const faults: readonly Fault[] = [
  ...ofCalc,
  ...ofWhitelist,
  ...ofLife,
  ...ofRegions,
  ...ofPfns,
];
