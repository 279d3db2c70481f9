import { versionOfPackage } from './version.ts';

/** What a program is that is made of this tool and a catalogue. */
export interface ProgramIdentity {
  /** As it is called, which its hints repeat. */
  readonly name: string;
  readonly version: string;
  /** The package that a test of its users imports. */
  readonly package: string;
  readonly words?: Words;
}

/** What the users of a program call things. */
export interface Words {
  /** One of the versions of a system. */
  readonly revision: string;
  /** What runs a thread, and is numbered in a run: `A` gives A0, A1; absent where it has no name. */
  readonly runner?: string;
  /** A scope as `--scope` takes it, for examples: `doors=3,keys=0`. */
  readonly scope: string;
}

const PLAIN: Words = { revision: 'version', scope: 'doors=3,keys=0' };

/** The tool itself, without a catalogue. */
export const TOOL: ProgramIdentity = {
  name: 'xstate-check',
  version: versionOfPackage(import.meta.url),
  package: 'xstate-check',
};

/** A process is one program; a test may be several, one after the other. */
let current: ProgramIdentity = TOOL;

/** Who speaks in this process. */
export function identity(): ProgramIdentity {
  return current;
}

/** What is said of things in this process. */
export function words(): Words {
  return current.words ?? PLAIN;
}

/** How a scope is given to an option. @param things - of how many kinds of things; all where absent */
export function exampleOfScope(things?: number): string {
  return words().scope.split(',').slice(0, things).join(',');
}

/** From now on a program speaks. @returns what lets the one before it speak again */
export function speakAs(identity: ProgramIdentity): () => void {
  const before = current;
  current = identity;
  return () => {
    current = before;
  };
}
