import {
  all,
  type Call,
  call,
  is,
  not,
  type Part,
  type Predicate,
  type Property,
  procedure,
  resource,
  type System,
  type SystemFamily,
  said,
  where,
} from 'xstate-check';
import { errorRecovery } from '../../machines/device/error-recovery.procedure.ts';
import {
  type PciRegisterVariation,
  pciRegister,
  type Register,
} from '../../machines/device/pci-register.resource.ts';
import { type Design, designOf } from '../revisions/index.ts';
import { atMostOne } from '../shared/contract.ts';
import { allAreIdle, isFree } from '../shared/words.ts';
import { transitionCalls } from './calls.ts';
import { importersOf, ownerParts, versionsOf, withResources } from './parts.ts';
import { type Cast, commonRules, type Silence, transitionSystem, unmapped } from './rules.ts';

const DEV = 'dev[0]';
const OWNER = 'owner[0]';
export const REGISTERS: readonly Register[] = ['memory', 'bars', 'master'];

const OPERATIONS = ['command_write', 'power_write', 'flr', 'af_flr', 'device_reset'] as const;

/** What each decides by __vfio_pci_memory_enabled(), in the words of its caller. */
const DECISIONS: Readonly<Record<(typeof OPERATIONS)[number], string>> = {
  command_write: 'a write of PCI_COMMAND',
  power_write: 'a write of PMCSR',
  flr: 'an FLR through DEVCTL',
  af_flr: 'an FLR through the AF capability',
  device_reset: 'VFIO_DEVICE_RESET',
};

/** What changes it, of the versions that there are. */
const VERSIONS = versionsOf(
  ['move'],
  ['commandWrite', 'powerWrite', 'mapping'],
  ['functionReset', 'deviceReset'],
);

/**
 * What a device keeps, register by register, beside what the kernel believes of it: vconfig and
 * current_state. The device has No_Soft_Reset, so that it forgets nothing between D3hot and D0.
 */
export const registersFamily: SystemFamily = {
  name: 'device-registers',
  title: 'what a device keeps and what the kernel believes of it, over config writes and resets',
  defaultScope: { importers: 0, errors: 0 },
  confidence: { importers: 1, errors: 0 },
  ...VERSIONS,
  build: ({ scope, revision }) => registersSystem(scope, revision, 'kept'),
};

/** The same of a device of either kind. */
export function registersSystem(
  scope: System['scope'],
  revision: string,
  fromD3hot: PciRegisterVariation['fromD3hot'],
): System {
  atMostOne(scope, 'errors');
  const design = designOf(revision);
  const importers = importersOf(scope.importers);
  const cast: Cast = { owners: [OWNER], importers, cpus: 0 };
  const recovery = scope.errors === 1 ? [recoveryPart()] : [];
  const parts = drawn(cast, recovery, design, fromD3hot);
  const common = commonRules(
    parts.filter((part) => !recovery.includes(part)),
    cast,
    design,
    parts,
  );
  return {
    ...transitionSystem({
      name: 'device-registers',
      revision,
      scope,
      parts: [...parts, ...common.monitors],
      unused: { [`${DEV}.hw.read_command`]: 'accesses of config space do not fail here' },
      properties: [
        copyAgrees(parts),
        ...(recovery.length > 0
          ? []
          : [
              ...OPERATIONS.map(decidesByDevice),
              copyAgreesOff(parts),
              unmapped(SILENT, cast),
              ...[ADDRESSES, MASTER].map(keptBy(parts)),
            ]),
        // What an error does to a device is not what its contract says, and it can always come.
        ...common.properties.filter(
          ({ kind }) => recovery.length === 0 || (kind !== 'refinement' && kind !== 'deadlock'),
        ),
      ],
    }),
    calls: [...transitionCalls, ...recoveryCalls],
  };
}

/** Recovery of an error, on a thread of the port. */
function recoveryPart(): Part {
  return procedure('aer', errorRecovery(), {
    thread: 'aer',
    roles: ['error_recovery'],
    bind: { dev: DEV },
  });
}

function drawn(
  { owners, importers }: Cast,
  recovery: readonly Part[],
  design: Design,
  fromD3hot: PciRegisterVariation['fromD3hot'],
): Part[] {
  const threads = [...ownerParts(OWNER, OPERATIONS, importers, design), ...recovery];
  const all = withResources(threads, importers, owners, design);
  // What they say of a device the registers say in full.
  const kept = all.filter(({ name }) => name !== `${DEV}.command` && name !== `${DEV}.power`);
  const reset = all.find(({ name }) => name === `${DEV}.reset`)!;
  const registers = REGISTERS.map((register): Part => {
    const machine = pciRegister({ register, fromD3hot });
    const own = resource(`${DEV}.${register}`, machine, kept, 'hardware', DEV);
    return {
      ...own,
      rename: (label) => (label.startsWith('reset:') ? reset.rename(label) : own.rename(label)),
    };
  });
  return [...kept, ...registers];
}

