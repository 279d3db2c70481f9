import {
  all,
  any,
  contract,
  is,
  not,
  type Part,
  type Property,
  type System,
  type SystemFamily,
  said,
} from 'xstate-check';
import type { MemoryVariation } from '../../machines/device/memory.contract.ts';
import { owner } from '../../machines/device/owner.contract.ts';
import type { AttachVariation } from '../../machines/importers/attachment.contract.ts';
import { type ContractScope, contractParts, type ImporterSpec, range } from '../shared/contract.ts';
import { contractCalls } from '../shared/contract-calls.ts';
import { somethingMoves } from '../shared/every-system.ts';
import { inLowPower } from '../shared/words.ts';

const REVISIONS: Readonly<Record<string, MemoryVariation & AttachVariation>> = {
  '7.3': { lowPower: 'ignored', admits: 'revocable' },
  'low-power-respected': { lowPower: 'respected', admits: 'revocable' },
  '7.3+M2': { lowPower: 'ignored', admits: 'any_p2p' },
};

/** Importers in the order in which a scope takes them. */
const KINDS: readonly ImporterSpec['kind'][] = [
  'unmaps_in_callback',
  'iommufd',
  'unmaps_later',
  'no_callback',
  'not_p2p',
  'iommufd_several_ranges',
];

/**
 * The life of a buffer as its owner and its importers see it, on a kernel that suspends a device in
 * low power before the next call comes.
 */
export const lifeFamily: SystemFamily = {
  name: 'dma-buf-life',
  title: 'the owner of a device against importers of the buffers exported from it',
  defaultScope: { devices: 1, buffers: 1, importers: 6 },
  revisions: Object.keys(REVISIONS),
  build({ scope, revision }): System {
    const { devices = 1, buffers = 1, importers = 0 } = scope;
    return lifeSystem(
      {
        devices,
        buffers: range(devices * buffers).map((b) => Math.floor(b / buffers)),
        importers: range(importers).map((a) => ({
          buffer: a % (devices * buffers),
          kind: KINDS[a % KINDS.length]!,
        })),
        initially: 'fresh',
      },
      revision,
      scope,
    );
  },
};

/** The same with the importers chosen one by one. */
export function lifeSystem(
  contractScope: ContractScope,
  revision: string,
  scope: System['scope'],
): System {
  const owners = range(contractScope.devices).map((d) => ownerPart(d, contractScope));
  const parts = [
    ...owners,
    ...contractParts(contractScope, REVISIONS[revision]!, 'before_next_call'),
  ];
  return {
    name: 'dma-buf-life',
    revision,
    scope,
    parts,
    calls: contractCalls,
    environment: ['user', 'holder'],
    unused: unusedOf(contractScope),
    properties: propertiesOf(contractScope),
  };
}

/** A buffer answers importers of every kind; of each kind there is what it does. */
function unusedOf({ importers }: ContractScope): Record<string, string> {
  const ofImporter = importers.flatMap(({ kind }, a) =>
    kind.startsWith('iommufd')
      ? [
          [`att[${a}].attach`, 'iommufd attaches as it maps the file'],
          [`att[${a}].map`, 'iommufd maps as it maps the file'],
        ]
      : [[`att[${a}].map_file`, 'only iommufd maps a file']],
  );
  const uncounted = 'the contract of the buffer keeps no count that it would change';
  return {
    'buf.drained': 'the device waits for it; what ends it is with the buffer and its importers',
    'bus.reset': 'a hot reset is in its own systems: here nobody resets a set of devices',
    ...Object.fromEntries(ofImporter),
    'att.unmap': uncounted,
    'att.detach': uncounted,
    'att.ioas_unmap': uncounted,
  };
}

function ownerPart(d: number, scope: ContractScope): Part {
  const own = scope.buffers.flatMap((device, b) => (device === d ? [`buf[${b}]`] : []));
  const ofBuffers = (label: string) => own.map((buf) => `${buf}.${label}`);
  const shared = [
    'export:ok#live',
    'export:ok#revoked',
    'revoke',
    'drained',
    'unrevoke',
    'cleanup',
  ];
  return {
    ...contract(`dev[${d}]`, owner(scope.initially === 'running' ? 'open' : 'closed'), {
      roles: ['owner', 'user'],
      thread: `owner[${d}]`,
      also: Object.fromEntries(shared.map((label) => [label, ofBuffers(label)])),
    }),
    name: `owner[${d}]`,
  };
}

