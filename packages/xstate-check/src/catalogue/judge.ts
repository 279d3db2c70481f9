import { own } from '../base/own.ts';
import { check, type SystemResult } from '../check/check.ts';
import type { Bounds } from '../explore/explore.ts';
import { withoutVariant } from '../lts/label.ts';
import type { ReducedResult } from '../reduce/check-reduced.ts';
import type { Scope, System, SystemFamily } from '../specification/system.ts';
import type { Catalogue, Expectation } from './catalogue.ts';
import { withoutInstance } from './instances.ts';
import { type Broken, brokenIn, expectationsOf, isSameScope, saysBroken } from './known.ts';

/** What is judged is found by visiting every state, or by reduction. */
export type AnyResult = SystemResult | ReducedResult;

/** A system's result beside what the manifest expects of it. */
export interface Judged<Result extends AnyResult = SystemResult> {
  readonly family: SystemFamily;
  readonly result: Result;
  readonly expectation: Expectation | undefined;
  /** What differs, as sentences; empty where everything is as expected. */
  readonly differences: readonly string[];
  readonly milliseconds: number;
}

/** What is compared with the manifest; what reduction counts is not comparable. */
export interface Outcome {
  readonly states: number;
  readonly transitions?: number;
  readonly depth?: number;
  readonly properties: readonly { readonly property: { readonly id: string }; verdict: string }[];
}

interface At {
  readonly scope: Scope;
  readonly revision: string;
}

export function judge(
  catalogue: Catalogue,
  family: SystemFamily,
  options: At,
  bounds: Bounds = {},
): Judged {
  return judgeBy(check, catalogue, family, options, bounds);
}

/** @param checkIt - `check`, or `checkReduced` */
export function judgeBy<Result extends AnyResult>(
  checkIt: (system: System, bounds: Bounds) => Result,
  catalogue: Catalogue,
  family: SystemFamily,
  options: At,
  bounds: Bounds,
): Judged<Result> {
  const start = performance.now();
  const result = checkIt(family.build(options), bounds);
  const expectation =
    expectationOf(catalogue, family, options) ?? asBefore(catalogue, family, result);
  const differences = differencesOf(result, expectation);
  return { family, result, expectation, differences, milliseconds: performance.now() - start };
}

/**
 * The same at a scope of which the manifest need not speak: there what is known to break at another
 * one may break, in any instance, and nothing else.
 */
export function judgeForConfidence<Result extends AnyResult>(
  checkIt: (system: System, bounds: Bounds) => Result,
  catalogue: Catalogue,
  family: SystemFamily,
  options: At,
  bounds: Bounds,
): Judged<Result> {
  const judged = judgeBy(checkIt, catalogue, family, options, bounds);
  const known = expectationsOf(catalogue, family, options.revision);
  if (judged.expectation !== undefined || known.length === 0) return judged;
  const expectation = enlarged(
    judged.result,
    known[0]!,
    brokenIn(catalogue, family, options.revision),
  );
  return { ...judged, expectation, differences: differencesOf(judged.result, expectation) };
}

/** What is expected of a change: that it breaks nothing but what is known to be broken without it. */
export function asBefore(
  catalogue: Catalogue,
  { changeOf }: SystemFamily,
  result: AnyResult,
): Expectation | undefined {
  const family = catalogue.families.find(({ name }) => name === changeOf?.system);
  if (family === undefined) return undefined;
  const { revision } = changeOf!;
  const known = expectationsOf(catalogue, family, revision);
  // Of a scope that the manifest has, what it says of that one; else of all.
  const same = known.filter(({ scope }) => isSameScope(scope, result.scope));
  const expectations = same.length > 0 ? same : known;
  const [before] = expectations;
  return before && enlarged(result, before, brokenIn({ expectations }, family, revision));
}

/** What the manifest says of a system at a revision and scope. */
export function expectationOf(
  catalogue: Catalogue,
  family: SystemFamily,
  { scope, revision }: { readonly scope: Scope; readonly revision: string },
): Expectation | undefined {
  return catalogue.expectations.find(
    (e) => e.system === family.name && e.revision === revision && isSameScope(e.scope, scope),
  );
}

/** What an expectation says of another scope, or of a change: what may break, nothing of its size. */
function enlarged(result: AnyResult, known: Expectation, broken: readonly Broken[]): Expectation {
  const of = (id: string) =>
    broken.find(({ property }) => withoutInstance(property) === withoutInstance(id));
  const expected = (id: string, verdict: string) =>
    verdict === 'broken' ? (of(id)?.by.join(', ') ?? 'holds') : 'holds';
  const { scope } = result;
  const { states, transitions, depth } = { ...known, ...result };
  const properties = Object.fromEntries(
    result.properties.map(({ property: { id }, verdict }) => [id, expected(id, verdict)]),
  );
  return { ...known, scope, states, transitions, depth, properties };
}

/** What differs from the manifest; without an entry in it every property is expected to hold. */
export function differencesOf(outcome: Outcome, expectation: Expectation | undefined): string[] {
  return expectation === undefined ? unexpected(outcome) : compare(outcome, expectation);
}

function unexpected(outcome: Outcome): string[] {
  return outcome.properties.flatMap(({ property, verdict }) =>
    verdict === 'holds' || verdict === 'unfinished' ? [] : [`${property.id} is ${verdict}`],
  );
}

function compare(outcome: Outcome, expected: Expectation): string[] {
  const differences: string[] = [];
  const isFinished = outcome.properties.every(({ verdict }) => verdict !== 'unfinished');
  const isWhole = outcome.depth !== undefined;
  for (const key of isFinished && isWhole ? (['states', 'transitions', 'depth'] as const) : []) {
    if (outcome[key] !== expected[key]) {
      differences.push(`${key}: ${outcome[key]}, expected ${expected[key]}`);
    }
  }
  for (const { property, verdict } of outcome.properties) {
    const wanted = own(expected.properties, property.id);
    if (wanted === undefined) differences.push(`${property.id}: not in the manifest`);
    else if (!isExpected(verdict, wanted))
      differences.push(
        `${property.id}: ${verdict}, expected ${saysBroken(wanted) ? `broken (${wanted})` : wanted}`,
      );
  }
  for (const id of Object.keys(expected.properties)) {
    if (!outcome.properties.some(({ property }) => property.id === id)) {
      differences.push(`${id}: in the manifest, but not a property of the system`);
    }
  }
  return differences;
}

/** What was stopped contradicts nothing. */
export function isExpected(verdict: string, wanted: string): boolean {
  const expected = saysBroken(wanted) ? 'broken' : wanted;
  return verdict === 'unfinished' || verdict === expected;
}

/** The labels of a run, one a step, as tests and mails compare them. */
export function labelsOf(
  result: Pick<SystemResult, 'space'>,
  vectors: readonly number[],
): string[] {
  return vectors.map((vector) => withoutVariant(result.space.product.vectors[vector]!.label));
}
