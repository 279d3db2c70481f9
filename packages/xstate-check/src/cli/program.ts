import type { Command } from 'commander';
import type { Terminal } from '../base/terminal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';

/** Adds a command to the program; `finished` takes its exit status. */
export type AddCommand = (
  program: Command,
  terminal: Terminal,
  finished: (status: number) => void,
) => void;

/** What the command line works on: a specification, and the commands that it adds to the tool's. */
export interface Program extends Catalogue {
  readonly commands?: readonly AddCommand[];
}
