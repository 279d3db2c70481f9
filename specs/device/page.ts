import { table } from '../uses/page.ts';
import { type Left, leftBehind, type Way } from './left-behind.ts';

/** `docs/device.md`: what of a device each way to change it keeps, puts back or loses. */
export function devicePage(): string {
  return `# What a device keeps, and what the kernel believes of it

Written by \`npm run docs\` from the machines of 7.3.4; do not edit.

Whether a BAR answers is decided by the device: COMMAND.MEM, the address in the BAR and the power state
(PCI Local Bus 3.0, 6.2.2; PCI Power Management 1.2, 3.2.4). vfio-pci decides by copies:
\`__vfio_pci_memory_enabled()\` looks at vconfig and at \`pdev->current_state\`. The system
\`device-registers\` has both, and asks at each decision whether the device would have said the same:
\`dmabuf-spec check device-registers\`. It has one device with one buffer; the calls below, in any order;
hardware that fails a reset or refuses D3hot; and, with \`--scope errors=1\`, recovery of a fatal error at
any time (finding \`link-reset-unheard\`); that is as in 7.3.4 and 7.2.13, where it is alike, and was not read
in older versions.

## What each way leaves behind

Each row is a run of the machines, in which nothing fails: the calls before, then the call that is told of.
A register is _kept_ (it was never cleared), _put back_ (it was cleared, and is as before when the call
has returned) or _cleared_. The last column opens the run: the steps of the call at the device, without
those at its buffer. Who sets MEM is taken to set MASTER with it, as drivers do.

### A device with No_Soft_Reset

${waysOf('kept', ROWS)}
### A device without No_Soft_Reset

It forgets on its way from D3hot to D0, and vfio_pci_set_power_state() puts back what it saved on the way
down (pm_save). Here is what begins in D0.

${waysOf(
  'forgotten',
  ROWS.filter(([before, last]) => fromD0(before, last)),
)}
## What the PCI core does to it

Read in 7.3.4, drivers/pci/pci.c where nothing else is said, down to the accesses of config space. What
another file does below them (ACPI, a platform, a hotplug controller, the IOMMU) was not read.

${table(['function', 'the device', "the kernel's copies"], CORE)}
## Not drawn

- A device that does not come back: pci_power_up() and pci_dev_wait() give up, and current_state is D3cold
  where it was on its way to D0, and as before where it was being reset.
- The method of a reset: what any of them clears is put back by pci_dev_restore(), and no caller of
  vfio-pci chooses. What differs is in the table of the core.
- A PF and its VFs, and the siblings on a bus; hot resets, runtime PM and the last close are in
  [\`hot-reset\`](machines/hot-reset.md), \`low-power\` and \`last-close\`, without the registers.
- System sleep: vfio-pci has runtime callbacks alone (vfio_pci_core_pm_ops), so that the PCI core saves
  and restores by itself.

## Runs

${runs('kept', ROWS)}
${runs(
  'forgotten',
  ROWS.filter(([before, last]) => fromD0(before, last)),
)}`;
}

type Row = readonly [before: readonly Way[], last: Way];

const ROWS: readonly Row[] = [
  [[], 'device_reset'],
  [[], 'flr'],
  [[], 'af_flr'],
  [[], 'write_pmcsr(D3hot)'],
  [['write_pmcsr(D3hot)'], 'write_pmcsr(D0)'],
  [['write_pmcsr(D3hot)'], 'device_reset'],
  [['write_pmcsr(D3hot)'], 'flr'],
  [['write_pmcsr(D3hot)'], 'af_flr'],
  [[], 'write_command(MEM=0)'],
  [['write_command(MEM=0)'], 'write_command(MEM=1)'],
  [['write_command(MEM=0)'], 'device_reset'],
  [[], 'recovery'],
  [['recovery'], 'device_reset'],
  [['recovery'], 'write_command(MEM=1)'],
];

/** Whether all that resets begins in D0. */
function fromD0(before: readonly Way[], last: Way): boolean {
  return !before.includes('write_pmcsr(D3hot)') || last === 'write_pmcsr(D0)';
}

const NAMES: Readonly<Record<Way, string>> = {
  'write_pmcsr(D0)': 'PMCSR = D0',
  'write_pmcsr(D3hot)': 'PMCSR = D3hot',
  'write_command(MEM=0)': 'COMMAND, MEM=0',
  'write_command(MEM=1)': 'COMMAND, MEM=1',
  flr: 'FLR by DEVCTL',
  af_flr: 'FLR by AF',
  device_reset: 'VFIO_DEVICE_RESET',
  recovery: 'recovery of a fatal error',
};

const KINDS = { kept: 'with', forgotten: 'without' } as const;
type Kind = keyof typeof KINDS;

const anchor = (kind: Kind, at: number) => `run ${at + 1}, ${KINDS[kind]} No_Soft_Reset`;
const linkTo = (kind: Kind, at: number) =>
  `[run ${at + 1}](#${anchor(kind, at).toLowerCase().replace(/,/g, '').replace(/ /g, '-')})`;

