import { join } from 'node:path';
import type { KernelFiles } from './archive.ts';
import { cFilesIn, sources } from './compile.ts';
import { makeImage, program } from './image.ts';
import type { Machine } from './machine.ts';
import { boot, GuestError, type Vm } from './vm.ts';

/** What an init of its own has of the agent. */
const SHARED = ['setup', 'channel', 'files', 'stack'];
/** How long the guest may take for an answer, on a host that is busy. */
const PATIENCE = 180_000;

/** What the image of a guest that takes commands is made of. */
interface Parts {
  /** That of the sources of its init. */
  readonly folder: string;
  /** What that has of the agent, beside what each has. */
  readonly agent?: readonly string[];
  /** The modules of the kernel that it loads beside those that each guest does. */
  readonly modules?: readonly string[];
  /** One of ours, loaded last. */
  readonly module?: string;
}

/** A guest whose init takes a command a line, and answers with a line. */
export class CommandGuest {
  private constructor(
    private readonly vm: Vm,
    readonly release: string,
  ) {}

  static async boot(
    kernel: KernelFiles,
    machine: Machine,
    { folder, agent = [], modules = [], module }: Parts,
  ): Promise<CommandGuest> {
    const files = [
      ...cFilesIn(sources(folder)),
      ...[...SHARED, ...agent].map((name) => join(sources('agent'), `${name}.c`)),
    ];
    const image = await makeImage(kernel, {
      init: await program(`${folder}-init`, files),
      modules,
      ...(module === undefined ? {} : { module }),
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

  console(): string {
    return this.vm.console();
  }

  async stop(): Promise<void> {
    await this.vm.stop();
  }
}
