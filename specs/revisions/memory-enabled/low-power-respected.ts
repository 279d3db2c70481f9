import type { WhatIf } from '../design.ts';

interface Arguments {
  readonly context: { readonly engaged: boolean };
}

const awake = ({ context }: Arguments) => !context.engaged;
const asleep = ({ context }: Arguments) => context.engaged;

/** As the fault handler of the BARs does; nobody has posted it. */
export const lowPowerRespected: WhatIf = {
  title:
    '__vfio_pci_memory_enabled() that looks at pm_runtime_engaged: mends what O1 breaks, and leaves O2 to O4, O12 and O13',
  at: ['memoryEnabled'],
  states: {
    'vdev.memory_on': {
      on: {
        config_free: 'closed',
        'open_count:true': 'memory_on',
        'memory_enabled:true': { guard: awake, target: 'memory_on' },
        'memory_enabled:false': { guard: asleep, target: 'memory_on' },
        'vconfig.command(MEM=0)': 'memory_off',
        'vconfig.command(MEM=1)': 'memory_on',
        'set_power_state(D0)': 'memory_on',
        'set_power_state(D1)': 'memory_on',
        'set_power_state(D2)': 'memory_on',
        'set_power_state(D3hot)': 'd3hot',
      },
    },
  },
  source:
    'derived: __vfio_pci_memory_enabled() asks for pm_runtime_engaged, as the fault handler does',
};
