import type { Part, System, SystemFamily } from 'xstate-check';
import type { CommandWriteVariation } from '../../machines/device/command-write.procedure.ts';
import { type Design, designOf } from '../revisions/index.ts';
import { atMostOne } from '../shared/contract.ts';
import { untouched } from '../shared/words.ts';
import {
  importersOf,
  type OperationName,
  ownerParts,
  pageFaultPart,
  versionsOf,
  withResources,
} from './parts.ts';
import {
  type Cast,
  commonRules,
  D3HOT,
  DECODE_OFF,
  enabledMeansLive,
  IN_RESET,
  liveInTheEnd,
  outside,
  restoredInSection,
  silent,
  transitionSystem,
} from './rules.ts';

/** A config access of the device fails, as on a device that is going away. */
export const failingConfigWriteFamily: SystemFamily = {
  name: 'failing-config-write',
  title: 'a write of PCI_COMMAND whose access to the device can fail, against an importer',
  defaultScope: { importers: 1, cpus: 0 },
  ...versionsOf(['move'], ['commandWrite', 'mapping']),
  build({ scope, revision }): System {
    const design = designOf(revision);
    const { cast, parts } = drawn(scope, ['command_write'], design, {
      function: 'physical',
      access: 'may_fail',
    });
    const common = commonRules(parts, cast, design);
    return transitionSystem({
      name: 'failing-config-write',
      revision,
      scope,
      unused: untouched('power', 'reset'),
      parts: [...parts, ...common.monitors],
      properties: [
        ...silent(DECODE_OFF, cast),
        liveInTheEnd(...outside(cast.owners)),
        restoredInSection(cast.owners, ['memory_on']),
        // The contract forbids what the finding says, so that refinement would only repeat it.
        ...common.properties.filter(({ kind }) => kind !== 'refinement'),
      ],
    });
  },
};

/** A VF is enabled whatever its vconfig says. */
const EITHER_BIT = ['memory_on', 'memory_off'];

/** A VF has no memory bit, so that a write of PCI_COMMAND takes mappings away and gives access back. */
export const virtualFunctionFamily: SystemFamily = {
  name: 'virtual-function',
  title: 'config writes and the FLR of a VF against an importer',
  defaultScope: { importers: 1, cpus: 0 },
  ...versionsOf(['move'], ['commandWrite', 'powerWrite', 'mapping'], ['functionReset']),
  build({ scope, revision }): System {
    const design = designOf(revision);
    const { cast, parts } = drawn(scope, ['command_write', 'power_write', 'flr'], design, {
      function: 'virtual',
      access: 'succeeds',
    });
    const common = commonRules(parts, cast, design);
    return transitionSystem({
      name: 'virtual-function',
      revision,
      scope,
      parts: [...parts, ...common.monitors],
      properties: [
        ...[D3HOT, IN_RESET].flatMap((silence) => silent(silence, cast)),
        enabledMeansLive(...EITHER_BIT),
        restoredInSection(cast.owners, EITHER_BIT),
        ...common.properties,
      ],
    });
  },
};

function drawn(
  scope: System['scope'],
  operations: readonly OperationName[],
  design: Design,
  commandWrites: CommandWriteVariation,
): { cast: Cast; parts: Part[] } {
  atMostOne(scope, 'cpus');
  const importers = importersOf(scope.importers);
  const owners = ['owner[0]'];
  const cast: Cast = { owners, importers, cpus: scope.cpus ?? 0 };
  const parts = withResources(
    [
      ...ownerParts('owner[0]', operations, importers, design, commandWrites),
      ...(cast.cpus > 0 ? [pageFaultPart()] : []),
    ],
    importers,
    owners,
    design,
    commandWrites.function === 'virtual' ? 'none' : 'implemented',
  );
  return { cast, parts };
}
