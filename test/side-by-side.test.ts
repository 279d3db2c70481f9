import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  callOf,
  compose,
  type Explored,
  exploreForPaths,
  observablesOf,
  parseLabel,
  type SuiteSource,
  withoutVariant,
} from 'xstate-check';
import type { Target } from 'xstate-check/target';
import { Simulator } from '../simulator/index.ts';
import { forRealKernels, suites } from '../specs/suites.ts';
import type { TargetScope } from '../targets/target-scope.ts';

/**
 * Random walks over the machines and the simulated kernel side by side. A walk is a list of
 * numbers, each of which chooses one of the steps that are possible; fast-check shrinks it to the
 * shortest walk on which the two part.
 */
/**
 * A hot reset waits for the pages of every device of the set before it locks the first, and locks
 * them in the order of a list; the machines lock each as soon as its own pages are back.
 */
const ordered = suites.filter(
  ({ name }) => name !== 'p2p-hot-reset' && !forRealKernels.includes(name),
);

describe.each(ordered.map((source) => ({ name: source.name, source })))('$name', ({ source }) => {
  const explored = exploreForPaths(compose(source.system));
  const walks = fc.array(fc.nat(997), { maxLength: 60 });

  test('whatever the machines do, the simulated kernel does', async () => {
    await fc.assert(
      fc.asyncProperty(walks, async (choices) => {
        expect(await walk(source, explored, choices)).toEqual({ parted: undefined });
      }),
      { numRuns: 40 },
    );
  });

  test('what the machines refuse at the end of a walk, the simulated kernel refuses', async () => {
    await fc.assert(
      fc.asyncProperty(walks, fc.nat(997), async (choices, pick) => {
        const target = new Simulator();
        const { parted, state } = await walk(source, explored, choices, target);
        expect(parted).toBeUndefined();
        const label = refusedLabel(explored, state!, pick);
        if (label === undefined || isForced(target, label, source.targetScope)) return;
        const { actual } = await target.step(label);
        expect(plain(actual ?? '')).not.toBe(plain(label));
      }),
      { numRuns: 40 },
    );
  });
});

interface Walk {
  /** Where the two parted, and how. */
  readonly parted: { readonly label: string; readonly actual: string | undefined } | undefined;
  readonly state?: number;
}

async function walk(
  source: SuiteSource<TargetScope>,
  { product, graph, local }: Explored,
  choices: readonly number[],
  target?: Simulator,
): Promise<Walk> {
  const kernel = target ?? new Simulator();
  const observe = observablesOf(product);
  const width = product.parts.length;
  await kernel.reset(source.targetScope);
  let state = 0;
  for (const choice of choices) {
    const edges = edgesFrom(product, graph, state);
    if (edges.length === 0) break;
    const edge = edges[choice % edges.length]!;
    const label = withoutVariant(product.vectors[graph.vector[edge]!]!.label);
    const { actual } = await kernel.step(label);
    if (plain(actual ?? '') !== plain(label)) return { parted: { label, actual } };
    state = graph.target[edge]!;
    const stated = observe(local.subarray(state * width, (state + 1) * width));
    const shown = await kernel.observe();
    for (const [key, value] of Object.entries(stated)) {
      if (value !== '?' && shown[key] !== undefined && shown[key] !== value) {
        return { parted: { label: `${label}: ${key} = ${value}`, actual: shown[key] } };
      }
    }
  }
  return target ? { parted: undefined, state } : { parted: undefined };
}

/** The steps from a state but for queueing at a lock, in which the simulated kernel does nothing. */
function edgesFrom(
  product: Explored['product'],
  graph: Explored['graph'],
  state: number,
): number[] {
  const [from, to] = [graph.start[state]!, graph.start[state + 1]!];
  return Array.from({ length: to - from }, (_, n) => from + n).filter(
    (edge) => parseLabel(product.vectors[graph.vector[edge]!]!.label).outcome !== 'wait',
  );
}

/**
 * An answer that the machines do not give in this state to a call to which they give another one:
 * `map:ok`, where it is `map:-ENODEV`.
 */
function refusedLabel(
  { product, graph }: Explored,
  state: number,
  pick: number,
): string | undefined {
  const possible = new Set<string>();
  for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
    possible.add(plain(product.vectors[graph.vector[edge]!]!.label));
  }
  const answered = new Set([...possible].filter(isAnswer).map(callOf));
  const refused = [...new Set(product.vectors.map(({ label }) => plain(label)))].filter(
    (label) => isAnswer(label) && answered.has(callOf(label)) && !possible.has(label),
  );
  return refused.length === 0 ? undefined : refused[pick % refused.length];
}

/** A failure that the environment chooses: out of memory, or how many ranges were exported. */
function isForced(target: Target, label: string, scope: TargetScope): boolean {
  return target.ability(label, scope) === 'force' || label.endsWith('map_file:-EOPNOTSUPP');
}

function isAnswer(label: string): boolean {
  const { outcome } = parseLabel(label);
  return outcome !== undefined && outcome !== 'begin' && outcome !== 'wait';
}

/** A label without thread, as a target and the machines compare it. */
function plain(label: string): string {
  return label.replace(/[#@].*$/, '');
}