const holds = (register: Register) =>
  where(`${DEV}.${register}`, 'as its user has it', ({ device }) => device === true);

/** Whether the device answers behind its BARs: a function of what it keeps, and no flag. */
const decodesItself: Predicate = said(
  all(holds('memory'), holds('bars'), is(`${DEV}.memory`, 'd0', 'woken')),
  'the device decodes its BARs: COMMAND.MEM, the addresses and D0',
  'the device does not decode its BARs, by COMMAND.MEM, their addresses or its power state',
);

const SILENT: Silence = {
  id: 'silent',
  words: 'the device does not decode its BARs',
  when: not(decodesItself),
};

const COPY =
  'derived: __vfio_pci_memory_enabled, v7.3 looks at vconfig and current_state, and the device decides';

/** Nobody decides by the copy what the device contradicts. */
function decidesByDevice(operation: (typeof OPERATIONS)[number]): Property {
  return {
    id: `decides-by-device(${operation})`,
    kind: 'invariant',
    title: `where ${DECISIONS[operation]} gives access back, the device decodes`,
    when: all(
      not(is(`${operation}@${OWNER}`, '#quiescent')),
      is(`move(${DEV})@${OWNER}`, '#gives_access_back'),
    ),
    then: decodesItself,
    rule: 'S1',
    source: COPY,
    consequence: 'importers map a BAR behind which nothing answers, and are told that they may',
  };
}

/** Nobody is at the device. */
const atRest = (parts: readonly Part[]) =>
  all(isFree(`${DEV}.memory_lock`), allAreIdle(parts), not(is(`${DEV}.reset`, 'resetting')));

const takenToDecode = said(
  is(DEV, 'memory_on'),
  'the kernel takes it to decode',
  'the kernel takes it not to decode',
);

function copyAgrees(parts: readonly Part[]): Property {
  return {
    id: 'copy-agrees',
    kind: 'invariant',
    title: 'a device that the kernel takes to decode does, once every call has returned',
    when: all(atRest(parts), takenToDecode),
    then: decodesItself,
    source: COPY,
    consequence: 'the next call, fault or export goes by a copy that is wrong',
  };
}

function copyAgreesOff(parts: readonly Part[]): Property {
  return {
    id: 'copy-agrees-off',
    kind: 'invariant',
    title: 'a device that the kernel takes not to decode does not, once every call has returned',
    when: all(atRest(parts), is(DEV, 'memory_off', 'd3hot', 'd3hot_memory_off')),
    then: not(decodesItself),
    source: COPY,
    consequence: 'a BAR that its user has switched off answers at its old address',
  };
}

interface Keeps extends Pick<Property, 'id' | 'title' | 'consequence'> {
  readonly then: Predicate;
}

const ADDRESSES: Keeps = {
  id: 'addresses-kept',
  title: 'the BARs have their addresses once every call has returned',
  then: holds('bars'),
  consequence: 'the device answers nowhere, or where another one should',
};

const MASTER: Keeps = {
  id: 'master-kept',
  title: 'bus mastering, which its user has set, is set once every call has returned',
  then: holds('master'),
  consequence: 'a device that was reset works for the CPU and can do no DMA',
};

/** What a reset clears the core puts back, whichever way led to it. */
const keptBy =
  (parts: readonly Part[]) =>
  (keeps: Keeps): Property => ({
    ...keeps,
    kind: 'invariant',
    when: atRest(parts),
    source: 'derived: pci_dev_save_and_disable, pci_restore_state, drivers/pci/pci.c, v7.3',
  });

/** Recovery of an error, which no thread of the owner begins. */
const recoveryCalls: readonly Call[] = [
  call('dev.recovery', 'error_recovery', {
    caller: 'user',
    outcomes: ['begin', 'end'],
    spans: true,
    written: 'a fatal error below the port of pdev{dev}',
    source: 'pcie_do_recovery, drivers/pci/pcie/err.c',
  }),
  call('dev.pci_bus_error_reset', 'hardware', {
    blocks: 'lock',
    written: 'pci_bus_error_reset() of the port of pdev{dev}',
    source: 'aer_root_reset, drivers/pci/pcie/aer.c; pci_reset_bridge, drivers/pci/pci.c',
  }),
];
