import { InputError, nearest } from '../base/errors.ts';
import { check } from '../check/check.ts';
import type { Counterexample } from '../check/verdict.ts';
import { parseLabel, plainLabel } from '../lts/label.ts';
import type { System } from '../specification/system.ts';

/** What is searched: every order of a design, as a system, for one that keeps some rules. */
export interface Search {
  readonly orders: Iterable<readonly string[]>;
  systemOf(order: readonly string[]): System;
  readonly rules: readonly string[];
  /** The threads whose steps are in question: the others only do what they do. */
  readonly own: readonly string[];
}

/** How many orders break a rule, and which steps none of these repairs. */
export interface BrokenBy {
  readonly rule: string;
  readonly orders: number;
  /** The order whose run is the shortest, and the run, as its labels. */
  readonly order: readonly string[];
  readonly run: readonly string[];
  /**
   * Of the steps that the run of every one of these orders has, the last one of the threads in question
   * and the last one of the others.
   */
  readonly between: readonly [own: string | undefined, other: string | undefined];
}

export interface Searched {
  readonly searched: number;
  /** The orders that keep every rule. */
  readonly kept: readonly (readonly string[])[];
  /** For each rule that some order breaks. Where all of them do, the rule cannot be kept. */
  readonly broken: readonly BrokenBy[];
}

interface Break {
  readonly rule: string;
  readonly order: readonly string[];
  readonly run: readonly string[];
}

/** Judges every order by every rule. @throws InputError where the system of an order does not compose */
export function search({ orders, systemOf, rules, own }: Search): Searched {
  const kept: (readonly string[])[] = [];
  const breaks: Break[] = [];
  let searched = 0;
  for (const order of orders) {
    searched++;
    const found = brokenIn(systemOf(order), rules);
    if (found.length === 0) kept.push(order);
    breaks.push(...found.map((one) => ({ ...one, order })));
  }
  const byRule = rules.map((rule) => breaks.filter((one) => one.rule === rule));
  return {
    searched,
    kept,
    broken: byRule.filter((ofRule) => ofRule.length > 0).map((ofRule) => brokenBy(ofRule, own)),
  };
}

function brokenIn(system: System, rules: readonly string[]): Omit<Break, 'order'>[] {
  const properties = rules.map((rule) => propertyOf(system, rule));
  return check({ ...system, properties }).properties.flatMap((result) => {
    if (result.verdict === 'holds') return [];
    // A rule that an order never puts to the test it does not keep either.
    const run = result.verdict === 'broken' ? labelsOf(result.counterexample) : [];
    return [{ rule: result.property.id, run }];
  });
}

function labelsOf({ space, run }: Counterexample): string[] {
  return run.vectors.map((vector) => space.product.vectors[vector]!.label);
}

function brokenBy(breaks: readonly Break[], own: readonly string[]): BrokenBy {
  const { rule, order, run } = breaks.reduce((best, one) =>
    one.run.length < best.run.length ? one : best,
  );
  const inEvery = run.filter((label) => breaks.every((one) => one.run.includes(label)));
  const isOwn = (label: string) => own.includes(parseLabel(label).thread ?? '');
  const last = (wanted: (label: string) => boolean) => {
    const label = inEvery.findLast(wanted);
    return label === undefined ? undefined : plainLabel(label);
  };
  const between = [last(isOwn), last((label) => !isOwn(label))] as const;
  return { rule, orders: breaks.length, order, run, between };
}

/** @throws InputError for a rule that the system has not */
function propertyOf({ name, properties }: System, rule: string): System['properties'][number] {
  const found = properties.find(({ id }) => id === rule);
  if (found !== undefined) return found;
  const known = properties.map(({ id }) => id);
  throw new InputError(`system '${name}' has no property '${rule}'; ${nearest(rule, known)}`);
}
