import { plainLabel, withoutVariant } from '../lts/label.ts';
import type { Target } from '../target/target.ts';
import { type Observables, type TestCase, type TestSuite, UNSTATED } from './test-suite.ts';

/** How the tests of a suite went. */
export interface SuiteResult {
  readonly passed: readonly TestCase[];
  readonly failed: readonly Failure[];
  readonly skipped: readonly Skip[];
  /** Observables that tests state and the target never showed, so that nothing was compared. */
  readonly unseen: readonly string[];
}

export interface Failure {
  readonly test: TestCase;
  /** The step that did not go as it should, from 1; 0 for what can be seen before the first. */
  readonly step: number;
  /** A label, or an observable with its value. */
  readonly expected: string;
  /** What happened instead; absent where nothing did. */
  readonly actual?: string;
  /** What the target was about to do instead. */
  readonly pending: readonly string[];
}

export interface Skip {
  readonly test: TestCase;
  /** The first label that the target cannot do. */
  readonly label: string;
}

export interface RunOptions<Scope = unknown> {
  /** The objects that the tests need. */
  readonly scope: Scope;
  /** Called after each test. */
  readonly progress?: (test: TestCase, outcome: 'passed' | 'failed' | 'skipped') => void;
}

/**
 * Drives a target through the tests of a suite, each from afresh. A test ends at its first
 * difference: another label than the step's (variant and thread aside), or an observable with
 * another value. A test with a label that the target cannot do is skipped.
 */
export async function runSuite<Scope>(
  suite: TestSuite,
  target: Target<Scope>,
  options: RunOptions<Scope>,
): Promise<SuiteResult> {
  const passed: TestCase[] = [];
  const failed: Failure[] = [];
  const skipped: Skip[] = [];
  const seen = new Set<string>();
  for (const test of suite.tests) {
    const obstacle = test.steps.find(
      ({ label }) => !target.ability(withoutVariant(label), options.scope),
    );
    const failure = obstacle ? undefined : await runTest(test, target, options.scope, seen);
    if (obstacle) skipped.push({ test, label: obstacle.label });
    else if (failure) failed.push(failure);
    else passed.push(test);
    options.progress?.(test, obstacle ? 'skipped' : failure ? 'failed' : 'passed');
  }
  const unseen = statedBy([...passed, ...failed.map(({ test }) => test)]);
  return { passed, failed, skipped, unseen: unseen.filter((key) => !seen.has(key)) };
}

async function runTest<Scope>(
  test: TestCase,
  target: Target<Scope>,
  scope: Scope,
  seen: Set<string>,
): Promise<Failure | undefined> {
  await target.reset(scope);
  let stated = test.given;
  for (let step = 0; ; step++) {
    const difference = differenceIn(stated, await target.observe(), seen);
    if (difference) return { test, step, ...difference, pending: [] };
    const next = test.steps[step];
    if (next === undefined) return undefined;
    const { actual, pending } = await target.step(withoutVariant(next.label));
    if (actual === undefined || plainLabel(actual) !== plainLabel(next.label)) {
      const happened = actual === undefined ? {} : { actual };
      return { test, step: step + 1, expected: next.label, ...happened, pending: pending ?? [] };
    }
    stated = { ...stated, ...next.shows };
  }
}

function differenceIn(
  stated: Observables,
  shown: Observables,
  seen: Set<string>,
): { expected: string; actual: string } | undefined {
  for (const key of Object.keys(shown)) seen.add(key);
  const different = Object.keys(stated).find(
    (key) => stated[key] !== UNSTATED && shown[key] !== undefined && shown[key] !== stated[key],
  );
  if (different === undefined) return undefined;
  return {
    expected: `${different} = ${stated[different]}`,
    actual: `${different} = ${shown[different]}`,
  };
}

/** The observables that tests state, sorted. */
function statedBy(tests: readonly TestCase[]): string[] {
  const keys = tests.flatMap(({ given, steps }) => [
    ...Object.keys(given),
    ...steps.flatMap(({ shows }) => Object.keys(shows)),
  ]);
  return [...new Set(keys)].sort();
}
