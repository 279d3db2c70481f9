import type { System, SystemFamily } from 'xstate-check';
import { designOf } from '../revisions/index.ts';
import { isIdle, untouched } from '../shared/words.ts';
import { type OperationName, versionsOf } from './parts.ts';
import {
  commonRules,
  DECODE_OFF,
  enabledMeansLive,
  eventfdMeansEngaged,
  failedEntryRule,
  liveInTheEnd,
  outside,
  restoredInSection,
  SUSPENDED,
  silent,
  staysRevokedRule,
  transitionSystem,
} from './rules.ts';
import { withRuntimePm } from './runtime-pm.ts';

/** What gives access back when memory is enabled: each is a member of one family of findings. */
export const RESTORING = [
  'command_write',
  'power_write',
  'flr',
  'af_flr',
  'device_reset',
] as const satisfies readonly OperationName[];

/** Low power without a wake-up: the owner says when it begins and when it ends. */
export const lowPowerFamily: SystemFamily = {
  name: 'low-power',
  title:
    'LOW_POWER_ENTRY and _EXIT, writes and resets in between, against runtime PM and an importer',
  defaultScope: { owners: 1, importers: 1, cpus: 0 },
  ...versionsOf(
    ['move'],
    ['commandWrite', 'powerWrite', 'lowPower', 'mapping'],
    ['functionReset', 'deviceReset'],
  ),
  build({ scope, revision }): System {
    const design = designOf(revision);
    const { cast, parts } = withRuntimePm(
      scope,
      ['low_power_entry', 'low_power_exit', ...RESTORING],
      design,
    );
    const common = commonRules(parts, cast, design);
    const own = [
      ...RESTORING.map((name) => staysRevokedRule(parts, name)),
      ...cast.owners.map((owner) => failedEntryRule(parts, owner)),
    ];
    return transitionSystem({
      name: 'low-power',
      revision,
      scope,
      parts: [...parts, ...common.monitors, ...own.flatMap(({ monitors }) => monitors)],
      properties: [
        ...[DECODE_OFF, SUSPENDED].flatMap((silence) => silent(silence, cast)),
        ...own.flatMap(({ properties }) => properties),
        enabledMeansLive(),
        restoredInSection(cast.owners, ['memory_on']),
        ...common.properties,
      ],
    });
  },
};

/** Low power that ends by itself when the device is accessed or asks for it. */
export const wakeUpFamily: SystemFamily = {
  name: 'wake-up',
  title: 'LOW_POWER_ENTRY_WITH_WAKEUP, and a wake-up by an access or by the device',
  defaultScope: { owners: 1, importers: 1, cpus: 0 },
  ...versionsOf(['move'], ['lowPower', 'mapping']),
  build({ scope, revision }): System {
    const design = designOf(revision);
    const { cast, parts } = withRuntimePm(
      scope,
      ['low_power_entry_with_wakeup', 'low_power_exit'],
      design,
    );
    const common = commonRules(parts, cast, design);
    return transitionSystem({
      name: 'wake-up',
      revision,
      scope,
      unused: untouched('command', 'reset'),
      parts: [...parts, ...common.monitors],
      properties: [
        ...silent(SUSPENDED, cast),
        liveInTheEnd(...outside(cast.owners), isIdle('pm_core')),
        eventfdMeansEngaged,
        restoredInSection(cast.owners, ['memory_on']),
        // That a device is awake and its buffer revoked is what the contract refuses: L1 says it.
        ...common.properties.filter(({ kind }) => kind !== 'refinement'),
      ],
    });
  },
};
