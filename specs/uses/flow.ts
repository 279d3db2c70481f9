import { contract, type Part } from 'xstate-check';
import { owner } from '../../machines/device/owner.contract.ts';
import { type AttachVariation, attachment } from '../../machines/importers/attachment.contract.ts';
import { type ContractScope, contractParts, range } from '../shared/contract.ts';

/** Which thread of a flow makes a call on an attachment: the operation, and by attachment who does. */
export type MadeBy = Readonly<Record<string, (attachment: number) => readonly string[]>>;

/** What a flow makes of the contracts. */
export interface Flow {
  /** What the owner of the device calls: `/^close/`. */
  readonly calls: RegExp;
  readonly madeBy: MadeBy;
  readonly admits?: AttachVariation['admits'];
}

/** What the owner of a device can call. */
const OWNER_CALLS = [
  'write_command(MEM=0)',
  'write_command(MEM=1)',
  'write_pmcsr(D3hot)',
  'write_pmcsr(D0)',
  'low_power_entry',
  'low_power_exit',
  'device_reset',
  'close',
] as const;

/** What of the contracts a flow has no use for, and why. */
export function notInFlow({ calls }: Flow): Readonly<Record<string, string>> {
  const notCalled = OWNER_CALLS.filter((call) => !calls.test(call));
  return {
    ...Object.fromEntries(
      notCalled.map((call) => [call, 'dma-buf-life has every call of the owner']),
    ),
    export: 'the buffers are exported when the flow begins',
    release: 'whoever imports keeps the file of the buffer',
    'buf.drained': 'the device waits for it; what ends it is with the buffer and its importers',
    'bus.reset': 'a hot reset is in its own systems: here nobody resets a set of devices',
  };
}

/** What the contract of a buffer is not told. */
export const UNCOUNTED: Readonly<Record<string, string>> = Object.fromEntries(
  ['att.unmap', 'att.detach'].map((call) => [
    call,
    'the contract of the buffer keeps no count that it would change',
  ]),
);

/**
 * What a flow of a user is drawn on: the contracts of one device, its buffers and their attachments.
 * The owner of the device calls what it likes; what is done with an attachment the threads of the flow
 * do, and nobody else.
 */
export function flowParts(
  buffers: number,
  importers: ContractScope['importers'],
  flow: Flow,
): Part[] {
  const { admits = 'revocable', madeBy } = flow;
  const scope: ContractScope = {
    devices: 1,
    buffers: range(buffers).map(() => 0),
    importers,
    initially: 'running',
  };
  const parts = contractParts(scope, { lowPower: 'ignored', admits }, 'in_own_section');
  return [
    ownerPart(buffers, flow),
    ...parts.map((part) => byThreads(detached(part, importers, admits), importers, madeBy)),
  ];
}

/** The device is open and its buffers are exported; nobody is attached yet. */
function detached(
  part: Part,
  importers: ContractScope['importers'],
  admits: AttachVariation['admits'],
): Part {
  const kind = importers[Number(/^att\[(\d+)\]$/.exec(part.name)?.[1])]?.kind;
  if (kind === undefined || kind === 'iommufd' || kind === 'iommufd_several_ranges') return part;
  return { ...part, machine: attachment(kind, { admits }, 'detached') };
}

/** The owner of the device, who makes some of its calls. */
function ownerPart(buffers: number, { calls }: Flow): Part {
  const ofBuffers = (label: string) => range(buffers).map((b) => `buf[${b}].${label}`);
  const shared = ['revoke', 'drained', 'unrevoke', 'cleanup'];
  const isCall = (label: string) => OWNER_CALLS.some((call) => label.startsWith(`${call}:`));
  const happens = (label: string) =>
    isCall(label) ? calls.test(label) : !label.startsWith('export:');
  const part = contract('dev[0]', owner('open'), {
    roles: ['owner', 'user'],
    thread: 'owner[0]',
    also: Object.fromEntries(shared.map((label) => [label, ofBuffers(label)])),
  });
  return {
    ...part,
    name: 'owner[0]',
    rename: (label) => (happens(label) ? part.rename(label) : []),
  };
}

/** Why an importer of a kind may not attach. */
const REFUSED: Readonly<Record<string, string>> = {
  no_callback: 'not_revocable',
  not_p2p: 'not_p2p',
};

/** The attachment is what calls are made on here, and makes none itself; a buffer answers what it is asked. */
function byThreads(part: Part, importers: ContractScope['importers'], madeBy: MadeBy): Part {
  const onThreads = (label: string): readonly string[] => {
    const found = /^att\[(\d+)\]\.(\w+)/.exec(label);
    if (found === null) return [label];
    const [, attachment, operation] = found;
    const refused = REFUSED[importers[Number(attachment)]!.kind];
    if (label.includes('-EOPNOTSUPP#') && !label.endsWith(`#${refused}`)) return [];
    const threads = madeBy[operation!]?.(Number(attachment)) ?? [];
    return threads.map((thread) => `${label}@${thread}`);
  };
  const roles = part.roles.filter((role) => role !== 'importer');
  return { ...part, roles, rename: (label) => part.rename(label).flatMap(onThreads) };
}