function propertiesOf(scope: ContractScope): Property[] {
  return [
    ...scope.buffers.flatMap((d, b) => bufferRules(d, b, scope)),
    {
      id: 'rest',
      kind: 'rest',
      title: 'every call returns and every mapping can be given up',
      source: 'derived: L2, importers unmap in bounded time',
    },
    somethingMoves('derived: L2'),
    {
      id: 'totality',
      kind: 'totality',
      title: 'every call has exactly one answer besides what the environment chooses',
      source: 'derived',
    },
  ];
}

function bufferRules(d: number, b: number, scope: ContractScope): Property[] {
  const importers = scope.importers.flatMap((importer, a) =>
    importer.buffer === b ? [{ name: `att[${a}]`, kind: importer.kind }] : [],
  );
  return [...liveRules(d, `buf[${b}]`), ...importerRules(`buf[${b}]`, importers)];
}

/** When a buffer is live, as the state of its device has it. */
function liveRules(d: number, buf: string): Property[] {
  const outside = said(
    is(`dev[${d}]`, 'open.free', 'closed.free'),
    `no call changes dev[${d}]`,
    `a call changes dev[${d}]`,
  );
  const live = said(is(buf, 'live'), `${buf} is live`, `${buf} is not live`);
  const cannotAnswer = any(
    is(`dev[${d}].memory`, 'command.memory_off', 'power.d3hot'),
    is(`dev[${d}]`, 'closed'),
  );
  return [
    {
      id: `live-means-enabled(${buf})`,
      kind: 'invariant',
      title: `${buf} is not live while memory is off, in D3hot or closed`,
      when: all(outside, cannotAnswer),
      then: not(live),
      source: 'derived: S1; P2P into a device that does not answer',
      consequence: 'a peer that was told it may map reads all ones, or raises an AER error',
    },
    {
      id: `live-means-awake(${buf})`,
      kind: 'invariant',
      title: `${buf} is not live while the device may be runtime suspended`,
      when: all(outside, inLowPower(`dev[${d}]`, is(`dev[${d}].memory`, 'low_power.engaged'))),
      then: not(live),
      source:
        'derived: S1; the fault handler tests pm_runtime_engaged, __vfio_pci_memory_enabled does not',
      consequence:
        'an importer maps the BAR of a device that suspends after the call, while the CPU gets SIGBUS',
    },
    {
      id: `enabled-means-live(${buf})`,
      kind: 'invariant',
      title: `${buf} is live again when memory is enabled and the device is awake (calls of its owner; not a wake-up, SR-IOV or a failing write)`,
      when: all(
        outside,
        not(cannotAnswer),
        not(inLowPower(`dev[${d}]`, not(is(`dev[${d}].memory`, 'low_power.out')))),
        is(buf, 'live', 'revoked', 'draining'),
      ),
      then: live,
      source: 'derived: L1',
      consequence: 'the buffer stays dead although the device works',
    },
  ];
}

/** What a buffer is to its importers. */
function importerRules(
  buf: string,
  importers: readonly { readonly name: string; readonly kind: ImporterSpec['kind'] }[],
): Property[] {
  const mapped = importers.map(({ name }) => is(name, 'mapped'));
  const unmapping = importers
    .filter(({ kind }) => !kind.startsWith('iommufd'))
    .map(({ name }) => is(name, 'unmapping'));
  const refused = importers.filter(({ kind }) => kind === 'no_callback' || kind === 'not_p2p');
  const rules: Property[] = [
    {
      id: `cleaned-is-for-ever(${buf})`,
      kind: 'invariant',
      title: `a closed device has no buffer left, and ${buf} does not come back when it is opened again`,
      when: is(buf, 'cleaned'),
      then: not(any(...mapped)),
      source: 'vfio_pci_dma_buf_cleanup, v7.3: off the list, vdev is NULL',
    },
  ];
  if (mapped.length > 0) {
    rules.push({
      id: `revoked-means-unmapped(${buf})`,
      kind: 'invariant',
      title: `nobody has ${buf} mapped once its revoke is complete`,
      when: is(buf, 'revoked', 'cleaned'),
      then: not(any(...mapped, ...unmapping)),
      source: 'dma_buf_invalidate_mappings, v7.3: fences, then unmap',
      consequence: 'the device is reset or powered down under live DMA',
    });
  }
  rules.push(
    ...refused.map(
      ({ name, kind }): Property => ({
        id: `refused(${name})`,
        kind: 'invariant',
        title: `an importer of kind ${kind} never attaches`,
        when: not(is(buf, 'unborn')),
        then: is(name, 'detached'),
        source: 'vfio_pci_dma_buf_attach, v7.3: -EOPNOTSUPP',
      }),
    ),
  );
  return rules;
}
