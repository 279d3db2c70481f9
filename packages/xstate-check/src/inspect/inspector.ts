import { setImmediate } from 'node:timers/promises';
import { type AnyStateMachine, createMachine } from 'xstate';
import { InputError } from '../base/errors.ts';
import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import type { Chart } from '../chart/chart.ts';
import { chartOf } from '../chart/chart-of.ts';
import { svgOf } from '../chart/svg.ts';
import { mermaid } from '../export/mermaid.ts';
import { find } from '../find/find.ts';
import { nodesOf } from '../lts/snapshot.ts';
import { answersOf } from '../matrix/answers.ts';
import { ltsOf, partNamed } from '../system/product.ts';
import { type AskedBeside, Beside } from './beside.ts';
import { comparisonNamed, comparisonView } from './comparison.ts';
import { coverageOf, type TakenElsewhere } from './coverage.ts';
import { chartOnce, machineView } from './machine-view.ts';
import { findingsView, matrixView, type OverviewOptions, overviewOf } from './pages.ts';
import { Player } from './play.ts';
import type {
  AnswersView,
  BesideView,
  ComparisonView,
  Coverage,
  ExportRequest,
  FindingsView,
  FindView,
  MachineView,
  MatrixView,
  Overview,
  Play,
  PlayRequest,
  Statements,
  SystemView,
  Words,
} from './protocol.ts';
import { mailOf, runAsTest, runShown } from './run-export.ts';
import { Runs, type RunsOptions } from './runs.ts';
import { statementsOf } from './statements.ts';
import { type Composed, Subjects } from './subjects.ts';
import { systemView } from './system-view.ts';
import { wordsOf } from './words.ts';

/** A machine by itself, or a part of what can be played. */
export interface NamedMachine {
  readonly name: string;
  readonly kind: string;
  readonly machine: AnyStateMachine;
}

export interface InspectorOptions extends OverviewOptions, RunsOptions {
  /** What traces, or runs of an implementation, took of the machines. */
  readonly taken: readonly TakenElsewhere[];
}

/** Most states of a machine that somebody else's program sends to be drawn. */
const MOST_NODES = 2_000;

/** Most states that are looked at for a page, which is not to hold up the others. */
const MOST_STATES = 1_000_000;

/** What the page is told, without HTTP: views of a catalogue, made when they are asked for. */
export class Inspector {
  readonly runs: Runs;
  readonly #catalogue: Catalogue;
  readonly #options: InspectorOptions;
  readonly #subjects: Subjects;
  readonly #players = new WeakMap<Composed, Player>();
  readonly #coverage = new WeakMap<AnyStateMachine, Coverage>();
  #matrix: MatrixView | undefined;
  readonly #comparisons = new Map<string, ComparisonView>();
  readonly #answers = new Map<string, AnswersView>();
  #words: Words | undefined;

  constructor(catalogue: Catalogue, options: InspectorOptions) {
    this.#catalogue = catalogue;
    this.#options = options;
    this.#subjects = new Subjects(catalogue);
    this.runs = new Runs(catalogue, options);
  }

