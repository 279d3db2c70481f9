import type { AnyStateMachine } from 'xstate';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { SuiteSource } from '../catalogue/suites.ts';
import type { Lts } from '../lts/lts.ts';
import { ltsOf, type Product } from '../system/product.ts';
import type { Replay } from './play.ts';
import type { Coverage } from './protocol.ts';
import type { Runs } from './runs.ts';

/** A transition by names, which are the same in every variation of a machine: state, label. */
type Named = readonly [state: string, label: string];

/** What something outside took of a machine: a trace, or the tests that an implementation passed. */
export interface TakenElsewhere {
  readonly name: string;
  /** By the id of the machine, where the transitions are known by name. */
  readonly transitions?: ReadonlyMap<string, readonly Named[]>;
  /** The ids of the tests that passed, by suite. */
  readonly passed?: ReadonlyMap<string, ReadonlySet<string>>;
}

/** How runs of a suite are replayed. */
export type ReplayOf = (
  suite: string,
  steps: readonly string[],
) => { readonly product: Product; readonly replay: Replay };

/**
 * Which transitions of a machine the generated tests take, and what else was given took. Variations
 * of a machine differ in the numbers of their states, so that transitions are compared by name.
 */
export function coverageOf(
  catalogue: Catalogue,
  machine: AnyStateMachine,
  runs: Runs,
  replayOf: ReplayOf,
  elsewhere: readonly TakenElsewhere[],
): Coverage {
  const lts = ltsOf(machine);
  const sources = catalogue.suites.filter(({ system }) =>
    system.parts.some((part) => part.machine.id === machine.id),
  );
  const taken = new Map(
    sources.map((source) => [source.name, takenBy(source, machine.id, runs, replayOf)]),
  );
  const all = [...taken.values()].flatMap((tests) => [...tests.values()]);
  const passedIn = ({ passed, transitions }: TakenElsewhere) => [
    ...[...taken].flatMap(([suite, tests]) =>
      [...tests].flatMap(([id, keys]) => (passed?.get(suite)?.has(id) ? [keys] : [])),
    ),
    ...(transitions?.has(machine.id)
      ? [new Set(transitions.get(machine.id)!.map(([state, label]) => keyOf(state, label)))]
      : []),
  ];
  return {
    machine: machine.id,
    transitions: lts.edges.size,
    by: [
      ...(all.length === 0 ? [] : [{ name: 'generated tests', covered: numbered(lts, all) }]),
      ...[...taken].map(([suite, tests]) => ({
        name: `tests of ${suite}`,
        covered: numbered(lts, [...tests.values()]),
      })),
      ...elsewhere.map((one) => ({ name: one.name, covered: numbered(lts, passedIn(one)) })),
    ],
  };
}

/** For each test of a suite the transitions of the machine that its run takes. */
function takenBy(
  source: SuiteSource,
  machine: string,
  runs: Runs,
  replayOf: ReplayOf,
): Map<string, ReadonlySet<string>> {
  const taken = new Map<string, ReadonlySet<string>>();
  for (const { tests } of runs.generated(source.name).suites) {
    for (const { id, steps } of tests) {
      if (taken.has(id)) continue;
      const { product, replay } = replayOf(
        source.name,
        steps.map(({ label }) => label),
      );
      taken.set(id, transitionsIn(product, replay, machine));
    }
  }
  return taken;
}

function transitionsIn(
  { vectors, parts, ltss }: Product,
  replay: Replay,
  machine: string,
): Set<string> {
  const keys = new Set<string>();
  replay.vectors.forEach((vector, i) => {
    for (const { part, local } of vectors[vector]!.participants) {
      if (parts[part]!.machine.id !== machine) continue;
      const from = replay.locals[i]![part]!;
      const { states, labels } = ltss[part]!;
      if (local[from]! >= 0) keys.add(keyOf(states[from]!.name, labels[local[from]!]!));
    }
  });
  return keys;
}

/** The transitions as `state label` by the numbers of this machine, in their order. */
function numbered(lts: Lts, taken: readonly ReadonlySet<string>[]): string[] {
  const keys = new Set(taken.flatMap((one) => [...one]));
  return [...lts.edges.keys()]
    .sort((a, b) => a - b)
    .flatMap((edge) => {
      const state = Math.floor(edge / lts.labels.length);
      const label = edge % lts.labels.length;
      return keys.has(keyOf(lts.states[state]!.name, lts.labels[label]!))
        ? [`${state} ${label}`]
        : [];
    });
}

function keyOf(state: string, label: string): string {
  return JSON.stringify([state, label]);
}
