import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ability, plainLabel, type StepResult, type Target } from 'xstate-check/target';
import type { TargetScope } from '../targets/target-scope.ts';
import type { KernelFiles } from './archive.ts';
import { atExit } from './cleanup.ts';
import { CommandGuest } from './command-guest.ts';
import { cFilesIn, compileModule, sources } from './compile.ts';
import type { Machine } from './machine.ts';
import { GuestError } from './vm.ts';

/** The other nvme is told by the size of its disk, which takes 64 KiB in a second. */
const MEMORY = 16 << 20;
const DISK = 64 << 20;

// One processor: with two the emulator has crashed in a timer of the guest.
const PLATFORM = [
  ...['-accel', 'tcg,thread=single', '-smp', '1', '-m', '512', '-cpu', 'EPYC'],
  ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
  ...['-chardev', 'stdio,id=agent,signal=off', '-device', 'virtio-serial-pci,id=serial'],
  ...['-device', 'virtserialport,bus=serial.0,chardev=agent,name=agent'],
];

function drive(directory: string, id: string, bytes: number): string {
  const file = join(directory, id);
  writeFileSync(file, '');
  truncateSync(file, bytes);
  return `if=none,id=${id},format=raw,file=${file}`;
}

/** The nvme that has the memory, and the one that an O_DIRECT write of it goes to. */
function twoNvme(directory: string, own: string, [at, beside]: readonly [string, string]) {
  return [
    ...['-drive', drive(directory, 'own', MEMORY)],
    ...['-device', `nvme,serial=own,drive=own,bus=${at},${own}`],
    ...['-drive', `${drive(directory, 'other', DISK)},throttling.bps-write=65536`],
    ...['-device', `nvme,serial=other,drive=other,bus=${beside}`],
  ];
}

const ONE_DEVICE = {
  devices: ['0000:03:00.0'],
  bars: [2],
  ...{ powered: 0, resettable: 0, functionReset: 0, busReset: 0, rootBus: 0 },
};

/**
 * Two nvme below one switch, one of which has a controller memory buffer, and no IOMMU: QEMU sends what
 * goes from one port of a switch to another through an emulated IOMMU, where it is lost.
 */
const belowSwitch = (directory: string): Machine => ({
  args: [
    ...['-M', 'q35', ...PLATFORM],
    ...['-device', 'pcie-root-port,id=slot1,chassis=1,slot=1,bus=pcie.0,addr=4'],
    ...['-device', 'x3130-upstream,id=up,bus=slot1'],
    ...['-device', 'xio3130-downstream,id=down1,bus=up,chassis=2,slot=2,addr=0'],
    ...['-device', 'xio3130-downstream,id=down2,bus=up,chassis=3,slot=3,addr=1'],
    ...twoNvme(directory, 'cmb_size_mb=16', ['down1', 'down2']),
  ],
  ...ONE_DEVICE,
  importer: '0000:04:00.0',
});

/**
 * The same with an IOMMU, each in a group of its own, so that vfio-pci can have one of them: that has a
 * second BAR of memory, which nvme makes nothing of. A device more is there for type1 alone.
 */
const behindIommu = (directory: string): Machine => ({
  args: [
    ...['-M', 'q35,kernel-irqchip=split', ...PLATFORM],
    ...['-device', 'intel-iommu,intremap=on,caching-mode=on,device-iotlb=on'],
    ...[1, 2, 3].flatMap((n) => [
      ...['-device', `pcie-root-port,id=slot${n},chassis=${n},slot=${n},bus=pcie.0,addr=${n + 3}`],
    ]),
    ...['-device', 'edu,bus=pcie.0,addr=7'],
    ...['-object', 'memory-backend-ram,id=second,size=4M,share=on'],
    ...twoNvme(directory, 'cmb_size_mb=4,pmrdev=second', ['slot3', 'slot1']),
  ],
  ...ONE_DEVICE,
  importer: '0000:01:00.0',
});

/** A guest that takes commands about p2pmem, and the disks of its machine. */
export class P2pmemGuest {
  private constructor(
    private readonly guest: CommandGuest,
    private readonly forget: () => void,
  ) {}

  /** Below a switch, with the driver that a stock kernel has for the device. */
  static boot(kernel: KernelFiles): Promise<P2pmemGuest> {
    return P2pmemGuest.booted(kernel, belowSwitch);
  }

  /**
   * Behind an IOMMU, where the module can register BARs of the device for vfio-pci.
   *
   * @param append - what the kernel is told beside that
   */
  static behindIommu(kernel: KernelFiles, append?: string): Promise<P2pmemGuest> {
    const machine = (directory: string): Machine => ({
      ...behindIommu(directory),
      ...(append === undefined ? {} : { append }),
    });
    return P2pmemGuest.booted(kernel, machine);
  }

  private static async booted(
    kernel: KernelFiles,
    machine: (directory: string) => Machine,
  ): Promise<P2pmemGuest> {
    const files = cFilesIn(sources('registration'));
    const module = await compileModule({ name: 'p2p_lab', files, depends: [] }, kernel);
    const directory = mkdtempSync(join(tmpdir(), 'p2pmem-'));
    const forget = atExit(() => rmSync(directory, { recursive: true, force: true }));
    const parts = { folder: 'p2pmem', agent: ['vfio'], module };
    const guest = await CommandGuest.boot(kernel, machine(directory), parts);
    return new P2pmemGuest(guest, () => {
      rmSync(directory, { recursive: true, force: true });
      forget();
    });
  }

  get release(): string {
    return this.guest.release;
  }

