import type { Fault } from 'xstate-check';
import { anew } from '../change-machines.ts';
import { SRIOV_FIX } from '../revisions/sources.ts';

/** Defects that what changes one function had in posted and in released versions. */
export const faults: readonly Fault[] = [
  {
    id: 'P1',
    title: 'a function level reset revokes a second time instead of giving access back',
    machine: 'function_reset',
    change: { revision: '7.3+P1' },
    base: '7.3',
    system: 'transitions',
    scope: { owners: 1, importers: 0, cpus: 0 },
    expected: ['enabled-means-live', 'refinement'],
    source:
      'Alex Williamson on v1 10/10, 2025-08-06, <20250806162455.350f73a4.alex.williamson@redhat.com>: "@revoked true -> true seems wrong"',
  },
  {
    id: 'P22',
    title: 'VFIO_DEVICE_RESET calls importers back before it has powered the device up',
    machine: 'device_reset',
    change: { revision: '7.3+P22' },
    base: '7.3',
    system: 'transitions',
    scope: { owners: 1, importers: 1, cpus: 0 },
    expected: ['called-back-in-d0'],
    source:
      'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v4 00/10, 2026-07-01, <20260701171245.90111-1-matt@ozlabs.org>: v2 "Moved ... back after D0 transition"; it shows in D1 and D2, because in D3hot nothing is live',
  },
  {
    id: 'M18',
    title: 'the VFs of a device are probed under its memory_lock',
    machine: 'sriov_configure',
    change: { revision: '7.3+M18' },
    base: '7.3',
    system: 'sriov',
    scope: { importers: 0, cpus: 0 },
    expected: ['lock-order'],
    source: `${SRIOV_FIX}: the probe of a VF takes dev_set->lock, under which an open or a close of a device waits for memory_lock; lockdep reported it on 7.0`,
  },
  {
    id: 'page-fault-reads-again',
    title: 'a page fault takes memory_lock for reading a second time',
    machine: 'page_fault',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'low_power', event: 'dev.pm_runtime_engaged:false' },
          target: 'lock',
        },
      ],
    },
    base: '7.3',
    system: 'page-faults',
    scope: { owners: 1, importers: 0, cpus: 1 },
    expected: ['deadlock', 'lock-balance'],
    source: 'derived: rwsem_down_read_slowpath, v7.3: a reader queues behind a writer that waits',
  },
  {
    id: 'entry-keeps-awake',
    title: 'LOW_POWER_ENTRY keeps the reference that open took',
    machine: 'low_power_entry',
    change: {
      patches: [{ kind: 'skip', step: { node: 'put', event: 'dev.pm_runtime_put_noidle' } }],
    },
    base: '7.3',
    system: 'low-power',
    scope: { owners: 1, importers: 0, cpus: 0 },
    expected: ['references-balanced(dev[0])'],
    source: 'derived: vfio_pci_runtime_pm_entry, v7.3, without pm_runtime_put_noidle()',
  },
  {
    id: 'sriov-keeps-awake',
    title: 'SR-IOV that cannot be switched on keeps the device awake',
    machine: 'sriov_configure',
    change: {
      patches: [{ kind: 'skip', step: { node: 'put_failed', event: 'dev.pm_runtime_put' } }],
    },
    base: '7.3',
    system: 'sriov',
    scope: { importers: 0, cpus: 0 },
    expected: ['references-balanced(dev[0])'],
    source: 'derived: vfio_pci_core_sriov_configure, v7.3, without pm_runtime_put()',
  },
  {
    id: 'reset-not-possible',
    title: 'VFIO_DEVICE_RESET of a function that cannot be reset zaps, revokes and tries it',
    machine: 'device_reset',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'check', event: 'dev.reset_works:false' },
          target: 'lock',
        },
      ],
    },
    base: '7.3',
    system: 'transitions',
    scope: { owners: 1, importers: 0, cpus: 0 },
    expected: ['asked-before-done'],
    source: 'derived: vfio_pci_ioctl_reset, v7.3: !vdev->reset_works',
  },
  {
    id: 'reset-puts-nothing-back',
    title: 'what a reset clears stays cleared',
    machine: 'pci_register',
    change: anew({ resetting: { on: { 'reset:end': 'd0' } } }),
    base: '7.3',
    system: 'device-registers',
    scope: { importers: 0, errors: 0 },
    expected: [
      'decides-by-device(flr)',
      'decides-by-device(af_flr)',
      'decides-by-device(device_reset)',
      'copy-agrees',
      'addresses-kept',
      'master-kept',
    ],
    source: 'derived: pci_try_reset_function, drivers/pci/pci.c, v7.3, without pci_dev_restore()',
  },
  {
    id: 'd3hot-forgotten',
    title: 'what a device forgets on its way from D3hot to D0 is not put back',
    machine: 'pci_register',
    change: anew({
      d3hot: { on: { 'set_power_state(D0)': { target: 'd0', actions: 'clear' } } },
    }),
    base: '7.3',
    system: 'device-registers',
    scope: { importers: 0, errors: 0 },
    expected: ['decides-by-device(power_write)', 'copy-agrees', 'addresses-kept', 'master-kept'],
    source:
      'derived: vfio_pci_set_power_state, v7.3, without pci_restore_state(); in D3hot and back',
  },
  {
    id: 'command-to-vconfig-alone',
    title: 'a write of PCI_COMMAND that sets MEM changes vconfig, and not the device',
    machine: 'command_write',
    change: {
      patches: [
        { kind: 'skip', step: { node: 'enable.write', event: 'dev.hw.command(MEM=1):ok' } },
      ],
    },
    base: '7.3',
    system: 'device-registers',
    scope: { importers: 0, errors: 0 },
    expected: ['decides-by-device(command_write)', 'copy-agrees'],
    source: 'derived: vfio_basic_config_write, v7.3, without vfio_default_config_write()',
  },
  {
    id: 'command-off-in-vconfig-alone',
    title: 'a write of PCI_COMMAND that clears MEM changes vconfig, and not the device',
    machine: 'command_write',
    change: {
      patches: [
        { kind: 'skip', step: { node: 'disable.write', event: 'dev.hw.command(MEM=0):ok' } },
      ],
    },
    base: '7.3',
    system: 'device-registers',
    scope: { importers: 0, errors: 0 },
    expected: ['copy-agrees-off'],
    source: 'derived: vfio_basic_config_write, v7.3, without vfio_default_config_write()',
  },
  {
    id: 'd3hot-gives-back',
    title: 'a write of D3hot to PMCSR gives access back whatever the power state is',
    machine: 'power_write',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'd3hot.test', event: 'dev.memory_enabled:false' },
          target: 'unrevoke',
        },
      ],
    },
    base: '7.3',
    system: 'device-registers',
    scope: { importers: 0, errors: 0 },
    expected: ['decides-by-device(power_write)', 'unmapped-while-silent'],
    source: 'derived: vfio_lock_and_set_power_state, v7.3, without __vfio_pci_memory_enabled()',
  },
];
