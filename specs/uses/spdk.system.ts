import { contract, type Part, procedure, type System, type SystemFamily } from 'xstate-check';
import { memoryRegion, type RegionKind } from '../../machines/uses/memory-region.contract.ts';
import { spdkTarget } from '../../machines/uses/spdk-target.procedure.ts';
import { atMostOne, type ImporterSpec, range } from '../shared/contract.ts';
import { type Flow, flowParts, notInFlow, UNCOUNTED } from './flow.ts';
import { spdkCalls } from './spdk-calls.ts';
import { spdkRules } from './spdk-rules.ts';

/** The buffers of the controller, in this order: its memory buffer, its doorbells. */
export const REGIONS = ['CMB', 'doorbells'] as const;

const ATTACHES: Readonly<Record<RegionKind, ImporterSpec['kind']>> = {
  pinned: 'no_callback',
  revocable: 'unmaps_in_callback',
  odp: 'unmaps_in_callback',
};

const regionOf = (n: number) => `mr[${n}]`;

function spdkFamily(
  name: string,
  kind: RegionKind,
  what: string,
  revisions: readonly string[],
): SystemFamily {
  return {
    name,
    title: `CMB and doorbells of an NVMe controller as RDMA regions ${what}, against reset and close`,
    defaultScope: { others: 0 },
    revisions,
    build({ scope, revision }): System {
      atMostOne(scope, 'others');
      const buffers = REGIONS.length;
      const importers = range(buffers).map((buffer) => ({ buffer, kind: ATTACHES[kind] }));
      const flow = flowOf(scope.others === 1, revision);
      const parts = [
        targetPart(kind),
        ...range(buffers).map((n) => regionPart(n, kind)),
        ...flowParts(buffers, importers, flow),
      ].map(byTarget);
      const { monitors, properties } = spdkRules(parts, kind, flow.admits === 'any_p2p');
      return {
        name,
        revision,
        scope,
        parts: [...parts, ...monitors],
        calls: spdkCalls,
        environment: ['user', 'peer'],
        unused: { ...notInFlow(flow), ...UNCOUNTED, ...unusedOf(kind) },
        properties,
      };
    },
  };
}

/** The three ways in which a driver can hold the memory of a region. */
export const spdkFamilies: readonly SystemFamily[] = [
  spdkFamily('spdk', 'revocable', 'that can be revoked', ['7.3']),
  spdkFamily('spdk-odp', 'odp', 'with page faults', ['7.3']),
  spdkFamily('spdk-pinned', 'pinned', 'that cannot be revoked', ['7.3', '7.3+M2']),
];

function unusedOf(kind: RegionKind): Record<string, string> {
  return {
    'att.map:-EADDRINUSE': 'each buffer is one range',
    ...(kind !== 'pinned' && {
      'mr.register:-EOPNOTSUPP': 'a region that can be told to let go is not refused',
    }),
  };
}

/** @param others - whether somebody else turns memory of the controller off and on */
function flowOf(others: boolean, revision: string): Flow {
  const ofRegion = (attachment: number) => [regionOf(attachment)];
  return {
    calls: others ? /^(device_reset|write_command|close)/ : /^(device_reset|close)/,
    admits: revision === '7.3+M2' ? 'any_p2p' : 'revocable',
    madeBy: { attach: ofRegion, map: ofRegion, unmap: ofRegion, detach: ofRegion },
  };
}

function targetPart(kind: RegionKind): Part {
  return procedure('target', spdkTarget(kind !== 'odp'), {
    thread: 'target',
    roles: ['target', 'user'],
  });
}

function regionPart(n: number, kind: RegionKind): Part {
  const name = regionOf(n);
  const machine = memoryRegion(kind);
  const onAttachment = (label: string) => `att[${n}]${label.slice('att'.length)}@${name}`;
  const labels: readonly string[] = (machine.root.meta as { labels: readonly string[] }).labels;
  return contract(name, machine, {
    roles: ['importer', 'region'],
    thread: name,
    also: Object.fromEntries([
      ['told', [`buf[${n}].revoke`]],
      ...labels
        .filter((label) => label.startsWith('att.'))
        .map((label) => [label, [onAttachment(label)]]),
    ]),
  });
}

/** It is the target that registers, and that resets: these steps are on its thread. */
function byTarget(part: Part): Part {
  const onTarget = (label: string) =>
    /^(mr\[\d\]\.(de)?register|dev\[0\]\.(device_reset|close)):[^@]*$/.test(label)
      ? `${label}@target`
      : label;
  return { ...part, rename: (label) => part.rename(label).map(onTarget) };
}
