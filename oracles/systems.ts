import { check, defaultRevision, type Expectation, type System } from 'xstate-check';
import { modelOf, propertyName } from 'xstate-check/engine';
import { specification } from '../specs/catalogue.ts';
import { differences } from './findings.ts';
import { brokenLeadsTo, ours, withUnfairLocks } from './ours.ts';
import { rumurFindings } from './rumur.ts';
import { compileFair, compileSafety, spinBreaks, spinFindings } from './spin.ts';
import { inDirectory } from './tools.ts';

/** What was compared of one system of the specification. */
export interface SystemComparison {
  readonly name: string;
  readonly states: number;
  readonly transitions: number;
  readonly broken: number;
  /** Of how many leads-to properties the verdict under weak fairness was compared. */
  readonly leadsTo: number;
  readonly disagreements: readonly string[];
  readonly seconds: number;
}

/** What is checked quickly: systems and leads-to properties of at most so many states. */
const QUICK = { states: 6_000, leadsTo: 1_100 };
const FULL = { states: Number.POSITIVE_INFINITY, leadsTo: 5_000 };

export interface Task {
  readonly system: System;
  readonly expected?: Expectation;
  readonly withLeadsTo: boolean;
}

/**
 * Every system at its default scope and newest revision; and, so that verdicts of what is broken
 * are compared, the smallest of its revisions that breaks a rule of safety.
 */
export function tasks(quick: boolean): Task[] {
  const most = quick ? QUICK : FULL;
  const { families, expectations } = specification;
  return families.flatMap((family) => {
    const scope = family.defaultScope;
    const known = expectations.filter(
      (one) => one.system === family.name && JSON.stringify(one.scope) === JSON.stringify(scope),
    );
    const newest = defaultRevision(specification, family);
    const breaking = known
      .filter(({ revision }) => revision !== newest)
      .filter(({ properties }) => Object.values(properties).some((finding) => finding !== 'holds'))
      .sort((a, b) => a.states - b.states)[0]?.revision;
    return [newest, ...(breaking === undefined ? [] : [breaking])].flatMap((revision) => {
      const expected = known.find((one) => one.revision === revision);
      if (expected !== undefined && expected.states > most.states) return [];
      const withLeadsTo = expected !== undefined && expected.states <= most.leadsTo;
      const system = family.build({ scope, revision });
      return [{ system, ...(expected !== undefined && { expected }), withLeadsTo }];
    });
  });
}

export function compareSystem({ system, expected, withLeadsTo }: Task): Promise<SystemComparison> {
  const started = performance.now();
  return inDirectory(async (directory) => {
    const model = modelOf(system);
    const here = ours(model, check(system));
    const disagreements: string[] = [];
    if (expected !== undefined && expected.states !== here.states) {
      disagreements.push(`states: ${here.states}, and the manifest says ${expected.states}`);
    }
    await compileSafety(directory, model, '-O1');
    disagreements.push(...differences(here, await spinFindings(directory, model), 'SPIN'));
    disagreements.push(...differences(here, await rumurFindings(directory, model, '-O1'), 'Rumur'));
    const compared = withLeadsTo ? await compareLeadsTo(directory, system, disagreements) : 0;
    return {
      name: `${system.name} ${system.revision}`,
      states: here.states,
      transitions: here.transitions,
      broken: here.broken.size,
      leadsTo: compared,
      disagreements,
      seconds: (performance.now() - started) / 1_000,
    };
  });
}

/** SPIN has weak fairness only, so that here too locks are handed to anybody. */
async function compareLeadsTo(
  directory: string,
  system: System,
  disagreements: string[],
): Promise<number> {
  const unfair = withUnfairLocks(system);
  const model = modelOf(unfair);
  if (model.leadsTo.length === 0) return 0;
  await compileFair(directory, model, '-O1');
  const here = brokenLeadsTo(unfair);
  for (const property of model.leadsTo) {
    const isBroken = await spinBreaks(directory, propertyName(property));
    if (isBroken === here.get(property.id)) continue;
    disagreements.push(
      `${property.id}, weak fairness: ${isBroken ? 'broken by SPIN, holds here' : 'holds by SPIN, broken here'}`,
    );
  }
  return model.leadsTo.length;
}
