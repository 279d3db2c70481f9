import type { Command } from 'commander';
import type { Terminal } from '../base/terminal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';

/** The tree whose C is meant, of a command. */
export interface SourceOption {
  readonly source?: string;
}

/** A command that takes machines made of C as it takes any, where the specification reads C. */
export function withSource(command: Command, readsC: boolean): Command {
  if (!readsC) return command;
  return command.option('--source <tree>', 'with the C of a source tree in the place of machines');
}

/** What a command is about: the specification, or what is made of the C for it. */
export async function meant<Of extends Omit<Catalogue, 'targets'>>(
  catalogue: Of,
  terminal: Terminal,
  { source: directory }: SourceOption,
  ...names: readonly (string | undefined)[]
): Promise<Of | Catalogue> {
  if (directory === undefined) return catalogue;
  const asked = names.filter((name) => name !== undefined);
  return catalogue.ofSource!({ directory, names: asked }, terminal);
}
