import { createHash } from 'node:crypto';
import type { Run } from '../explore/run.ts';
import { formatPath, type Path } from '../paths/labelled-graph.ts';
import { type Explored, partPath } from '../paths/projection.ts';
import type { Suite } from '../paths/suite.ts';
import type { System } from '../system/system.ts';
import { changes, type Observe } from './observables.ts';
import type { PerformedBy } from './performed.ts';
import type { TestCase, TestStep, TestSuite } from './test-suite.ts';
import { titleOfPath, titleOfSteps } from './title.ts';

/** What has to be known to write runs down as tests. */
export interface TestVocabulary {
  readonly performed: PerformedBy;
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
    infeasible: suite.infeasible.map((path) => describeRequired(explored, part, path)),
    tests: suite.runs.map((run) => testOf(system, explored, run, vocabulary, part)),
  };
}

/** Writes one run down as a test; with a part, the title says what that part goes through. */
export function testOf(
  system: System,
  explored: Explored,
  run: Run,
  vocabulary: TestVocabulary,
  part?: number,
): TestCase {
  const { product, local } = explored;
  const width = product.parts.length;
  const seen = run.states.map((state) =>
    vocabulary.observables(local.subarray(state * width, (state + 1) * width)),
  );
  const steps = run.vectors.map(
    (vector, i): TestStep => ({
      kind: vocabulary.performed(vector) ? 'perform' : 'observe',
      label: product.vectors[vector]!.label,
      shows: changes(seen[i]!, seen[i + 1]!),
    }),
  );
  const title =
    part === undefined
      ? titleOfSteps(steps)
      : titleOfPath(product.parts[part]!.name, product.ltss[part]!, partPath(explored, run, part));
  return { id: idOf(system, steps), title, given: seen[0]!, steps };
}

function idOf(system: System, steps: readonly TestStep[]): string {
  const what = [system.name, system.scope, steps.map(({ label }) => label)];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 8);
}

function describeRequired({ product }: Explored, part: number | undefined, path: Path): string {
  if (part !== undefined) return formatPath(product.ltss[part]!, path);
  return path.map(({ label }) => product.vectors[label]!.label).join(', ');
}
