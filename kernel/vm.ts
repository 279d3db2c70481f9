import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { InputError } from 'xstate-check';
import type { KernelFiles } from './archive.ts';
import { atExit } from './cleanup.ts';
import { ConsoleFile } from './console-file.ts';
import type { GuestImage } from './image.ts';
import { assertLoaded, type LoadedModule } from './loaded.ts';
import { KERNEL_ARGUMENTS, type Machine } from './machine.ts';

/** The guest stopped answering, or died: the test that was running has no verdict of its own. */
export class GuestError extends Error {
  override readonly name = 'GuestError';
  /** What more there is to say, a line each. */
  readonly details: readonly string[];

  constructor(message: string, details: readonly string[] = []) {
    super(message);
    this.details = details;
  }
}

/** What the kernel says on its console when it has found a defect in itself. */
const COMPLAINT =
  /(BUG:|kernel BUG at|WARNING:|Oops|Kernel panic|general protection|UBSAN|KASAN|possible (recursive|circular) locking|refcount_t).*/;

function argumentsOf({ append }: Machine): string {
  return append === undefined ? KERNEL_ARGUMENTS : `${KERNEL_ARGUMENTS} ${append}`;
}

/** What printk puts before a line. */
const TIME = /^\[ *\d+\.\d+\] /;

/** What a guest says when it is up. */
export interface Ready {
  readonly release: string;
  readonly iommufd: boolean;
  /** The kernel, and the modules that it was given. */
  readonly loaded: readonly LoadedModule[];
}

/** An emulated machine is up in 6 s where nothing else runs, and in a minute on a busy one. */
const UP_WITHIN = 180_000;

/** A guest whose agent did not answer. */
export class BootError extends InputError {}

/**
 * One virtual machine, and the line-based channel to the agent in it. QEMU dies with this process,
 * however that ends: it is started to be killed by the kernel when its parent is gone.
 */
export class Vm {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly consoleFile: ConsoleFile;
  private readonly lines: string[] = [];
  private wake: (() => void) | undefined;
  private ended: string | undefined;
  private complaint = '';
  private readonly forget: () => void;

  constructor(machine: Machine, kernel: KernelFiles, initramfs: string) {
    this.consoleFile = new ConsoleFile();
    const { writing } = this.consoleFile;
    this.process = spawn(
      'setpriv',
      [
        ...['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...machine.args],
        ...['-serial', 'file:/dev/fd/3', '-kernel', kernel.image],
        ...['-initrd', initramfs, '-append', argumentsOf(machine)],
      ],
      { stdio: ['pipe', 'pipe', 'pipe', writing] },
    ) as ChildProcessWithoutNullStreams;
    this.forget = atExit(() => this.process.kill('SIGKILL'));
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.complaint += text;
    });
    this.process.stdin.on('error', () => undefined);
    createInterface(this.process.stdout).on('line', (line) => this.arrived(line));
    this.process.on('error', () => this.end('it could not be started'));
    this.process.on('close', (status) => this.end(`QEMU ended with status ${status}`));
  }

  private arrived(line: string): void {
    this.lines.push(line);
    this.wake?.();
  }

  private end(reason: string): void {
    this.ended ??= reason;
    this.wake?.();
  }

  /** Waits for the agent. @throws InputError that says why it did not come */
  async ready(): Promise<Ready> {
    const failed: string[] = [];
    const loaded: LoadedModule[] = [];
    const deadline = Date.now() + UP_WITHIN;
    for (;;) {
      const line = await this.read(deadline - Date.now());
      if (line === undefined) throw this.notReady();
      if (line.startsWith('module ')) failed.push(line);
      const [, name, id] = /^loaded (\S+) (\S+)$/.exec(line) ?? [];
      if (name !== undefined) loaded.push({ name, buildId: id === '-' ? undefined : id });
      const ready = /^ready (\S+) lab=(yes|no) iommufd=(yes|no)$/.exec(line);
      if (ready?.[2] === 'yes') return { release: ready[1]!, iommufd: ready[3] === 'yes', loaded };
      if (ready) throw new InputError(this.whyNotLoaded(failed));
    }
  }

  private whyNotLoaded(failed: readonly string[]): string {
    const what = failed.join(', ') || 'the module';
    return `the guest cannot load ${what}; its console ends with: ${this.lastWords()}`;
  }

  /** The last lines of the console, after the last in which the kernel complained of itself. */
  lastWords(): string {
    const lines = this.console()
      .split('\n')
      .map((line) => line.replace(TIME, '').trim());
    const said = lines.filter((line) => line !== '');
    const last = [...new Set([...this.complaints().slice(-1), ...said.slice(-3)])];
    return last.length === 0 ? 'nothing' : last.join(' | ');
  }

  private notReady(): InputError {
    if (/error|No such file|could not|not found/i.test(this.complaint)) {
      const last = this.complaint.trim().split('\n').at(-1)!;
      return new InputError(
        /setpriv: failed to execute/.test(last)
          ? 'there is no qemu-system-x86_64: install the package qemu-system-x86'
          : `QEMU cannot run this machine: ${last}`,
      );
    }
    const late = `did not start its agent in ${UP_WITHIN / 1000} s`;
    const what = this.ended ? 'ended before its agent answered' : late;
    return new BootError(`the guest ${what}; its console ends with: ${this.lastWords()}`);
  }

  send(line: string): void {
    if (this.ended === undefined) this.process.stdin.write(`${line}\n`);
  }

  /** The next line of the agent; undefined after so many milliseconds, or when the guest is gone. */
  async read(milliseconds: number): Promise<string | undefined> {
    if (this.lines.length === 0 && this.ended === undefined && milliseconds > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = undefined;
    }
    return this.lines.shift();
  }

  get alive(): boolean {
    return this.ended === undefined;
  }

  /** Whether QEMU itself has crashed, which says nothing about the kernel in it. */
  get crashed(): boolean {
    return this.process.signalCode === 'SIGSEGV';
  }

  console(): string {
    return this.consoleFile.text();
  }

  /** Lines in which the kernel has complained of itself. */
  complaints(): string[] {
    return this.console()
      .split('\n')
      .flatMap((line) => COMPLAINT.exec(line)?.[0].trim() ?? []);
  }

  /** Ends the machine, whatever state it is in. */
  async stop(): Promise<void> {
    this.process.kill('SIGKILL');
    while (this.ended === undefined) await this.read(1_000);
    this.consoleFile.close();
    this.forget();
  }
}

/** An emulator that translates code while another of its threads changes it crashes a guest at times. */
const BOOTS = 2;

/** Boots a machine, once more where its agent did not answer. @throws InputError that says why */
export async function boot(
  machine: Machine,
  kernel: KernelFiles,
  image: GuestImage,
): Promise<{ vm: Vm } & Ready> {
  for (let boots = 1; ; boots++) {
    const vm = new Vm(machine, kernel, image.file);
    try {
      const ready = await vm.ready();
      assertLoaded(image.modules, ready.loaded);
      return { vm, ...ready };
    } catch (error) {
      await vm.stop();
      if (!(error instanceof BootError) || boots === BOOTS) throw error;
    }
  }
}
