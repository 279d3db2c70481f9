import { createHash } from 'node:crypto';
import type { Run } from '../explore/run.ts';
import { formatPath, type Path } from '../paths/labelled-graph.ts';
import { type Explored, partPath } from '../paths/projection.ts';
import type { Suite } from '../paths/suite.ts';
import type { System } from '../specification/system.ts';
import { changes, type Observe } from './observables.ts';
import type { TestCase, TestStep, TestSuite } from './test-suite.ts';
import { titlesOfPaths, titlesOfSteps } from './titles.ts';

/** What has to be known to write runs down as tests. */
export interface TestVocabulary {
  /** Whether a test does the step of this vector; otherwise it waits for it to happen. */
  readonly performed: (vector: number) => boolean;
  readonly observables: Observe;
}

/** Writes the runs of a suite down as tests, in the order of the suite. */
export function testSuiteOf(
  system: System,
  explored: Explored,
  suite: Suite,
  vocabulary: TestVocabulary,
): TestSuite {
  const { part, criterion, states, transitions, required } = suite;
  return {
    system: system.name,
    revision: system.revision,
    scope: system.scope,
    ...(part !== undefined && {
      part: {
        name: explored.product.parts[part]!.name,
        machine: explored.product.ltss[part]!.name,
      },
    }),
    criterion,
    states,
    transitions,
    required,
    obstacles: suite.obstacles.map(({ obstructs, path }) => ({
      obstructs,
      path: describeRequired(explored, part, path),
    })),
    tests: testsOf(system, explored, suite.runs, vocabulary, part),
  };
}

/** Writes runs down as tests; with a part, the titles say what that part goes through. */
export function testsOf(
  system: System,
  explored: Explored,
  runs: readonly Run[],
  vocabulary: TestVocabulary,
  part?: number,
): TestCase[] {
  const { product } = explored;
  const bodies = runs.map((run) => bodyOf(explored, run, vocabulary));
  const titles =
    part === undefined
      ? titlesOfSteps(bodies.map(({ steps }) => steps))
      : titlesOfPaths(
          product.parts[part]!.name,
          product.ltss[part]!,
          runs.map((run) => partPath(explored, run, part)),
        );
  return bodies.map((body, i) => ({ id: idOf(system, body.steps), title: titles[i]!, ...body }));
}

function bodyOf(
  { product, local }: Explored,
  run: Run,
  { performed, observables }: TestVocabulary,
): Pick<TestCase, 'given' | 'steps'> {
  const width = product.parts.length;
  const seen = run.states.map((state) =>
    observables(local.subarray(state * width, (state + 1) * width)),
  );
  const steps = run.vectors.map(
    (vector, i): TestStep => ({
      kind: performed(vector) ? 'perform' : 'observe',
      label: product.vectors[vector]!.label,
      shows: changes(seen[i]!, seen[i + 1]!),
    }),
  );
  return { given: seen[0]!, steps };
}

function idOf(system: System, steps: readonly TestStep[]): string {
  const what = [system.name, system.scope, steps.map(({ label }) => label)];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 8);
}

function describeRequired({ product }: Explored, part: number | undefined, path: Path): string {
  if (part !== undefined) return formatPath(product.ltss[part]!, path);
  return path.map(({ label }) => product.vectors[label]!.label).join(', ');
}
