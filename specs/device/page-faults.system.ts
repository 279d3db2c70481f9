import type { System, SystemFamily } from 'xstate-check';
import { designOf } from '../revisions/index.ts';
import { versionsOf } from './parts.ts';
import {
  commonRules,
  D3HOT,
  DECODE_OFF,
  enabledMeansLive,
  IN_RESET,
  noPte,
  restoredInSection,
  SUSPENDED,
  transitionSystem,
} from './rules.ts';
import { withRuntimePm } from './runtime-pm.ts';

const OPERATIONS = [
  'command_write',
  'power_write',
  'flr',
  'af_flr',
  'device_reset',
  'low_power_entry',
  'low_power_exit',
] as const;

/** The CPU's half of what the owner's calls do: the fault handler looks at low power. */
export const pageFaultsFamily: SystemFamily = {
  name: 'page-faults',
  title: 'every call of the owner and runtime PM against a CPU that touches a BAR',
  defaultScope: { owners: 1, importers: 0, cpus: 1 },
  ...versionsOf(
    ['move'],
    ['commandWrite', 'powerWrite', 'lowPower', 'pageFault'],
    ['functionReset', 'deviceReset'],
  ),
  build({ scope, revision }): System {
    const design = designOf(revision);
    const { cast, parts } = withRuntimePm(scope, OPERATIONS, design);
    const common = commonRules(parts, cast, design);
    return transitionSystem({
      name: 'page-faults',
      revision,
      scope,
      parts: [...parts, ...common.monitors],
      properties: [
        ...[DECODE_OFF, D3HOT, IN_RESET, SUSPENDED].map(noPte),
        enabledMeansLive(),
        restoredInSection(cast.owners, ['memory_on']),
        // Who calls vfio_pci_dma_buf_move() is the business of `transitions` and `low-power`.
        ...common.properties.filter(({ id }) => id !== 'move-needs-memory-lock'),
      ],
    });
  },
};
