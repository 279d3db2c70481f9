import type { AnyStateMachine } from 'xstate';
import type { System, SystemFamily } from '../system/system.ts';
import { NotRead } from './ast.ts';
import { type FunctionReading, functionReadings } from './function-readings.ts';
import { hasC, machineOfC, readingOfPart, withTree } from './in-system.ts';
import type { SourceReader } from './judge-source.ts';
import { cSourceOf } from './reading.ts';
import type { Tree } from './tree.ts';

/** Why a machine of a system is not that of the C of a tree. */
export interface Kept {
  readonly machine: string;
  readonly because: string;
}

/** The machines of a specification, made of the C of a tree where it is read. */
export class MachinesOfTree {
  readonly #reader: SourceReader;
  readonly #tree: Tree;
  /** Whose machines stand where the C is not read. */
  readonly #newest: string;
  readonly #readings = new Map<AnyStateMachine, FunctionReading>();

  constructor(reader: SourceReader, tree: Tree, newest: string) {
    this.#reader = reader;
    this.#tree = tree;
    this.#newest = newest;
  }

  /**
   * A system of the newest version with the C of the tree in the place of its machines.
   *
   * @param name - of the revision that it is
   * @param kept - is told, once, which machines are those of the newest version all the same
   */
  family(family: SystemFamily, name: string, kept: (all: readonly Kept[]) => void): SystemFamily {
    const built = new Map<string, System>();
    const { unread: _, ...same } = family;
    return {
      ...same,
      revisions: [name],
      changeOf: { system: family.name, revision: this.#newest, by: 'source' },
      build: ({ scope }) => {
        const known = built.get(JSON.stringify(scope));
        if (known !== undefined) return known;
        const into = { family, scope, revision: this.#newest };
        const { parts } = family.build(into);
        const readings = parts.flatMap(({ machine }) => this.#readingOf(machine) ?? []);
        const isMeant = (part: System['parts'][number]) => whyKept(part, readings) === undefined;
        if (built.size === 0) kept(keptOf(parts, readings));
        const made = withTree(this.#reader, this.#tree, readings, into, isMeant);
        const system = { ...made, revision: name };
        built.set(JSON.stringify(scope), system);
        return system;
      },
    };
  }

  /** A machine, made of the C where that is read; undefined where it is not. */
  machine(like: AnyStateMachine): AnyStateMachine | undefined {
    if (cSourceOf(like) === undefined) return undefined;
    try {
      return machineOfC(this.#reader, this.#tree, like);
    } catch (error) {
      if (error instanceof NotRead) return undefined;
      throw error;
    }
  }

  #readingOf(machine: AnyStateMachine): FunctionReading | undefined {
    if (cSourceOf(machine) === undefined) return undefined;
    const known = this.#readings.get(machine);
    if (known !== undefined) return known;
    const [reading] = functionReadings([this.#reader.judge(this.#tree, machine)]);
    this.#readings.set(machine, reading!);
    return reading;
  }
}

/** Why the C does not stand in the place of a part; undefined where it does. */
function whyKept(
  part: System['parts'][number],
  readings: readonly FunctionReading[],
): string | undefined {
  const source = cSourceOf(part.machine);
  if (source === undefined) return 'no C is known of it';
  if (!hasC(part)) {
    const { labels, because } = source.inside!;
    return `it has steps that the C does not show (${labels.join(', ')}: ${because})`;
  }
  const reading = readingOfPart(readings, part);
  return reading?.unread ?? reading?.elsewhere;
}

/** The procedures that stand for C, and are not made of it. */
function keptOf(parts: System['parts'], readings: readonly FunctionReading[]): Kept[] {
  const kept = new Map<string, string>();
  for (const part of parts) {
    if (part.kind !== 'procedure' || cSourceOf(part.machine) === undefined) continue;
    const because = whyKept(part, readings);
    if (because !== undefined) kept.set(part.machine.id, because);
  }
  return [...kept].map(([machine, because]) => ({ machine, because }));
}
