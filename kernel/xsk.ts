import type { KernelFiles } from './archive.ts';
import { CommandGuest } from './command-guest.ts';
import type { Machine } from './machine.ts';

/** What virtio_net needs comes first. */
const MODULES = ['failover', 'net_failover', 'virtio_net'];

/** A virtio-net, whose memory the kernel maps for its device, that nobody else is connected to. */
function virtioNet(isResettable: boolean): Machine {
  const reset = isResettable ? 'on' : 'off';
  return {
    args: [
      ...['-M', 'q35', '-accel', 'tcg,thread=single', '-smp', '1', '-m', '512', '-cpu', 'EPYC'],
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...['-chardev', 'stdio,id=agent,signal=off', '-device', 'virtio-serial-pci,id=serial'],
      ...['-device', 'virtserialport,bus=serial.0,chardev=agent,name=agent'],
      ...['-netdev', 'hubport,id=net,hubid=0'],
      '-device',
      `virtio-net-pci,netdev=net,iommu_platform=on,disable-legacy=on,queue_reset=${reset}`,
    ],
    ...{ devices: [], bars: [], powered: 0, resettable: 0, functionReset: 0, busReset: 0 },
    ...{ rootBus: 0, importer: '' },
  };
}

/** A guest that takes commands about AF_XDP sockets of a virtio-net. */
export function bootXskGuest(kernel: KernelFiles, isResettable: boolean): Promise<CommandGuest> {
  return CommandGuest.boot(kernel, virtioNet(isResettable), {
    folder: 'xsk',
    modules: MODULES,
  });
}
