import { join } from 'node:path';
import type { KernelFiles } from './archive.ts';
import { sources } from './compile.ts';
import { makeImage, program } from './image.ts';
import type { Machine } from './machine.ts';
import { boot, GuestError, type Vm } from './vm.ts';

/** What the init has of the agent. */
const SHARED = ['setup', 'channel', 'files', 'stack'];
/** What virtio_net needs comes first. */
const MODULES = ['failover', 'net_failover', 'virtio_net'];
/** How long the guest may take for an answer, on a host that is busy. */
const PATIENCE = 180_000;

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
export class XskGuest {
  private constructor(private readonly vm: Vm) {}

  static async boot(kernel: KernelFiles, isResettable: boolean): Promise<XskGuest> {
    const files = [
      join(sources('xsk'), 'init.c'),
      ...SHARED.map((name) => join(sources('agent'), `${name}.c`)),
    ];
    const init = await program('xsk-init', files);
    const image = await makeImage(kernel, { init, modules: MODULES });
    const { vm } = await boot(virtioNet(isResettable), kernel, image);
    return new XskGuest(vm);
  }

  /** The answer to a command. @throws GuestError where there is none */
  async ask(command: string): Promise<string> {
    this.vm.send(command);
    for (;;) {
      const line = await this.vm.read(PATIENCE);
      if (line === undefined) {
        throw new GuestError(`no answer to '${command}'`, [this.vm.lastWords()]);
      }
      if (line.startsWith('=')) return line.slice(1).trim();
    }
  }

  complaints(): string[] {
    return this.vm.complaints();
  }

  async stop(): Promise<void> {
    await this.vm.stop();
  }
}
