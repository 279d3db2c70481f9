import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { InputError } from '../src/errors.ts';
import type { KernelFiles } from './archive.ts';
import { atExit } from './cleanup.ts';
import { KERNEL_ARGUMENTS, type Machine } from './machine.ts';

/** The guest stopped answering, or died: the test that was running has no verdict of its own. */
export class GuestError extends Error {
  override readonly name = 'GuestError';
}

/** What the kernel says on its console when it has found a defect in itself. */
const COMPLAINT =
  /(BUG:|WARNING:|Oops|Kernel panic|general protection|UBSAN|KASAN|possible (recursive|circular) locking|refcount_t).*/;

/**
 * One virtual machine, and the line-based channel to the agent in it. QEMU dies with this process,
 * however that ends: it is started to be killed by the kernel when its parent is gone.
 */
export class Vm {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly directory: string;
  private readonly lines: string[] = [];
  private wake: (() => void) | undefined;
  private ended: string | undefined;
  private complaint = '';
  private readonly forget: () => void;

  constructor(machine: Machine, kernel: KernelFiles, initramfs: string) {
    this.directory = mkdtempSync(join(tmpdir(), 'dmabuf-spec-vm-'));
    this.process = spawn('setpriv', [
      ...['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...machine.args],
      ...['-serial', `file:${this.consoleFile}`, '-kernel', kernel.image],
      ...['-initrd', initramfs, '-append', KERNEL_ARGUMENTS],
    ]);
    this.forget = atExit(() => this.discard());
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.complaint += text;
    });
    this.process.stdin.on('error', () => undefined);
    createInterface(this.process.stdout).on('line', (line) => this.arrived(line));
    this.process.on('error', () => this.end('it could not be started'));
    this.process.on('close', (status) => this.end(`QEMU ended with status ${status}`));
  }

  private get consoleFile(): string {
    return join(this.directory, 'console');
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
  async ready(): Promise<{ release: string; iommufd: boolean }> {
    const failed: string[] = [];
    const deadline = Date.now() + 60_000;
    for (;;) {
      const line = await this.read(deadline - Date.now());
      if (line === undefined) throw new InputError(this.whyNotReady());
      if (line.startsWith('module ')) failed.push(line);
      const ready = /^ready (\S+) lab=(yes|no) iommufd=(yes|no)$/.exec(line);
      if (ready?.[2] === 'yes') return { release: ready[1]!, iommufd: ready[3] === 'yes' };
      if (ready) throw new InputError(this.whyNotLoaded(failed));
    }
  }

  private whyNotLoaded(failed: readonly string[]): string {
    const last = this.console().trim().split('\n').at(-1) ?? '';
    const what = failed.join(', ') || 'the module';
    return `the guest cannot load ${what}; its console ends with: ${last.trim()}`;
  }

  private whyNotReady(): string {
    if (/error|No such file|could not|not found/i.test(this.complaint)) {
      const last = this.complaint.trim().split('\n').at(-1)!;
      return /setpriv: failed to execute/.test(last)
        ? 'there is no qemu-system-x86_64: install the package qemu-system-x86'
        : `QEMU cannot run this machine: ${last}`;
    }
    const console = this.complaints().at(-1) ?? this.console().trim().split('\n').at(-1) ?? '';
    const what = this.ended ? 'ended before its agent answered' : 'did not start its agent in 60 s';
    return `the guest ${what}; its console ends with: ${console || 'nothing'}`;
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
    try {
      return readFileSync(this.consoleFile, 'latin1');
    } catch {
      return '';
    }
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
    this.discard();
    this.forget();
  }

  private discard(): void {
    this.process.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }
}
