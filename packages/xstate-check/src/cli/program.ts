import type { Command } from 'commander';
import type { Terminal } from '../base/terminal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Kept } from '../keep/kept.ts';
import type { Beside } from './workers.ts';

/** Adds a command to the program; `finished` takes its exit status. */
export type AddCommand = (
  program: Command,
  terminal: Terminal,
  finished: (status: number) => void,
) => void;

/** What the command line works on: a specification, and the commands that it adds to the tool's. */
export interface Program extends Pick<Catalogue, 'program' | 'description'> {
  /** Whether it has systems of its own; the tool alone is about those of files. */
  readonly isSpecified: boolean;
  /** Whether it reads C, so that machines can be made of a source tree. */
  readonly readsC: boolean;
  /** Everything it says. That takes a second to load, and only a command that needs it asks. */
  readonly load: () => Promise<Catalogue>;
  /** What it says of one system, for a check of that alone; nothing where everything is to be loaded. */
  readonly loadSystem?: (name: string) => Promise<Catalogue | undefined>;
  readonly commands?: readonly AddCommand[];
  /** What is known from before; absent where everything is found anew. */
  readonly kept?: Kept;
  /** The threads that work beside the first; absent where one does everything. */
  readonly beside?: Beside;
}

/** A specification that is loaded already. */
export function programOf(catalogue: Catalogue, commands: readonly AddCommand[] = []): Program {
  const { program, description, families, ofSource } = catalogue;
  return {
    ...(program !== undefined && { program }),
    description,
    isSpecified: families.length > 0,
    readsC: ofSource !== undefined,
    load: async () => catalogue,
    commands,
  };
}
