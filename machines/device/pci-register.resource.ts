import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'hw.command(MEM=0):ok',
  'hw.command(MEM=1):ok',
  'set_power_state(D0)',
  'set_power_state(D1)',
  'set_power_state(D2)',
  'set_power_state(D3hot)',
  'rpm_suspend:end',
  'runtime_resume:begin',
  'reset:begin',
  'reset:end',
  'pci_bus_error_reset',
] as const;

/** What of the config space decides whether a BAR answers, or whether the device writes by itself. */
export type Register = 'memory' | 'master' | 'bars';

export interface PciRegisterVariation {
  readonly register: Register;
  /**
   * No_Soft_Reset of PMCSR: whether the way from D3hot to D0 resets the function (`forgotten`).
   * vfio-pci reads it once, when it is bound: needs_pm_restore.
   */
  readonly fromD3hot: 'forgotten' | 'kept';
}

/** `true` is as the user of the device has it while it works. */
interface Kept {
  /** In the device. */
  readonly device: boolean;
  /** `pdev->saved_config_space`, which each pci_save_state() overwrites. */
  readonly saved: boolean;
  /** `vdev->pm_save`, which is only looked at in D3hot, and stays where the core left that itself. */
  readonly pmSave: boolean;
}

/**
 * One thing that a function keeps in its config space, and what was saved of it. A save reads the
 * device and a restore writes it, so that they are one step of both.
 *
 * In D3hot a register is read and written as in D0, and nothing answers behind a BAR. On the way to D0
 * a function without No_Soft_Reset forgets it: vfio_pci_set_power_state() then puts back what it saved
 * on the way down. pci_dev_save_and_disable(), which brings a function to D0 ahead of its reset,
 * puts back the BARs and no more, and saves after that. The reset of a link after an error saves and
 * puts back nothing.
 *
 * A user who sets COMMAND.MEM is taken to set COMMAND.MASTER too, as drivers do, and to leave it alone
 * where he clears the other.
 */
