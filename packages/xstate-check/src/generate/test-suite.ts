import type { Scope } from '../specification/system.ts';

/** The tests of one generated file: they meet one criterion, counted on one part or on a system. */
export interface TestSuite {
  readonly system: string;
  readonly revision: string;
  readonly scope: Scope;
  /** The part on whose machine the criterion is counted; absent where it is the whole system. */
  readonly part?: { readonly name: string; readonly machine: string };
  readonly criterion: string;
  /** Size of what the criterion is counted on. */
  readonly states: number;
  readonly transitions: number;
  /** How many paths the criterion requires; all but the infeasible ones are in the tests. */
  readonly required: number;
  /** What no run of the system contains, and in how many required paths it is. */
  readonly obstacles: readonly { readonly obstructs: number; readonly path: string }[];
  readonly tests: readonly TestCase[];
}

export interface TestCase {
  /** Depends on system, scope and steps alone: the same run has the same id in every suite. */
  readonly id: string;
  /** One line. */
  readonly title: string;
  /** What can be seen before the first step. */
  readonly given: Observables;
  readonly steps: readonly TestStep[];
}

/** What can be seen from outside: `{ 'lamp.lit': 'true' }`. */
export type Observables = Readonly<Record<string, string>>;

export interface TestStep {
  /** Whether the test does the step, or waits for it to happen. */
  readonly kind: 'perform' | 'observe';
  readonly label: string;
  /** What can be seen to be different after the step. */
  readonly shows: Observables;
}

/** The value of an observable of which nothing is known from here on. */
export const UNSTATED = '?';

/** Where a suite is kept, below the directory of all generated tests. */
export function suitePath({ system, part, criterion }: TestSuite): string {
  return `${system}/${part?.machine ?? 'system'}.${criterion.replaceAll(' ', '-')}.test.txt`;
}
