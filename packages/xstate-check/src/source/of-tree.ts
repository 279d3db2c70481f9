import type { AnyStateMachine } from 'xstate';
import { InputError } from '../base/errors.ts';
import type { System, SystemFamily } from '../specification/system.ts';
import { NotRead } from './ast.ts';
import { type FunctionReading, functionReadings } from './function-readings.ts';
import { hasC, leftOutOf, machineOfC, withTree } from './in-system.ts';
import type { SourceReader } from './judge-source.ts';
import { cSourceOf } from './reading.ts';
import type { Tree } from './tree.ts';

/** What a system with C in it has that is not as the C says. */
export interface Besides {
  /** The machines that are not made of the C, and why. */
  readonly kept: readonly Because[];
  /** What of the C is left out, or what the machine does besides, and why. */
  readonly leftOut: readonly (Because & { readonly labels: readonly string[] })[];
}

interface Because {
  readonly machine: string;
  readonly because: string;
}

/** The machines of a specification, made of the C of a tree where it is read. */
export class MachinesOfTree {
  readonly #reader: SourceReader;
  readonly #tree: Tree;
  /** Whose machines stand where the C is not read. */
  readonly #newest: string;
  readonly #readings = new Map<string, FunctionReading>();
  readonly #made = new Map<AnyStateMachine, AnyStateMachine | string>();

  constructor(reader: SourceReader, tree: Tree, newest: string) {
    this.#reader = reader;
    this.#tree = tree;
    this.#newest = newest;
  }

  /**
   * A system of the newest version with the C of the tree in the place of its machines.
   *
   * @param name - of the revision that it is
   * @param told - is told, once, what is not as the C says
   * @throws InputError, when it is built, where nothing of it is made of the C
   */
  family(family: SystemFamily, name: string, told: (besides: Besides) => void): SystemFamily {
    const built = new Map<string, System>();
    const { unread: _, ...same } = family;
    return {
      ...same,
      revisions: [name],
      changeOf: { system: family.name, revision: this.#newest, source: this.#tree.name },
      build: ({ scope }) => {
        const key = JSON.stringify(scope);
        const system = built.get(key) ?? this.#system(family, scope, name);
        if (built.size === 0) told(this.#besides(family, scope, system));
        built.set(key, system);
        return system;
      },
    };
  }

  /** Whether something of a system is made of the C. */
  has(family: SystemFamily): boolean {
    const { parts } = family.build({ scope: family.defaultScope, revision: this.#newest });
    return parts.some((part) => this.#whyKept(part) === undefined);
  }

  /** A machine, made of the C; or why it is not. */
  machine(like: AnyStateMachine): AnyStateMachine | string {
    const made = this.#made.get(like) ?? this.#machine(like);
    this.#made.set(like, made);
    return made;
  }

  #machine(like: AnyStateMachine): AnyStateMachine | string {
    if (cSourceOf(like) === undefined) return NO_C;
    try {
      return machineOfC(this.#reader, this.#tree, like);
    } catch (error) {
      if (error instanceof NotRead) return error.message;
      throw error;
    }
  }

  #system(family: SystemFamily, scope: System['scope'], name: string): System {
    const into = { family, scope, revision: this.#newest };
    const { parts } = family.build(into);
    const readings = parts.flatMap(({ machine }) => this.#readingOf(machine) ?? []);
    const isMeant = (part: System['parts'][number]) => this.#whyKept(part) === undefined;
    if (!parts.some(isMeant)) throw this.#nothingOf(family.name, parts);
    return { ...withTree(this.#reader, this.#tree, readings, into, isMeant), revision: name };
  }

  #nothingOf(system: string, parts: System['parts']): InputError {
    const all = parts.filter(({ machine }) => cSourceOf(machine) !== undefined);
    const whys = all.map((part) => `${part.machine.id}: ${this.#whyKept(part)}`);
    const why =
      whys.find((one) => !one.includes(': no file ')) ??
      whys[0] ??
      'none of its machines stands for a function that is read';
    return new InputError(
      `nothing of system '${system}' is made of the C of '${this.#tree.name}' (${why}): ` +
        'leave out --source, or name another system',
    );
  }

  #besides(family: SystemFamily, scope: System['scope'], made: System): Besides {
    const { parts } = family.build({ scope, revision: this.#newest });
    const kept = new Map<string, Because>();
    for (const part of parts) {
      const { id: machine } = part.machine;
      if (part.kind !== 'procedure' || cSourceOf(part.machine) === undefined) continue;
      const because = this.#whyKept(part);
      if (because !== undefined) kept.set(machine, { machine, because });
    }
    const leftOut = new Map<string, Besides['leftOut'][number]>();
    for (const { machine } of made.parts) {
      for (const { c, machineOnly, reason: because } of leftOutOf(machine)) {
        const labels = [...new Set([...c.map(({ label }) => label), ...machineOnly])];
        leftOut.set(`${machine.id} ${because}`, { machine: machine.id, labels, because });
      }
    }
    return { kept: [...kept.values()], leftOut: [...leftOut.values()] };
  }

  /** Why the C does not stand in the place of a part; undefined where it does. */
  #whyKept(part: System['parts'][number]): string | undefined {
    const source = cSourceOf(part.machine);
    if (source === undefined) return NO_C;
    if (!hasC(part)) {
      const { labels, because } = source.inside!;
      return `it has steps that the C does not show (${labels.join(', ')}: ${because})`;
    }
    const made = this.machine(part.machine);
    return typeof made === 'string' ? made : this.#readingOf(part.machine)?.elsewhere;
  }

  /** What the function of a machine is, at every length of list that is compared. */
  #readingOf(of: AnyStateMachine): FunctionReading | undefined {
    const source = cSourceOf(of);
    if (source === undefined) return undefined;
    const key = `${of.id} ${source.function}`;
    const known = this.#readings.get(key);
    if (known !== undefined) return known;
    const same = this.#reader.specification.machines.filter(
      (machine) => machine.id === of.id && cSourceOf(machine)!.function === source.function,
    );
    const [reading] = functionReadings(
      same.map((machine) => this.#reader.judge(this.#tree, machine)),
    );
    if (reading !== undefined) this.#readings.set(key, reading);
    return reading;
  }
}

const NO_C = 'it stands for no function that is read';
