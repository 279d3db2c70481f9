import { join } from 'node:path';
import type { KernelFiles } from './archive.ts';
import { sources } from './compile.ts';
import { makeImage, program } from './image.ts';
import type { Machine } from './machine.ts';
import { boot, GuestError, type Vm } from './vm.ts';

/** What an init of its own has of the agent. */
const SHARED = ['setup', 'channel', 'files', 'stack'];
/** How long the guest may take for an answer, on a host that is busy. */
const PATIENCE = 180_000;

/** A guest whose init takes a command a line, and answers with a line. */
export class CommandGuest {
  private constructor(
    private readonly vm: Vm,
    readonly release: string,
  ) {}

  /**
   * @param folder - that of its `init.c`
   * @param modules - those of the kernel that it loads beside those that each guest does
   */
  static async boot(
    kernel: KernelFiles,
    machine: Machine,
    folder: string,
    modules: readonly string[] = [],
  ): Promise<CommandGuest> {
    const files = [
      join(sources(folder), 'init.c'),
      ...SHARED.map((name) => join(sources('agent'), `${name}.c`)),
    ];
    const image = await makeImage(kernel, {
      init: await program(`${folder}-init`, files),
      modules,
    });
    const { vm, release } = await boot(machine, kernel, image);
    return new CommandGuest(vm, release);
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
