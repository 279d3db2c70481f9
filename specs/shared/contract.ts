import { contract, InputError, type Part, type System } from 'xstate-check';
import { buffer, labels as bufferLabels } from '../../machines/buffer/buffer.contract.ts';
import { device } from '../../machines/device/device.contract.ts';
import { type MemoryVariation, memory } from '../../machines/device/memory.contract.ts';
import {
  type AttachVariation,
  attachment,
  type ImporterKind,
} from '../../machines/importers/attachment.contract.ts';
import { iommufdMapping } from '../../machines/iommufd/iommufd-mapping.contract.ts';
import { contractCalls } from './contract-calls.ts';

/** An importer of a contract system, and the buffer it is for. */
export interface ImporterSpec {
  readonly buffer: number;
  readonly kind: ImporterKind | 'iommufd' | 'iommufd_several_ranges';
}

export interface ContractScope {
  readonly devices: number;
  /** For each buffer, the device that exports it. */
  readonly buffers: readonly number[];
  readonly importers: readonly ImporterSpec[];
  /** `fresh`: closed devices; `running`: open devices, exported buffers, attached importers. */
  readonly initially: 'fresh' | 'running';
  /** For each device that is closed although the rest is running. */
  readonly closed?: readonly number[];
}

/**
 * When a device in low power is suspended, which sets D0: before the next call, as by a PM core that
 * is never late, or when the PM core comes to it, in a section of its own.
 */
export type Suspends = 'before_next_call' | 'in_own_section';

/** The contract that a system of procedures refines: anybody may call anything at any time. */
export function contractSystem(name: string, scope: ContractScope): System {
  return {
    name,
    revision: '7.3',
    scope: {},
    parts: contractParts(scope, { lowPower: 'ignored', admits: 'revocable' }, 'in_own_section'),
    calls: contractCalls,
    environment: ['owner', 'user', 'holder'],
    properties: [],
  };
}

/** Devices, buffers and attachments, with the labels on which they agree. */
export function contractParts(
  scope: ContractScope,
  variation: MemoryVariation & AttachVariation,
  suspends: Suspends,
): Part[] {
  return [
    ...range(scope.devices).flatMap((d) => deviceParts(d, scope, variation, suspends)),
    ...scope.buffers.map((d, b) => bufferPart(b, d, scope)),
    ...scope.importers.map((importer, a) => importerPart(a, importer, scope, variation)),
  ];
}

function deviceParts(
  d: number,
  scope: ContractScope,
  variation: MemoryVariation,
  suspends: Suspends,
): Part[] {
  const name = `dev[${d}]`;
  const running = scope.initially === 'running' && !scope.closed?.includes(d);
  const own = scope.buffers.flatMap((device, b) => (device === d ? [`buf[${b}]`] : []));
  const ofBuffers = (...labels: string[]) =>
    labels.flatMap((label) => own.map((buf) => `${buf}.${label}`));
  const section = contract(name, device(running ? 'open' : 'closed'), {
    roles: ['device'],
    also: {
      end: ENDS.map((end) => `${name}.${end}`),
      revoke: ofBuffers('revoke'),
      unrevoke: ofBuffers('unrevoke'),
      cleanup: ofBuffers('cleanup'),
      'export:ok': ofBuffers('export:ok#live', 'export:ok#revoked'),
      'release#listed': ofBuffers('release#listed'),
      'bus_reset:ok': ['bus.reset:ok'],
      'bus_reset:-ENOTTY': ['bus.reset:-ENOTTY'],
    },
  });
  const access = contract(name, memory(variation, running ? 'on' : 'off'), {
    roles: ['memory'],
    also: {
      unrevoke: ofBuffers('unrevoke'),
      'export:ok#live': ofBuffers('export:ok#live'),
      'export:ok#revoked': ofBuffers('export:ok#revoked'),
      ...(suspends === 'in_own_section' && {
        'low_power_entry:ok': [],
        'write_pmcsr(D3hot):ok': [],
      }),
    },
  });
  return [section, { ...access, name: `${name}.memory` }];
}

/** How a section may end: what state the buffers of the device have to be in. */
const ENDS = ['end#live', 'end#revoked', 'end#low_power', 'end#cleaned'];

function bufferPart(b: number, d: number, scope: ContractScope): Part {
  const running = scope.initially === 'running' && !scope.closed?.includes(d);
  const importers = scope.importers.flatMap((importer, a) =>
    importer.buffer === b ? [`att[${a}]`] : [],
  );
  const answers = bufferLabels.filter((label) => /^(attach|map|map_file):/.test(label));
  return contract(`buf[${b}]`, buffer(running ? 'live' : 'unborn'), {
    roles: ['buffer'],
    also: {
      ...Object.fromEntries(answers.map((l) => [l, importers.map((att) => `${att}.${l}`)])),
      ...Object.fromEntries(ENDS.map((l) => [l, [`dev[${d}].${l}`]])),
      cut: [
        `dev[${d}].memory(off)`,
        `dev[${d}].power(D3hot)`,
        `dev[${d}].low_power(enter)`,
        `dev[${d}].reset:ok`,
        `dev[${d}].reset:failed`,
        'bus.reset:ok',
        'bus.reset:-ENOTTY',
        `dev[${d}].disable`,
      ],
    },
  });
}

function importerPart(
  a: number,
  { buffer: b, kind }: ImporterSpec,
  scope: ContractScope,
  variation: AttachVariation,
): Part {
  const running = scope.initially === 'running';
  const machine =
    kind === 'iommufd' || kind === 'iommufd_several_ranges'
      ? iommufdMapping(kind === 'iommufd' ? 'one' : 'several')
      : attachment(kind, variation, running ? 'attached' : 'detached');
  return contract(`att[${a}]`, machine, {
    roles: ['importer'],
    thread: `importer[${a}]`,
    also: {
      revoke: [`buf[${b}].revoke`],
      drained: [`buf[${b}].drained`],
      release: [`buf[${b}].release#listed`, `buf[${b}].release#cleaned`],
    },
  });
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** @throws InputError where a scope asks for more of something than a system can have */
export function atMostOne(scope: System['scope'], name: string): void {
  if ((scope[name] ?? 0) <= 1) return;
  throw new InputError(
    `--scope: '${name}=${scope[name]}' is more than this system can have; take 0 or 1`,
  );
}
