import type { AnyStateMachine } from 'xstate';
import { flatten } from '../lts/flatten.ts';
import type { Call } from '../specification/call.ts';
import { NotRead, type Place } from './ast.ts';
import { compare, type Difference, offersOfMachine } from './compare.ts';
import type { Dialect } from './dialect.ts';
import { type Exit, exitsOf, untakenOf } from './exits.ts';
import type { CGraph, Note } from './graph.ts';
import { minimised } from './minimise.ts';
import type { OperationTable } from './operations.ts';
import { type OutsideFunction, type OutsideTable, outsideOf } from './outside.ts';
import { CONFLICT, type CReader, type Unit } from './parse.ts';
import { Program } from './program.ts';
import { reachable } from './reach.ts';
import { type CSource, cSourceOf, isInside, readingOf, renamedReading } from './reading.ts';
import { readFunction } from './run.ts';
import type { Tree } from './tree.ts';
import { type FunctionVersion, type NearestVersion, nearestVersion } from './versions.ts';

/** What a specification says of the C that its machines stand for. */
export interface CSpecification {
  readonly dialect: Dialect;
  /** Every procedure that has C, each as large as it is compared; one machine may be there twice. */
  readonly machines: readonly AnyStateMachine[];
  readonly calls: readonly Call[];
  /** Members that lead from an object to another one, in all functions. */
  readonly leads: Readonly<Record<string, string>>;
  /** Directories of headers, which files of C share. */
  readonly headers: readonly string[];
  /** Where a machine and the C are known to differ, and why. */
  readonly accepted: readonly AcceptedDifference[];
  /** What a machine was in other versions, where that is known. */
  readonly versions?: (machine: AnyStateMachine) => readonly FunctionVersion[];
  /** Functions for which no machine stands, and that touch what the machines are about. */
  readonly outside?: OutsideTable;
  /** Ways out of functions that no machine takes in the newest kernel, and why. */
  readonly exits?: Readonly<Record<string, string>>;
  /** What everybody can do with what he holds. */
  readonly operations?: OperationTable;
}

/** A place where the C and a machine part, which is known. */
export interface AcceptedDifference {
  readonly machine: string;
  /** The step after which they part. */
  readonly after: string;
  /** What only the C can do there, and what only the machine can. */
  readonly c: readonly string[];
  readonly machineOnly: readonly string[];
  /** Of an older version of the function, and not of the newest. */
  readonly isOlder?: true;
  readonly reason: string;
}

/** What is said of one machine and its C. */
export interface SourceVerdict {
  readonly machine: string;
  readonly size: string;
  readonly function: string;
  readonly place?: Place;
  readonly verdict: 'equal' | 'differs' | 'not read';
  readonly states?: number;
  /** Those that nobody knew of. */
  readonly differences: readonly Difference[];
  readonly known: readonly { readonly difference: Difference; readonly reason: string }[];
  readonly unread?: NotRead;
  readonly assumptions: readonly Note[];
  readonly choices: readonly Note[];
  readonly unlabelled: readonly Note[];
  /** The functions that were gone into. */
  readonly read: readonly string[];
  /** Their returns and jumps. */
  readonly exits: readonly Exit[];
  /** Of one that is not equal: the version that it is, or is nearest to. */
  readonly nearest?: NearestVersion;
}

/** Where the C of machines is, beyond what they say of it: files of a patch, functions it renames. */
export interface Surroundings {
  /** More files, whose functions are gone into. */
  readonly files?: readonly string[];
  /** By the name that a machine has: the name that the function has in the tree. */
  readonly renamed?: ReadonlyMap<string, string>;
}

/** Reads the functions of a tree that machines stand for, each file once. */
export class SourceReader {
  readonly specification: CSpecification;
  readonly #reader: CReader;
  readonly #units = new Map<Tree, Map<string, Unit | undefined>>();
  /** Files of two trees that say the same are read once. */
  readonly #read = new Map<string, Unit>();
  /** Machines of the same files share what was made of them. */
  readonly #programs = new Map<string, Program>();
  readonly #numbers = new Map<Unit, number>();

  constructor(specification: CSpecification, reader: CReader) {
    this.specification = specification;
    this.#reader = reader;
  }