export const pciRegister = madeOnce(function pciRegister({
  register,
  fromD3hot,
}: PciRegisterVariation) {
  const forgets = fromD3hot === 'forgotten';
  const machine = setup({
    types: { context: {} as Kept, events: {} as { type: (typeof labels)[number] } },
    actions: {
      set: assign({ device: true }),
      clear: assign({ device: false }),
      save: assign({ saved: ({ context }) => context.device }),
      saveForD0: assign({
        saved: ({ context }) => context.device,
        pmSave: ({ context }) => context.device,
      }),
      putBackForD0: assign({
        device: ({ context }) => context.pmSave,
        saved: ({ context }) => context.pmSave,
      }),
      restore: assign({ device: ({ context }) => context.saved }),
      forget: assign({ device: register === 'bars' }),
    },
  });
  const atMemOff = register === 'bars' ? ('set' as const) : ('clear' as const);
  /** A write of PCI_COMMAND. BARs that are not those of vdev->rbar are written ahead of it. */
  const written = <State extends string>(state: State) =>
    ({
      'hw.command(MEM=1):ok': { target: state, actions: 'set' },
      'hw.command(MEM=0):ok': register === 'master' ? state : { target: state, actions: atMemOff },
    }) as const;

  return machine.createMachine({
    id: 'pci_register',
    description: `${WHAT[register]}: as the device has it, and as it was saved`,
    meta: {
      labels,
      source:
        'PCI Power Management 1.2, 3.2.4; pci_power_up, pci_save_state, pci_restore_state, ' +
        'drivers/pci/pci.c; vfio_pci_set_power_state, vfio_basic_config_write, v7.3',
    },
    context: { device: true, saved: true, pmSave: true },
    initial: 'd0',
    states: {
      d0: {
        description: 'or D1 or D2, from which nothing is forgotten',
        on: {
          ...written('d0'),
          'set_power_state(D0)': 'd0',
          'set_power_state(D1)': 'd0',
          'set_power_state(D2)': 'd0',
          'set_power_state(D3hot)': forgets
            ? {
                target: 'd3hot',
                actions: 'saveForD0',
                meta: { source: 'vfio_pci_set_power_state, v7.3: pci_save_state(), pm_save' },
              }
            : 'd3hot',
          'rpm_suspend:end': { target: 'suspended', actions: 'save' },
          'runtime_resume:begin': 'd0',
          'reset:begin': {
            target: 'resetting',
            actions: ['save', 'clear'],
            meta: {
              source:
                'pci_dev_save_and_disable, v7.3: COMMAND = INTX_DISABLE; and the reset clears the BARs',
            },
          },
          pci_bus_error_reset: { target: 'd0', actions: 'clear' },
        },
      },
      d3hot: {
        on: {
          ...written('d3hot'),
          'set_power_state(D0)': forgets
            ? {
                target: 'd0',
                actions: 'putBackForD0',
                meta: {
                  source:
                    'vfio_pci_set_power_state, v7.3: pci_load_and_free_saved_state(), pci_restore_state()',
                },
              }
            : 'd0',
          'set_power_state(D1)': 'd3hot',
          'set_power_state(D2)': 'd3hot',
          'set_power_state(D3hot)': 'd3hot',
          'rpm_suspend:end': { target: 'suspended', actions: 'save' },
          'runtime_resume:begin': 'd3hot',
          'reset:begin': {
            target: 'resetting',
            actions: forgets ? ['forget', 'save', 'clear'] : ['save', 'clear'],
            meta: {
              source:
                'pci_dev_save_and_disable, pci_set_full_power_state, v7.3: pci_restore_bars() alone',
            },
          },
          pci_bus_error_reset: { target: 'woken', actions: 'clear' },
        },
      },
      woken: {
        description: 'the reset of the link has brought it to D0, and current_state says D3hot',
        meta: { source: 'pci_reset_bridge, PCI_RESET_NO_RESTORE, v7.3' },
        on: {
          ...written('woken'),
          'set_power_state(D0)': forgets
            ? { target: 'd0', actions: 'putBackForD0' }
            : {
                target: 'd0',
                meta: { source: 'vfio_pci_set_power_state, v7.3: needs_pm_restore is false' },
              },
          'set_power_state(D1)': 'woken',
          'set_power_state(D2)': 'woken',
          'set_power_state(D3hot)': 'woken',
          'rpm_suspend:end': { target: 'suspended', actions: 'save' },
          'runtime_resume:begin': 'woken',
          // pci_power_up() finds D0 in PMCSR, and puts the BARs back where current_state was D3hot.
          'reset:begin': {
            target: 'resetting',
            actions: forgets && register === 'bars' ? ['set', 'save', 'clear'] : ['save', 'clear'],
          },
          pci_bus_error_reset: { target: 'woken', actions: 'clear' },
        },
      },
      suspended: {
        description: 'D3hot or D3cold, from which the PCI core brings the function back itself',
        meta: { source: 'pci_pm_runtime_suspend, pci_pm_runtime_resume, v7.3' },
        on: {
          ...written('suspended'),
          'set_power_state(D0)': 'suspended',
          'set_power_state(D1)': 'suspended',
          'set_power_state(D2)': 'suspended',
          'set_power_state(D3hot)': 'suspended',
          'rpm_suspend:end': 'suspended',
          'runtime_resume:begin': { target: 'd0', actions: 'restore' },
          'reset:begin': { target: 'resetting', actions: ['save', 'clear'] },
          pci_bus_error_reset: { target: 'suspended', actions: 'clear' },
        },
      },
      resetting: {
        description: 'whatever the method is, what the device forgets is put back',
        on: {
          ...written('resetting'),
          'set_power_state(D0)': 'resetting',
          'set_power_state(D1)': 'resetting',
          'set_power_state(D2)': 'resetting',
          'set_power_state(D3hot)': 'resetting',
          'rpm_suspend:end': 'resetting',
          'runtime_resume:begin': 'resetting',
          'reset:begin': 'resetting',
          'reset:end': {
            target: 'd0',
            actions: 'restore',
            meta: { source: 'pci_dev_restore, pci_restore_state, drivers/pci/pci.c, v7.3' },
          },
        },
      },
    },
  });
});

const WHAT: Readonly<Record<Register, string>> = {
  memory: 'COMMAND.MEM',
  master: 'COMMAND.MASTER',
  bars: 'the addresses in the BARs',
};
