/** The virtual machine that the guest runs in: which PCI devices there are, and where. */
export interface Machine {
  /** Arguments of QEMU. */
  readonly args: readonly string[];
  /** The devices that tests open, in sets that are reset together. */
  readonly devices: readonly string[];
  /** A BAR of each that can be exported. */
  readonly bars: readonly number[];
  /** The first of the two devices with a PM capability, whose bus reset fails. */
  readonly powered: number;
  /** The first of the two devices whose bus reset succeeds. */
  readonly resettable: number;
  /** A device alone in its set whose function can be reset by its PCI Express capability. */
  readonly functionReset: number;
  /** Another that is alone in its set, and whose bus can be reset. */
  readonly busReset: number;
  /** One on the root bus, which cannot be reset. */
  readonly rootBus: number;
  /** A device on whose behalf an importer maps. */
  readonly importer: string;
  /** What its kernel is told besides KERNEL_ARGUMENTS. */
  readonly append?: string;
}

const PLATFORM = [
  ...['-M', 'q35,kernel-irqchip=split', '-accel', 'tcg,thread=multi', '-smp', '2', '-m', '512'],
  // The processor decides whether P2P through the host bridge is allowed (pci_p2pdma's whitelist).
  ...['-cpu', 'EPYC'],
  ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
  ...['-device', 'intel-iommu,intremap=on,caching-mode=on,device-iotlb=on'],
];

/** The agent's channel is QEMU's standard input and output. */
const CHANNEL = [
  ...['-chardev', 'stdio,id=agent,signal=off', '-device', 'virtio-serial-pci,id=serial'],
  ...['-device', 'virtserialport,bus=serial.0,chardev=agent,name=agent'],
];

/** Without FLR a function reset is quick; the legacy interface is an I/O BAR, which has no P2P. */
const RNG = 'x-pcie-flr-init=off,disable-legacy=off';

const SHARED = (id: string) => ['-object', `memory-backend-ram,id=${id},size=1M,share=on`];

/**
 * Two slots of two functions each, because the functions of a slot are reset together. virtio-rng
 * has a memory BAR of four pages and a PM capability, but does not come back from a bus reset in
 * the time that the kernel gives it (-ENOTTY); ivshmem does, and has no PM capability. A slot of its
 * own has the device with a function level reset.
 */
export const TWO_PAIRS: Machine = {
  args: [
    ...PLATFORM,
    ...CHANNEL,
    ...['-device', 'pcie-root-port,id=slot1,chassis=1,slot=1,bus=pcie.0,addr=4'],
    ...['-device', `virtio-rng-pci,bus=slot1,addr=0.0,multifunction=on,${RNG}`],
    ...['-device', `virtio-rng-pci,bus=slot1,addr=0.1,${RNG}`],
    ...['-device', 'pcie-root-port,id=slot2,chassis=2,slot=2,bus=pcie.0,addr=5'],
    ...[...SHARED('memory0'), ...SHARED('memory1')],
    ...['-device', 'ivshmem-plain,memdev=memory0,bus=slot2,addr=0.0,multifunction=on'],
    ...['-device', 'ivshmem-plain,memdev=memory1,bus=slot2,addr=0.1'],
    ...['-device', 'edu,bus=pcie.0,addr=6'],
    ...['-device', 'pcie-root-port,id=slot3,chassis=3,slot=3,bus=pcie.0,addr=7'],
    ...['-device', 'virtio-rng-pci,bus=slot3,addr=0.0,disable-legacy=off'],
    ...['-device', 'pcie-root-port,id=slot4,chassis=4,slot=4,bus=pcie.0,addr=8'],
    ...[...SHARED('memory2'), '-device', 'ivshmem-plain,memdev=memory2,bus=slot4,addr=0.0'],
    ...[...SHARED('memory3'), '-device', 'ivshmem-plain,memdev=memory3,bus=pcie.0,addr=9'],
  ],
  devices: [
    ...['0000:01:00.0', '0000:01:00.1', '0000:02:00.0', '0000:02:00.1'],
    ...['0000:03:00.0', '0000:04:00.0', '0000:00:09.0'],
  ],
  bars: [4, 4, 2, 2, 4, 2, 2],
  powered: 0,
  resettable: 2,
  functionReset: 4,
  busReset: 5,
  rootBus: 6,
  importer: '0000:00:06.0',
};

/** The same with an IOMMU that passes the addresses of kernel drivers on. */
const IDENTITY: Machine = { ...TWO_PAIRS, append: 'iommu=pt' };

/** Exporter and importer below one switch, whose ports do not send everything up. */
const SWITCH: Machine = {
  args: [
    ...PLATFORM,
    ...CHANNEL,
    ...['-device', 'pcie-root-port,id=slot1,chassis=1,slot=1,bus=pcie.0,addr=4'],
    ...['-device', 'x3130-upstream,id=up,bus=slot1'],
    ...['-device', 'xio3130-downstream,id=down1,bus=up,chassis=2,slot=2,addr=0'],
    ...['-device', 'xio3130-downstream,id=down2,bus=up,chassis=3,slot=3,addr=1'],
    ...[...SHARED('memory0'), ...SHARED('memory1')],
    ...['-device', 'ivshmem-plain,memdev=memory0,bus=down1'],
    ...['-device', 'ivshmem-plain,memdev=memory1,bus=down2'],
  ],
  devices: ['0000:03:00.0'],
  bars: [2],
  powered: 0,
  resettable: 0,
  functionReset: 0,
  busReset: 0,
  rootBus: 0,
  importer: '0000:04:00.0',
};

/** A physical function that can have a VF. */
const SRIOV: Machine = {
  args: [
    ...PLATFORM,
    ...CHANNEL,
    ...['-device', 'pcie-root-port,id=slot1,chassis=1,slot=1,bus=pcie.0,addr=4'],
    ...['-device', 'nvme-subsys,id=subsystem'],
    ...[
      '-device',
      'nvme,serial=1,subsys=subsystem,bus=slot1,sriov_max_vfs=1,sriov_vq_flexible=2,sriov_vi_flexible=1',
    ],
  ],
  devices: ['0000:01:00.0'],
  bars: [0],
  powered: 0,
  resettable: 0,
  functionReset: 0,
  busReset: 0,
  rootBus: 0,
  importer: '0000:01:00.0',
};

/** The machine in which importers reach the memory by a route, or a device has VFs. */
export const MACHINES = {
  ...{ translated: TWO_PAIRS, identity: IDENTITY, switch: SWITCH },
  sriov: SRIOV,
} as const;

/** A slow host lets the kernel's check of the timer fail, which it takes for a dead machine. */
export const KERNEL_ARGUMENTS =
  'console=ttyS0 intel_iommu=on iommu.strict=1 no_timer_check panic=-1 quiet loglevel=5';
