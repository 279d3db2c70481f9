import { contract, type Part } from 'xstate-check';
import { owner } from '../../machines/device/owner.contract.ts';
import { type AttachVariation, attachment } from '../../machines/importers/attachment.contract.ts';
import { type ContractScope, contractParts, range } from '../shared/contract.ts';

/** Which thread of a flow makes a call on an attachment: the operation, and by attachment who does. */
export type MadeBy = Readonly<Record<string, (attachment: number) => readonly string[]>>;

/** What the owner of the device does not call in these flows. */
const NOT_CALLED = /^(write_pmcsr\(|low_power_|export:)/;

/** What of the contracts no flow has a use for, and why. */
export const notInFlows: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['write_pmcsr(D3hot)', 'write_pmcsr(D0)', 'low_power_entry', 'low_power_exit'].map((call) => [
      call,
      'the device stays awake: dma-buf-life has its power states',
    ]),
  ),
  export: 'the buffers are exported when the flow begins',
  release: 'whoever imports keeps the file of the buffer',
  'buf.drained': 'the device waits for it; what ends it is with the buffer and its importers',
  'bus.reset': 'a hot reset is in its own systems: here nobody resets a set of devices',
  'att.unmap': 'the contract of the buffer keeps no count that it would change',
  'att.detach': 'the contract of the buffer keeps no count that it would change',
};

/**
 * What a flow of a user is drawn on: the contracts of one device, its buffers and their attachments.
 * The owner of the device calls what it likes; what is done with an attachment the threads of the flow
 * do, and nobody else.
 */
export function flowParts(
  buffers: number,
  importers: ContractScope['importers'],
  madeBy: MadeBy,
  admits: AttachVariation['admits'] = 'revocable',
): Part[] {
  const scope: ContractScope = {
    devices: 1,
    buffers: range(buffers).map(() => 0),
    importers,
    initially: 'running',
  };
  const parts = contractParts(scope, { lowPower: 'ignored', admits }, 'in_own_section');
  return [
    ownerPart(buffers),
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

/** The owner of the device, who resets it, turns its memory off and on, and closes it. */
function ownerPart(buffers: number): Part {
  const ofBuffers = (label: string) => range(buffers).map((b) => `buf[${b}].${label}`);
  const shared = [
    'export:ok#live',
    'export:ok#revoked',
    'revoke',
    'drained',
    'unrevoke',
    'cleanup',
  ];
  const part = contract('dev[0]', owner('open'), {
    roles: ['owner', 'user'],
    thread: 'owner[0]',
    also: Object.fromEntries(shared.map((label) => [label, ofBuffers(label)])),
  });
  return {
    ...part,
    name: 'owner[0]',
    rename: (label) => (NOT_CALLED.test(label) ? [] : part.rename(label)),
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
