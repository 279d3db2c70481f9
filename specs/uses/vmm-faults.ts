import type { Fault } from 'xstate-check';
import { anew } from '../change-machines.ts';

const ONE_REGION = { regions: 1, d3hot: 0, low_power: 0, others: 0 };

/** What most of them are about. */
const USUAL: Pick<Fault, 'machine' | 'system' | 'scope' | 'source'> = {
  machine: 'vmm',
  system: 'vmm-regions',
  scope: ONE_REGION,
  source: 'derived: what a VMM has to do; iopt_revoke_notify, iopt_check_iova, v7.3',
};

const vmmFault = (
  fault: Omit<Fault, 'base' | keyof typeof USUAL> & Partial<typeof USUAL>,
): Fault => ({
  base: 'vmm-remaps',
  ...USUAL,
  ...fault,
});

const resets = (then: string) => ({
  on: { 'dev[0].device_reset:ok': then, 'dev[0].device_reset:failed': then },
});

const each = (labels: readonly string[], again: string, then: string) => ({
  on: Object.fromEntries(
    labels.map((label) => [
      label,
      [
        { guard: 'more', target: again, actions: 'next' },
        { target: then, actions: 'fromFirst' },
      ],
    ]),
  ),
});

const MAPS = ['ok', '-ENODEV', '-EEXIST'].map((ret) => `att[i].map_file:${ret}`);

/** What a VMM could get wrong with the BARs of its device. */
export const vmmFaults: readonly Fault[] = [
  vmmFault({
    id: 'D-02',
    title: 'a VMM maps the regions ahead of the write that switches memory on, and is told -ENODEV',
    change: anew({
      'turning_on.call': each(MAPS, 'call', 'map'),
      'turning_on.map': { on: { 'dev[0].write_command(MEM=1):begin': 'called' } },
      'turning_on.called': { on: { 'dev[0].write_command(MEM=1):ok': 'return' } },
    }),
    expected: ['mapped-when-decoding'],
    source:
      'openvmm PR #3936, 2026-07-14: "physical enable lands before the IOAS import"; vfio_pci_dma_buf_attach, v7.3',
  }),
  vmmFault({
    id: 'D-03-vmm',
    defect: 'D-03',
    title: 'a VMM hands a reset of the guest to the device, and leaves its mappings as they are',
    change: { revision: 'vmm-qemu' },
    expected: ['mapped-when-decoding'],
  }),
  vmmFault({
    id: 'mapped-over-dead',
    title: 'a VMM maps anew after a reset, and has not unmapped what is dead there',
    change: anew({ 'resetting.called': resets('map'), 'resetting.unmap': 'gone' }),
    expected: ['mapped-when-decoding', 'range-given-back'],
  }),
  vmmFault({
    id: 'unmap-left-out',
    title: 'a VMM leaves its mappings where they are when the guest switches memory off',
    change: anew({
      'turning_off.called': { on: { 'dev[0].write_command(MEM=0):ok': 'return' } },
      'turning_off.unmap': 'gone',
    }),
    expected: ['mapped-when-decoding', 'range-given-back'],
  }),
  vmmFault({
    id: 'sleep-not-ended',
    title: 'the machine is reset, and LOW_POWER_ENTRY stays in force: the next one is refused',
    change: anew({
      'system_reset.called_asleep': { on: { 'dev[0].write_command(MEM=0):ok': 'reset' } },
      'system_reset.wake': 'gone',
      'system_reset.woken': 'gone',
    }),
    scope: { ...ONE_REGION, low_power: 1 },
    expected: ['vmm-returns'],
    source:
      'derived: vfio_pci_runtime_pm_entry, v7.3: -EINVAL; pm_runtime_engaged outlives a reset',
  }),
  vmmFault({
    id: 'D-05',
    title: 'two RAM blocks of a region have one fd, and each closes it',
    change: anew({
      'unplugging.release': { on: { 'fd[i].close': 'release_again' } },
      'unplugging.release_again': { ...each(['fd[i].close'], 'release', 'close') },
    }),
    expected: ['fd-closed-once'],
    source:
      'derived: vfio_region_create_dma_buf (QEMU) puts one fd into every RAM block of a region',
  }),
  vmmFault({
    id: 'unplugged-mapped',
    title: 'a VMM closes the device and the fds, and leaves the IOAS as it is',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'on', event: 'vmm.unplug:begin' },
          target: 'unplugging.release',
        },
      ],
    },
    expected: ['unplug-leaves-nothing'],
  }),
  vmmFault({
    id: 'entry-outlives-revoke',
    title: 'iommufd leaves the entries of a region in the IOMMU when its buffer is revoked',
    machine: 'iommufd_mapping',
    change: {
      patches: [{ kind: 'retarget', step: { node: 'mapped', event: 'revoke' }, target: 'mapped' }],
    },
    expected: ['off-means-unreachable'],
    source: 'derived: iopt_revoke_notify, v7.3 without its unmap, as in O8',
  }),
  vmmFault({
    id: 'D-04-bar-offset',
    defect: 'D-04',
    title:
      'a VMM maps a section at its offset in the BAR, of a dma-buf of all areas that it can mmap',
    machine: 'vmm_realize',
    system: 'vmm-addresses',
    scope: { overlays: 1 },
    change: { revision: 'vmm-qemu' },
    expected: ['address-is-the-byte', 'every-area-mapped'],
    source: 'derived: vfio_pci_dma_buf_iommufd_map, pfn_reader_fill_dmabuf, v7.3',
  }),
];
