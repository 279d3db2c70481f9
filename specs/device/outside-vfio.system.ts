import type { AnyStateMachine } from 'xstate';
import {
  alphabetOf,
  type Call,
  is,
  type Part,
  type Property,
  procedure,
  resource,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { sriov } from '../../machines/device/sriov.resource.ts';
import { sriovConfigure } from '../../machines/device/sriov-configure.procedure.ts';
import { sysfsReset } from '../../machines/device/sysfs-reset.procedure.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { asOf, type Design, designOf, differsAt } from '../revisions/index.ts';
import { atMostOne } from '../shared/contract.ts';
import { invalidateParts, movePart } from '../shared/parts.ts';
import { isIdle, untouched } from '../shared/words.ts';
import { transitionCalls } from './calls.ts';
import { importersOf, ownerParts, pageFaultPart, versionsOf, withResources } from './parts.ts';
import {
  type Cast,
  commonRules,
  D3HOT,
  IN_RESET,
  liveInTheEnd,
  outside,
  restoredInSection,
  silent,
  transitionSystem,
} from './rules.ts';

/** The thread of root. */
const ROOT = 'root';

/** Root resets the device through sysfs, which vfio-pci does not hear of. */
export const sysfsResetFamily: SystemFamily = {
  name: 'sysfs-reset',
  title: 'a reset through sysfs against writes of PMCSR and an importer',
  defaultScope: { importers: 1, cpus: 0 },
  ...versionsOf(['move', 'handlers'], ['powerWrite', 'mapping']),
  build({ scope, revision }): System {
    const design = designOf(revision);
    const { cast, parts } = drawn(scope, 'sysfs_reset', asOf(design, sysfsReset()), design);
    const hears = differsAt(revision, 'handlers');
    const common = commonRules(hears ? parts : withoutRoot(parts), cast, design, parts);
    return transitionSystem({
      name: 'sysfs-reset',
      revision,
      scope,
      unused: untouched('command'),
      parts: [...parts, ...common.monitors],
      properties: [
        ...[D3HOT, IN_RESET].flatMap((silence) => silent(silence, cast)),
        liveInTheEnd(...outside(cast.owners), isIdle(ROOT)),
        restoredInSection(hears ? [...cast.owners, ROOT] : cast.owners, ['memory_on']),
        // Root can always move, and what it does is not what the contract says.
        ...common.properties.filter(
          ({ kind }) => hears || (kind !== 'refinement' && kind !== 'deadlock'),
        ),
      ],
    });
  },
};

/** Root switches the VFs of the device on, which brings it to D0 and probes their driver. */
export const sriovFamily: SystemFamily = {
  name: 'sriov',
  title: 'SR-IOV switched on and off against writes of PMCSR and an importer',
  defaultScope: { importers: 1, cpus: 0 },
  ...versionsOf(['move', 'sriov'], ['powerWrite', 'mapping']),
  build({ scope, revision }): System {
    const design = designOf(revision);
    const drawnHere = drawn(scope, 'sriov_configure', asOf(design, sriovConfigure()), design);
    const { cast, parts: users } = drawnHere;
    const parts = [
      ...users,
      resource('dev[0].sriov', sriov(), users, 'sriov', 'dev[0]'),
      resource('vf.dev_set.lock', mutex(), users, 'mutex'),
    ];
    const common = commonRules(parts, cast, design);
    return {
      ...transitionSystem({
        name: 'sriov',
        revision,
        scope,
        unused: untouched('command', 'reset'),
        parts: [...parts, ...common.monitors],
        properties: [
          ...silent(D3HOT, cast),
          liveInTheEnd(...outside(cast.owners), isIdle(ROOT)),
          vfsNeedD0,
          restoredInSection(cast.owners, ['memory_on']),
          // The contract forbids what the finding says, so that refinement would only repeat it.
          ...common.properties.filter(({ kind }) => kind !== 'refinement'),
        ],
      }),
      calls: transitionCalls.map(refusedBySriov),
    };
  },
};

/** A power state is refused by `sriov_active` here, and by nothing else. */
function refusedBySriov(call: Call): Call {
  return call.callee === 'vdev' && call.environment?.includes('failed')
    ? { ...call, callee: 'sriov', environment: [] }
    : call;
}

/** What `sriov_active` is for. */
const vfsNeedD0: Property = {
  id: 'vfs-need-d0',
  kind: 'invariant',
  title: 'a physical function is in D0 while it has VFs',
  when: is('dev[0].sriov', 'vfs.some'),
  then: is('dev[0].power', 'd0'),
  source:
    'vfio_pci_core_sriov_configure, v7.3: "The PF power state should always be higher than the VF power state"',
  consequence: 'VFs run on a physical function that sleeps',
};

/** The owner writes PMCSR, and root does something of its own. */
function drawn(
  scope: System['scope'],
  role: string,
  machine: AnyStateMachine,
  design: Design,
): { cast: Cast; parts: Part[] } {
  atMostOne(scope, 'cpus');
  const importers = importersOf(scope.importers);
  const cast: Cast = { owners: ['owner[0]'], importers, cpus: scope.cpus ?? 0 };
  const root = procedure(ROOT, machine, { thread: ROOT, roles: [role], bind: { dev: 'dev[0]' } });
  const revokes = alphabetOf(root).includes('dev.move(true):begin');
  const parts = withResources(
    [
      ...ownerParts('owner[0]', ['power_write'], importers, design),
      root,
      ...(revokes ? [movePart(0, [0], ROOT, design), ...invalidateParts(0, importers, ROOT)] : []),
      ...(cast.cpus > 0 ? [pageFaultPart()] : []),
    ],
    importers,
    revokes ? ['owner[0]', ROOT] : ['owner[0]'],
    design,
  );
  return { cast, parts };
}

/** A thread that takes no lock has no rules about locks. */
function withoutRoot(parts: readonly Part[]): Part[] {
  return parts.filter(({ thread }) => thread !== ROOT);
}