  /** A file of a tree, read; undefined where the tree has none of this path. */
  unit(tree: Tree, path: string): Unit | undefined {
    const units = this.#units.get(tree) ?? new Map<string, Unit | undefined>();
    this.#units.set(tree, units);
    if (!units.has(path)) {
      const text = tree.read(path);
      units.set(path, text === undefined ? undefined : this.#unitOf(path, text));
    }
    return units.get(path);
  }

  #unitOf(path: string, text: string): Unit {
    const key = `${path}\0${text}`;
    const unit = this.#read.get(key) ?? this.#reader.read(path, text);
    this.#read.set(key, unit);
    return unit;
  }

  /**
   * The C of a machine.
   *
   * @throws NotRead for what is not read, a file among them that the tree has not
   */
  graph(
    tree: Tree,
    machine: AnyStateMachine,
    around: Surroundings = {},
    shows: 'steps' | 'everything' = 'steps',
  ): CGraph {
    const { program, reading } = this.#readingOf(tree, machine, around);
    return minimised(readFunction(program, reading, this.#reader, shows));
  }

  /** Every function that the reading of a machine can come to, in the files that the tree has. */
  reach(tree: Tree, machine: AnyStateMachine, around: Surroundings = {}): ReadonlySet<string> {
    const has = (path: string) => this.unit(tree, path) !== undefined;
    const { file, also = [] } = cSourceOf(machine)!;
    const absent = [file, ...also].filter((path) => !has(path));
    const present = { ...around, files: [...(around.files ?? []), ...absent] };
    const { program, reading } = this.#readingOf(tree, machine, present);
    return reachable(program, reading);
  }

  #readingOf(tree: Tree, machine: AnyStateMachine, around: Surroundings) {
    const source = cSourceOf(machine);
    if (source === undefined) {
      throw new NotRead('a machine that names no function', { file: machine.id, line: 0 });
    }
    const { calls, leads } = this.specification;
    const program = this.#programOf(this.#unitsOf(tree, source, around));
    const reading = readingOf(machine, source, calls, leads);
    return { program, reading: renamedReading(reading, around.renamed ?? new Map()) };
  }

  #programOf(units: readonly Unit[]): Program {
    const numberOf = (unit: Unit) => {
      const number = this.#numbers.get(unit) ?? this.#numbers.size;
      this.#numbers.set(unit, number);
      return number;
    };
    const key = units.map(numberOf).join();
    const program = this.#programs.get(key) ?? new Program(units, this.specification.dialect);
    this.#programs.set(key, program);
    return program;
  }

