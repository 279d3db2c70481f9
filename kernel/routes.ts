import type { KernelFiles } from './archive.ts';
import { Guest } from './guest.ts';
import { guestImage } from './image.ts';
import type { Machine } from './machine.ts';
import { GuestError } from './vm.ts';

/** A device with a BAR of 1 MiB, of which every tree has as many as it needs. */
const ivshmem = (id: string, at: string) => [
  ...['-object', `memory-backend-ram,id=${id},size=1M,share=on`],
  ...['-device', `ivshmem-plain,memdev=${id},${at}`],
];

const port = (id: string, number: number, at: string) => [
  '-device',
  `pcie-root-port,id=${id},chassis=${number},slot=${number},${at}`,
];

/** The same below three root ports, the second of which has no ACS, and below another host bridge. */
const DEVICES: readonly string[] = [
  ...port('slot1', 1, 'bus=pcie.0,addr=4'),
  ...ivshmem('m0', 'bus=slot1,addr=0.0,multifunction=on'),
  ...ivshmem('m1', 'bus=slot1,addr=0.1'),
  ...port('slot2', 2, 'bus=pcie.0,addr=5,disable-acs=on'),
  ...ivshmem('m2', 'bus=slot2,addr=0.0,multifunction=on'),
  ...ivshmem('m3', 'bus=slot2,addr=0.1'),
  ...['-device', 'edu,bus=pcie.0,addr=6'],
  ...port('slot3', 3, 'bus=pcie.0,addr=7'),
  ...['-device', 'x3130-upstream,id=up,bus=slot3'],
  ...['-device', 'xio3130-downstream,id=down1,bus=up,chassis=4,slot=4,addr=0'],
  ...['-device', 'xio3130-downstream,id=down2,bus=up,chassis=5,slot=5,addr=1'],
  ...[...ivshmem('m4', 'bus=down1'), ...ivshmem('m5', 'bus=down2')],
  ...['-device', 'pxb-pcie,id=other,bus_nr=64,bus=pcie.0,addr=8'],
  ...port('slot6', 6, 'bus=other,addr=0'),
  ...ivshmem('m6', 'bus=slot6'),
];

/** Below a root port with ACS, one without, and a port of the switch. */
const EXPORTERS = ['0000:01:00.0', '0000:02:00.0', '0000:05:00.0'] as const;

/** Pairs of devices by where they are: which exporter, and the device that imports. */
export const PAIRS: Readonly<Record<string, readonly [exporter: number, importer: string]>> = {
  self: [0, EXPORTERS[0]],
  siblings: [0, '0000:01:00.1'],
  'siblings-without-acs': [1, '0000:02:00.1'],
  switch: [2, '0000:06:00.0'],
  'root-ports': [0, '0000:02:00.1'],
  'root-bus': [0, '0000:00:06.0'],
  'host-bridges': [0, '0000:41:00.0'],
};

/** A processor, and what the kernel is told: both decide which way there is. */
export interface Platform {
  readonly cpu: string;
  readonly append?: string;
}

function machineOf({ cpu, append }: Platform): Machine {
  return {
    args: [
      ...['-M', 'q35,kernel-irqchip=split', '-accel', 'tcg,thread=single', '-smp', '1'],
      ...['-m', '512', '-cpu', cpu],
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...['-device', 'intel-iommu,intremap=on,caching-mode=on,device-iotlb=on'],
      ...['-chardev', 'stdio,id=agent,signal=off', '-device', 'virtio-serial-pci,id=serial'],
      ...['-device', 'virtserialport,bus=serial.0,chardev=agent,name=agent'],
      ...DEVICES,
    ],
    devices: EXPORTERS,
    bars: [2, 2, 2],
    ...{ powered: 0, resettable: 0, functionReset: 0, busReset: 0, rootBus: 0 },
    importer: PAIRS['root-bus']![1],
    ...(append !== undefined && { append }),
  };
}

/** A guest in which any device maps a buffer of any other. */
export class RoutesGuest {
  private constructor(private readonly guest: Guest) {}

  static async boot(kernel: KernelFiles, platform: Platform): Promise<RoutesGuest> {
    const image = await guestImage(kernel);
    return new RoutesGuest(await Guest.boot(machineOf(platform), kernel, image));
  }

  /** What dma_buf_map_attachment() answers a pair of a buffer of so many ranges: 0 or -errno. */
  async map(pair: string, ranges: number): Promise<number> {
    const [exporter, importer] = PAIRS[pair]!;
    for (const step of [
      `open ${exporter}`,
      `export 0 ${exporter} 2 ${ranges}`,
      `attach 0 0 ${importer} unmaps_later`,
    ]) {
      const done = await this.step(step);
      if (done !== 0) throw new GuestError(`the guest answers '${step}' with ${done}`);
    }
    const answer = await this.step('map 0');
    await this.guest.afresh();
    return answer;
  }

  private async step(step: string): Promise<number> {
    const { status, result } = await this.guest.start('setup', step, false);
    if (status !== 'done') throw new GuestError(`the guest does not answer '${step}'`);
    return result!;
  }

  get release(): string {
    return this.guest.kernelRelease;
  }

  complaints(): string[] {
    return this.guest.complaints();
  }

  stop(): Promise<void> {
    return this.guest.stop();
  }
}
