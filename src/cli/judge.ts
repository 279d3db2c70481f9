import { check, type SystemResult } from '../check/check.ts';
import type { Bounds } from '../explore/explore.ts';
import { withoutVariant } from '../lts/label.ts';
import { withoutInstance } from '../matrix/instances.ts';
import { own } from '../own.ts';
import type { ReducedResult } from '../reduce/check-reduced.ts';
import type { Scope, System, SystemFamily } from '../system/system.ts';
import type { Catalogue, Expectation } from './catalogue.ts';

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
 * The same at a scope of which the manifest need not speak: there what is known to break at the
 * default scope may break, in any instance, and nothing else.
 */
export function judgeForConfidence<Result extends AnyResult>(
  checkIt: (system: System, bounds: Bounds) => Result,
  catalogue: Catalogue,
  family: SystemFamily,
  options: At,
  bounds: Bounds,
): Judged<Result> {
  const judged = judgeBy(checkIt, catalogue, family, options, bounds);
  const { revision } = options;
  const atDefault = expectationOf(catalogue, family, { revision, scope: family.defaultScope });
  if (judged.expectation !== undefined || atDefault === undefined) return judged;
  const expectation = enlarged(judged.result, atDefault);
  return { ...judged, expectation, differences: differencesOf(judged.result, expectation) };
}

/** What is expected of a change: that it breaks nothing but what is known to be broken without it. */
export function asBefore(
  { expectations }: Catalogue,
  { changeOf }: SystemFamily,
  result: AnyResult,
): Expectation | undefined {
  const before = expectations.find(
    ({ system, revision }) => system === changeOf?.system && revision === changeOf.revision,
  );
  return before === undefined ? undefined : enlarged(result, before);
}

/** What the manifest says of a system at a revision and scope. */
export function expectationOf(
  catalogue: Catalogue,
  family: SystemFamily,
  { scope, revision }: { readonly scope: Scope; readonly revision: string },
): Expectation | undefined {
  return catalogue.expectations.find(
    (e) =>
      e.system === family.name &&
      e.revision === revision &&
      JSON.stringify(e.scope) === JSON.stringify(scope),
  );
}

/** What an expectation says of another scope, or of a change: what may break, nothing of its size. */
function enlarged(result: AnyResult, known: Expectation): Expectation {
  const broken = Object.entries(known.properties).filter(([, finding]) => finding !== 'holds');
  const expected = (id: string, verdict: string) =>
    verdict !== 'broken'
      ? 'holds'
      : (broken.find(([of]) => withoutInstance(of) === withoutInstance(id))?.[1] ?? 'holds');
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
        `${property.id}: ${verdict}, expected ${wanted === 'holds' ? 'holds' : `broken (${wanted})`}`,
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
  return verdict === 'unfinished' || verdict === (wanted === 'holds' ? 'holds' : 'broken');
}

/** The labels of a run, one a step, as tests and mails compare them. */
export function labelsOf(
  result: Pick<SystemResult, 'space'>,
  vectors: readonly number[],
): string[] {
  return vectors.map((vector) => withoutVariant(result.space.product.vectors[vector]!.label));
}