  /** The files that a machine names, then more; one that a patch has moved is among those. */
  #unitsOf(tree: Tree, source: CSource, { files = [] }: Surroundings): Unit[] {
    const own = [source.file, ...(source.also ?? [])];
    const more = files.filter((path) => !own.includes(path));
    const found = more.flatMap((path) => this.unit(tree, path) ?? []);
    const units = own.flatMap((path) => {
      const unit = this.unit(tree, path);
      if (unit !== undefined) return [readable(unit)];
      if (files.includes(path)) return [];
      throw new NotRead(`no file ${path} in the tree`, { file: path, line: 0 });
    });
    return [...units, ...found];
  }

  /** Whether a machine is what the C of a tree says. */
  judge(tree: Tree, machine: AnyStateMachine): SourceVerdict {
    const source = cSourceOf(machine)!;
    const about = { machine: machine.id, size: sizeOf(machine), function: source.function };
    const nothing = {
      ...{ differences: [], known: [], assumptions: [], choices: [], unlabelled: [] },
      read: [],
      exits: [],
    };
    let graph: CGraph;
    try {
      graph = this.graph(tree, machine);
    } catch (error) {
      if (!(error instanceof NotRead)) throw error;
      return { ...about, ...nothing, verdict: 'not read', unread: error };
    }
    const { known, unknown } = this.#compared(graph, machine);
    const { choices, unlabelled } = graph;
    const place = graph.read.get(source.function)!;
    const { inside } = source;
    const assumptions = [
      ...graph.assumptions,
      ...(inside === undefined
        ? []
        : [{ text: `${inside.labels.join(', ')} not compared: ${inside.because}`, place }]),
    ];
    return {
      ...about,
      place,
      verdict: unknown.length === 0 ? 'equal' : 'differs',
      states: graph.steps.length,
      differences: unknown,
      known,
      assumptions,
      choices: choices.map(({ c, text, place }) => ({ text: c ?? text, place })),
      unlabelled,
      read: [...graph.read.keys()],
      exits: this.#exitsOf(tree, graph),
      ...(unknown.length > 0 && this.#nearest(graph, machine)),
    };
  }

  /** Where the C and a machine part: what is accepted, and what is not. */
  #compared(graph: CGraph, machine: AnyStateMachine, hides: readonly string[] = []) {
    const source = cSourceOf(machine)!;
    const { differences } = compare(
      graph,
      offersOfMachine(
        flatten(machine),
        (label) => isInside(source, label) || hides.some((one) => isOutcomeOf(one, label)),
      ),
    );
    const { accepted } = this.specification;
    const known = differences.flatMap((difference) => {
      const one = accepted.find((candidate) => isAccepted(candidate, machine.id, difference));
      return one === undefined ? [] : [{ difference, reason: one.reason }];
    });
    const unknown = differences.filter((d) => !known.some(({ difference }) => difference === d));
    return { known, unknown };
  }

  #nearest(graph: CGraph, machine: AnyStateMachine): { nearest?: NearestVersion } {
    const versions = this.specification.versions?.(machine) ?? [];
    const nearest = nearestVersion(
      versions,
      (other) => this.#compared(graph, other.machine, other.elsewhere?.labels).unknown,
    );
    return nearest === undefined ? {} : { nearest };
  }

  #exitsOf(tree: Tree, { read, followed }: CGraph): Exit[] {
    return [...read].flatMap(([name, { file }]) => {
      const fn = this.unit(tree, file)?.functions.get(name);
      return fn === undefined ? [] : exitsOf(fn, followed);
    });
  }

  /** Ways out of the functions that were gone into that no machine takes. */
  untaken(tree: Tree, verdicts: readonly SourceVerdict[]) {
    const met = verdicts.flatMap(({ exits }) => exits);
    return untakenOf(met, tree, this.specification.exits ?? {});
  }

  /** Functions of a tree that no machine stands for, and that touch what the machines are about. */
  outside(tree: Tree, verdicts: readonly SourceVerdict[]): OutsideFunction[] {
    const { dialect, outside, machines } = this.specification;
    if (outside === undefined) return [];
    const units = outside.files.flatMap((file) => this.unit(tree, file) ?? []);
    const own = machines.flatMap((machine) => entryFunctions(cSourceOf(machine)!));
    const read = new Set([...own, ...verdicts.flatMap((verdict) => verdict.read)]);
    return outsideOf(units, dialect, outside, read);
  }
}

/** Of a file that is refused, nothing is made up, also where another one leads into it. */
function readable(unit: Unit): Unit {
  const refused = [...unit.unread.values()].find(({ construct }) => construct === CONFLICT);
  if (refused !== undefined) throw refused;
  return unit;
}

/** Whether a label is a step, or one of its outcomes: `lock.take` of `lock.take:1`. */
function isOutcomeOf(step: string, label: string): boolean {
  return label === step || label.startsWith(`${step}:`);
}

/** The functions by which a machine is entered. */
function entryFunctions(source: CSource): string[] {
  return [source.function, ...source.entries.flatMap((entry) => entry.function ?? [])];
}

/** `2 × i` of a machine whose labels have an index. */
function sizeOf(machine: AnyStateMachine): string {
  const { index = {} } = (machine.root.meta ?? {}) as { index?: Record<string, number> };
  return Object.entries(index)
    .map(([name, size]) => `${name} < ${size}`)
    .join(', ');
}

/** Whether a difference is one that is known: indices do not matter. */
export function isAccepted(
  accepted: AcceptedDifference,
  machine: string,
  { run, c, other }: Difference,
): boolean {
  const plain = (label: string) => label.replace(/\[\d+\]/g, '[]');
  const only = (labels: readonly { label: string }[], others: readonly { label: string }[]) =>
    labels
      .map(({ label }) => label)
      .filter((label) => !others.some((o) => o.label === label))
      .map(plain)
      .sort()
      .join();
  return (
    accepted.machine === machine &&
    plain(accepted.after) === plain(run.at(-1) ?? '') &&
    accepted.c.map(plain).sort().join() === only(c, other) &&
    accepted.machineOnly.map(plain).sort().join() === only(other, c)
  );
}