function waysOf(kind: Kind, rows: readonly Row[]): string {
  return table(
    ['before', 'call', 'MEM', 'BARs', 'MASTER', 'the device', 'the kernel believes', 'buffer', ''],
    rows.map(([before, last], at) => {
      const { registers, power, believed, buffer } = leftBehind(kind, before, last);
      return [
        before.map((way) => NAMES[way]).join('; ') || '-',
        NAMES[last],
        registers.memory,
        registers.bars,
        registers.master,
        power,
        believed,
        buffer,
        linkTo(kind, at),
      ];
    }),
  );
}

function runs(kind: Kind, rows: readonly Row[]): string {
  return rows
    .map(([before, last], at) => {
      const calls = [...before, last].map((way) => NAMES[way]).join('; ');
      return `### ${capital(anchor(kind, at))}\n\n${calls}:\n\n\`\`\`text\n${stepsOf(leftBehind(kind, before, last))}\`\`\`\n`;
    })
    .join('\n');
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const stepsOf = ({ steps }: Left) => steps.map((step) => `${step}\n`).join('');

const CORE: readonly (readonly [string, string, string])[] = [
  [
    'pci_enable_device()',
    'D0; COMMAND.MEM where a BAR is memory; INTx enabled. Nothing where it is enabled already',
    'current_state is read from PMCSR; enable_cnt + 1',
  ],
  [
    'pci_disable_device()',
    'COMMAND.MASTER cleared with the last user; MEM stays',
    'enable_cnt - 1; is_busmaster',
  ],
  ['pci_clear_master()', 'COMMAND.MASTER cleared', 'is_busmaster'],
  [
    'pci_set_power_state(), D0',
    'nothing where current_state is D0; PMCSR = 0; BARs written anew where it came from D3hot without No_Soft_Reset, and nothing else',
    'current_state as read; D3cold where PMCSR reads as all ones',
  ],
  [
    'pci_set_power_state(), deeper',
    'PMCSR; -EINVAL upwards, -EIO without D1 or D2, 0 and nothing with PCI_DEV_FLAGS_NO_D3',
    'current_state as read back',
  ],
  [
    'pci_save_state()',
    'read',
    'saved_config_space and the saved capabilities are overwritten; there is one of each',
  ],
  [
    'pci_restore_state()',
    'capabilities first; BARs before COMMAND; MSI; VFs of a PF whose VF Enable is clear (sriov_restore_state)',
    'state_saved = false; it does not ask whether anything was saved',
  ],
  [
    'pci_store_saved_state(), pci_load_and_free_saved_state()',
    '-',
    'a copy of what was saved, out and in again; -EINVAL where a capability has another size',
  ],
  [
    'pci_dev_save_and_disable()',
    'D0; COMMAND = INTX_DISABLE',
    'reset_prepare() of the driver, which vfio-pci has not; save; not where config space reads as all ones',
  ],
  [
    'pci_dev_restore()',
    'pci_restore_state()',
    'reset_done() of the driver, which vfio-pci has not',
  ],
  [
    '__pci_reset_function_locked()',
    'the first of reset_methods that does not answer -ENOTTY: device_specific, acpi, flr, af_flr, pm, bus, cxl_bus, or as root has written reset_method',
    'none: who calls it saves and restores',
  ],
  [
    'pcie_flr(), pci_af_flr()',
    'waits for transactions, DEVCTL.BCR_FLR or AF_CTRL.FLR, 100 ms, pci_dev_wait()',
    'none; -ENOTTY where the device does not come back in time',
  ],
  [
    'pci_pm_reset()',
    'only without No_Soft_Reset: PMCSR to D3hot and to D0',
    'current_state must be D0 (-EINVAL) and stays so',
  ],
  ['pci_reset_bus_function()', 'slot, or the bus where the function is alone on it', 'none'],
  [
    'pci_try_reset_function()',
    'save_and_disable, the reset, restore, whatever the reset answers',
    '-EAGAIN where device_lock() or config accesses are taken: nothing is done then',
  ],
  [
    'pci_reset_bus()',
    'the same for every function of the slot or bus, and below',
    '-EAGAIN where one of them is locked',
  ],
  [
    'pci_bus_error_reset()',
    'the slot or bus is reset, and nothing is saved or put back (PCI_RESET_NO_RESTORE)',
    'none: that is for slot_reset() of the driver, which vfio-pci has not',
  ],
  [
    'pci_pm_runtime_suspend(), pci_pm_runtime_resume() (pci-driver.c)',
    'after the callback of vfio-pci: save, D3hot or deeper; D0 and pci_restore_state() before its callback',
    'saved_config_space, current_state',
  ],
  [
    'pci_user_read_config_word() and its like (access.c)',
    'wait while config accesses are locked (block_cfg_access)',
    'the error of the bus as -errno; all ones are no error',
  ],
];
