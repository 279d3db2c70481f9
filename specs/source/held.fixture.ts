import type { AnyStateMachine } from 'xstate';
import { flatten } from 'xstate-check';
import {
  type CGraph,
  type CReader,
  compare,
  cSourceOf,
  isAccepted,
  isInside,
  minimised,
  NotRead,
  offersOfMachine,
  Program,
  type Row,
  readFunction,
  readingOf,
  type SourceReader,
  type Tree,
} from 'xstate-check/kernel';
import { cSpecification } from './index.ts';

const { calls, leads, dialect, accepted } = cSpecification;

/** The same row in another reading: a pattern of a call is made anew for each. */
export const keyOfRow = ({ c, label, is }: Row) => `${c} → ${label ?? is ?? 'no step'}`;

/** A machine, what its C is read with, and what comes of other rows. */
export class Held {
  readonly machine: AnyStateMachine;
  readonly tree: Tree;
  readonly #source: Pick<SourceReader, 'unit'>;
  readonly #program: Program;
  readonly #reader: CReader;

  constructor(
    machine: AnyStateMachine,
    tree: Tree,
    source: Pick<SourceReader, 'unit'>,
    reader: CReader,
  ) {
    this.machine = machine;
    this.tree = tree;
    this.#source = source;
    this.#reader = reader;
    const { file, also = [] } = cSourceOf(machine)!;
    this.#program = new Program(
      [file, ...also].map((path) => source.unit(tree, path)!),
      dialect,
    );
  }

  /** The same machine, where one file has another text. */
  where(file: string, text: string): Held {
    const unit = this.#reader.read(file, text);
    const source = {
      unit: (tree: Tree, path: string) => (path === file ? unit : this.#source.unit(tree, path)),
    };
    return new Held(this.machine, this.tree, source, this.#reader);
  }

  /** @throws NotRead */
  graph(rows: (all: readonly Row[]) => readonly Row[] = (all) => all): CGraph {
    const reading = readingOf(this.machine, cSourceOf(this.machine)!, calls, leads);
    const own = { ...reading, rows: rows(reading.rows) };
    return minimised(readFunction(this.#program, own, this.#reader));
  }

  /** What differs with other rows, in a word; undefined where nothing does that is not known. */
  differs(rows: (all: readonly Row[]) => readonly Row[]): string | undefined {
    let graph: CGraph;
    try {
      graph = this.graph(rows);
    } catch (error) {
      if (error instanceof NotRead) return error.message;
      throw error;
    }
    const source = cSourceOf(this.machine)!;
    const { differences } = compare(
      graph,
      offersOfMachine(flatten(this.machine), (label) => isInside(source, label)),
    );
    const known = accepted.filter(({ machine }) => machine === this.machine.id);
    const unknown = differences.find(
      (d) => !known.some((one) => isAccepted(one, this.machine.id, d)),
    );
    return unknown && `after ${unknown.run.at(-1) ?? 'nothing'}`;
  }
}

/** By row: the machines whose C it is met in, those with the fewest steps first. */
export function metIn(all: readonly Held[]): Map<string, Held[]> {
  const met = new Map<string, { held: Held; states: number }[]>();
  for (const held of all) {
    const { rows, steps } = held.graph();
    for (const key of new Set([...rows].map(keyOfRow))) {
      met.set(key, [...(met.get(key) ?? []), { held, states: steps.length }]);
    }
  }
  return new Map(
    [...met].map(([key, users]) => [
      key,
      users.toSorted((a, b) => a.states - b.states).map(({ held }) => held),
    ]),
  );
}

/** Rows without which nothing differs that is not known. */
export function superfluous(met: ReadonlyMap<string, readonly Held[]>): string[] {
  return [...met]
    .filter(([key, users]) =>
      users.every(
        (held) => held.differs((rows) => rows.filter((row) => keyOfRow(row) !== key)) === undefined,
      ),
    )
    .map(([key]) => key);
}

/** Every row of every reading, whether something of the C is it or not. */
export function allRows(all: readonly Held[]): Set<string> {
  return new Set(
    all.flatMap(({ machine }) =>
      readingOf(machine, cSourceOf(machine)!, calls, leads).rows.map(keyOfRow),
    ),
  );
}