  /** The answer to a command. @throws GuestError where there is none */
  ask(command: string): Promise<string> {
    return this.guest.ask(command);
  }

  complaints(): string[] {
    return this.guest.complaints();
  }

  console(): string {
    return this.guest.console();
  }

  async stop(): Promise<void> {
    await this.guest.stop();
    this.forget();
  }
}

/** errno of a result, as labels say it. */
const ERRNO: Readonly<Record<string, string>> = {
  '-2': '-ENOENT',
  '-12': '-ENOMEM',
  '-14': '-EFAULT',
  '-19': '-ENODEV',
  '-22': '-EINVAL',
};

const outcome = (result: string) => (Number(result) < 0 ? (ERRNO[result] ?? result) : 'ok');

/** A page whose PTE cannot be made: the module lets the function answer so. */
const FORCED = /\.insert:-ENOMEM$/;

/** What a process can see, of the labels of a driver of the kernel. */
const SEEN =
  /^(vma\[0\]\.(fd\.(open|close)|mmap|munmap|touch)|io\[0\]\.(write|submit|complete)|dev\[0\]\.unbind)(:|$)/;

/**
 * p2pmem of a stock kernel as a target of the tests of a driver of the kernel: calls and their answers
 * are compared, and what is in them is taken as said, because no function of it can be stopped at.
 * A page of the model stands for all of the memory that is free. The schedule of the tests is one
 * that a process can have: a call at a time, an O_DIRECT that flies, and an unbind that waits for it.
 */
export class P2pmemTarget implements Target<TargetScope> {
  readonly name: string;
  private choices: { shared: string; pgoff: string } = { shared: 'true', pgoff: '0' };
  private fails = false;
  private flies = false;
  private unbinding: string | undefined;
  private available = 0;

  constructor(private readonly guest: P2pmemGuest) {
    this.name = `p2pmem of Linux ${guest.release}`;
  }

  ability(label: string): Ability | undefined {
    const plain = plainLabel(label);
    if (FORCED.test(plain)) return 'force';
    return SEEN.test(plain) ? 'perform' : 'observe';
  }

  async reset(): Promise<void> {
    const done = await this.guest.ask('afresh');
    if (done !== '0') throw new GuestError(`the guest does not come back as it was: ${done}`);
    this.available = Number(await this.guest.ask('get available'));
    this.flies = false;
    this.fails = false;
    this.unbinding = undefined;
    this.choices = { shared: 'true', pgoff: '0' };
  }

  async step(label: string): Promise<StepResult> {
    const plain = plainLabel(label);
    const choice = /^vma\[0\]\.(shared|pgoff):(\w+)$/.exec(plain);
    if (choice) this.choices = { ...this.choices, [choice[1]!]: choice[2]! };
    if (FORCED.test(plain)) this.fails = true;
    const answered = await this.answered(plain);
    return { actual: answered ?? plain };
  }

  /** What happened instead of a label, of what can be seen; undefined for what cannot. */
  private async answered(label: string): Promise<string | undefined> {
    const [call, said] = [label.replace(/:[^:]*$/, ''), label.slice(label.lastIndexOf(':') + 1)];
    const result = async (command: string) => `${call}:${outcome(await this.guest.ask(command))}`;
    if (label === 'io[0].submit') return this.submitted();
    if (label === 'io[0].complete') return this.completed();
    if (label === 'bar[0].pgmap.put_many') return this.unbindSleeps();
    if (label === 'vma[0].fd.close') return void (await this.guest.ask('close'));
    if (call === 'vma[0].touch') return `${call}:${await this.guest.ask('touch')}`;
    if (call === 'vma[0].fd.open') return result('open');
    if (label === 'dev[0].unbind:begin') {
      this.unbinding = await this.guest.ask('unbind');
      return undefined;
    }
    if (said === 'begin') return undefined;
    if (call === 'vma[0].mmap') return result(await this.mapping());
    if (call === 'vma[0].munmap') return result('munmap');
    if (call === 'io[0].write' && !this.flies) return result('write');
    if (call === 'dev[0].unbind') {
      const said = this.unbinding === 'waits' ? await this.guest.ask('unbound') : this.unbinding!;
      return `${call}:${outcome(said)}`;
    }
    return undefined;
  }

  private async mapping(): Promise<string> {
    const { shared, pgoff } = this.choices;
    if (this.fails) await this.guest.ask('fail vm_insert_page 1');
    this.fails = false;
    this.choices = { shared: 'true', pgoff: '0' };
    const flags = shared === 'true' ? 'shared' : 'private';
    return `mmap ${flags} ${this.available} ${pgoff === '0' ? 0 : 4096}`;
  }

  /** A write flies until the disk takes it. */
  private async submitted(): Promise<string | undefined> {
    await this.guest.ask('fill');
    const said = await this.guest.ask('write');
    this.flies = said === 'flies';
    return this.flies ? undefined : `io[0].write:${outcome(said)}`;
  }

  private async completed(): Promise<string | undefined> {
    const said = await this.guest.ask('written');
    return Number(said) > 0 ? undefined : `io[0].write:${outcome(said)}`;
  }

  /** With a page in flight the unbind is in memunmap_pages(); without, it has gone on. */
  private async unbindSleeps(): Promise<string | undefined> {
    if (!this.flies) return undefined;
    if (this.unbinding !== 'waits') return 'dev[0].unbind:ok';
    const frames = (await this.guest.ask('sleeps')).split(' ');
    return frames[0] === 'memunmap_pages' ? undefined : `asleep in ${frames[0]}`;
  }

  async observe(): Promise<Readonly<Record<string, string>>> {
    return {};
  }
}
