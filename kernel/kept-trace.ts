import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from 'xstate-check/command';
import type { Guest } from './guest.ts';
import { GuestError } from './vm.ts';

/**
 * What is kept of one path: `ID.trace`, the kernel's own trace; `ID.said`, what host and guest said;
 * `ID.log`, what the kernel said on its console, if anything.
 */
export class KeptTrace {
  private readonly guest: Guest;
  private readonly file: string;
  private readonly logged: number;

  constructor(directory: string, id: string, guest: Guest) {
    mkdirSync(directory, { recursive: true });
    this.file = join(directory, id);
    this.guest = guest;
    this.logged = guest.console().length;
  }

  async start(): Promise<void> {
    this.guest.spoken.length = 0;
    await this.guest.writeTrace('trace');
    await this.guest.writeTrace('tracing_on', '1');
  }

  /** Names in the trace what hangs in the kernel, before everything that it may wait for goes. */
  async hung(): Promise<void> {
    await this.guest.markHung();
  }

  async keep(): Promise<void> {
    await this.guest.writeTrace('tracing_on', '0');
    writeWhole(`${this.file}.trace`, await this.guest.copyTrace());
    this.keepWords();
  }

  /** The same of a guest that is given up: what it still tells. */
  async rescue(): Promise<void> {
    try {
      if (this.guest.alive) {
        await this.guest.markHung();
        await this.keep();
      }
    } catch (error) {
      if (!(error instanceof GuestError)) throw error;
    }
    this.keepWords();
  }

  private keepWords(): void {
    writeWhole(`${this.file}.said`, `${this.guest.spoken.join('\n')}\n`);
    const log = this.guest.console().slice(this.logged);
    if (log !== '') writeWhole(`${this.file}.log`, log);
  }
}
