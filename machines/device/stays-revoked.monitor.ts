import { setup } from 'xstate';

export const labels = ['enter', 'exit', 'unrevoke', 'unrevoked'] as const;

/** While a device is in low power, nobody gives access to its buffers back. */
export const staysRevoked = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'stays_revoked',
  meta: {
    labels,
    source:
      'derived: vfio_pci_vmf_insert_pfn, v7.3 refuses the CPU while pm_runtime_engaged is set',
  },
  initial: 'awake',
  states: {
    awake: {
      on: { enter: 'low_power', exit: 'awake', unrevoke: 'awake', unrevoked: 'awake' },
    },
    low_power: {
      on: { enter: 'low_power', exit: 'awake', unrevoke: 'given_back', unrevoked: 'low_power' },
    },
    given_back: {
      tags: ['violation'],
      meta: { finding: 'access comes back while pm_runtime_engaged is set' },
      on: { enter: 'given_back', exit: 'awake', unrevoke: 'given_back', unrevoked: 'low_power' },
    },
  },
});