  /** Makes what the first pages take, a little at a time, so that questions are answered between. */
  async warm(stopped: () => boolean): Promise<void> {
    for (const { name, machine } of this.#catalogue.machines) {
      if (stopped()) return;
      if (!this.#options.complaints?.has(name)) ltsOf(machine);
      await setImmediate();
    }
    const [first] = this.#catalogue.machines;
    if (first !== undefined) await chartOnce(first.machine);
  }

  overview(): Overview {
    const { taken: _, file: __, ...options } = this.#options;
    const paths = (suite: string) => this.runs.count(suite);
    return overviewOf(this.#catalogue, this.runs.entries(), paths, options);
  }

  system(subject: PlayRequest['subject']): SystemView {
    return systemView(this.#subjects.get(subject));
  }

  play({ subject, steps, at }: PlayRequest): Play {
    return this.#player(this.#subjects.get(subject)).play(steps, at);
  }

  statements(subject: PlayRequest['subject']): Statements {
    return statementsOf(this.#subjects.get(subject));
  }

  /** @throws InputError for a condition that cannot be read, or speaks of what the subject has not */
  find(subject: PlayRequest['subject'], condition: string, number: number): FindView {
    const { system } = this.#subjects.get(subject);
    const found = find(system, condition, number, { states: MOST_STATES, threads: 1 });
    const { run, states, isComplete } = found;
    return {
      ...{ condition: found.condition, number, states, isComplete },
      ...(run !== undefined && {
        steps: run.run.vectors.map((vector) => run.space.product.vectors[vector]!.label),
      }),
    };
  }

  /** @throws InputError for a name that no machine has */
  machineNamed(name: string): NamedMachine {
    return findByName('machine', name, this.#catalogue.machines, (machine) => machine.name);
  }

  /** @throws InputError for a part that the subject has not */
  partOf(subject: PlayRequest['subject'], part: string): NamedMachine {
    const { product } = this.#subjects.get(subject);
    const { machine, kind } = product.parts[partNamed(product, part)]!;
    return { name: machine.id, kind, machine };
  }

  machine({ name, kind, machine }: NamedMachine): Promise<MachineView> {
    return machineView(name, kind, machine, this.#options.complaints?.get(name));
  }

  /** @param form - `svg` or `mermaid` */
  async diagram({ machine }: NamedMachine, form: string): Promise<string> {
    if (form === 'mermaid') return mermaid(machine);
    if (form === 'svg') return svgOf(await chartOnce(machine));
    throw new InputError(`a diagram is written as svg or mermaid, not as '${form}'`);
  }

  /**
   * The chart of a machine of somebody else's program, from its definition as `@statelyai/inspect`
   * sends it: JSON, or the text of it.
   *
   * @throws InputError where it is no machine
   */
  async chart(definition: unknown): Promise<Chart> {
    try {
      const config: unknown = typeof definition === 'string' ? JSON.parse(definition) : definition;
      if (typeof config !== 'object' || config === null) throw new Error('it is no object');
      const machine = createMachine(config) as unknown as AnyStateMachine;
      const count = nodesOf(machine.root).length;
      if (count > MOST_NODES) throw new Error(`${count} states are more than are drawn`);
      return await chartOf(machine);
    } catch (error) {
      throw new InputError(`this definition is no machine: ${(error as Error).message}`);
    }
  }

  coverage({ machine }: NamedMachine): Coverage {
    let coverage = this.#coverage.get(machine);
    if (coverage === undefined) {
      const replayOf = (suite: string, steps: readonly string[]) => {
        const composed = this.#subjects.get({ suite });
        return { product: composed.product, replay: this.#player(composed).replay(steps) };
      };
      const { taken } = this.#options;
      coverage = coverageOf(this.#catalogue, machine, this.runs, replayOf, taken);
      this.#coverage.set(machine, coverage);
    }
    return coverage;
  }

  /** @throws InputError for a system that there is not */
  matrix(system?: string): MatrixView {
    if (system !== undefined) return matrixView(this.#catalogue, system);
    this.#matrix ??= matrixView(this.#catalogue);
    return this.#matrix;
  }

  /** @throws InputError for a comparison that there is not */
  comparison(name: string): ComparisonView {
    const known = this.#comparisons.get(name);
    if (known !== undefined) return known;
    const view = comparisonView(this.#catalogue, comparisonNamed(this.#catalogue, name));
    this.#comparisons.set(name, view);
    return view;
  }

  /** @throws InputError for a comparison that there is not */
  answers(name: string): AnswersView {
    const known = this.#answers.get(name);
    if (known !== undefined) return known;
    const view = { calls: answersOf(this.#catalogue, comparisonNamed(this.#catalogue, name)) };
    this.#answers.set(name, view);
    return view;
  }

  /** @throws InputError for what there is not, and for a rule that neither design breaks */
  beside(asked: AskedBeside): BesideView {
    const comparison = comparisonNamed(this.#catalogue, asked.comparison);
    const player = (subject: PlayRequest['subject']) => {
      const composed = this.#subjects.get(subject);
      return { composed, player: this.#player(composed) };
    };
    const { rows } = this.comparison(asked.comparison);
    return new Beside(this.#catalogue, comparison, this.runs, player).of(asked, rows);
  }

  words(): Words {
    this.#words ??= wordsOf(this.#catalogue, this.#options.complaints);
    return this.#words;
  }

  findings(): FindingsView {
    return findingsView(this.#catalogue);
  }

  /** A run as a text of columns, or as a test. @throws InputError where a step of it is refused */
  export({ subject, steps, at, what, route }: ExportRequest): string {
    const composed = this.#subjects.get(subject);
    const player = this.#player(composed);
    const run = steps.slice(0, at);
    const replay = player.replay(run);
    if (replay.refused !== undefined) {
      throw new InputError(`step ${replay.refused + 1}, '${run[replay.refused]}', is refused`);
    }
    if (what !== 'test') {
      const shown = runShown(composed, replay, player.play(run).properties.at(-1)!);
      return what === 'run' ? shown.text : mailOf(composed, shown, route);
    }
    const { vectors } = composed.product;
    const suite =
      'suite' in subject
        ? this.#catalogue.suites.find(({ name }) => name === subject.suite)
        : undefined;
    const performed = (vector: number) =>
      suite?.performed(composed.product, vector) ?? vectors[vector]!.initiator < 0;
    return runAsTest(composed, replay, performed);
  }

  #player(composed: Composed): Player {
    let player = this.#players.get(composed);
    if (player === undefined) {
      player = new Player(composed);
      this.#players.set(composed, player);
    }
    return player;
  }
}
