import type { Property, Refinement } from '../check/property.ts';
import { contractOf, judgeRefined, observedBy, visible } from '../check/refinement.ts';
import { checkDeadlock, checkInvariant, checkMonitor } from '../check/safety.ts';
import { checkTotality } from '../check/totality.ts';
import { HOLDS, type Verdict } from '../check/verdict.ts';
import type { Bounds, StateSpace } from '../explore/explore.ts';
import { compose, type Product } from '../system/product.ts';
import type { Scope, System } from '../system/system.ts';
import { withoutWhatPartsExclude } from './abstraction.ts';
import { type Asked, allows, askedBy, type StateProperty } from './asked.ts';
import { type Answer, decide } from './decide.ts';
import { both, either, type Goal, partIs } from './goal.ts';
import { shortestRunTo, spaceAlong } from './shortest.ts';

export interface ReducedResult {
  readonly name: string;
  readonly revision: string;
  readonly scope: Scope;
  /** The most states that one of the explorations kept, and what all of them did together. */
  readonly states: number;
  readonly allStates: number;
  readonly steps: number;
  readonly properties: readonly ReducedPropertyResult[];
}

/** No verdict on what reduction does not keep. */
export type ReducedPropertyResult = {
  readonly property: Property;
} & (Verdict | { readonly verdict: 'not-kept'; readonly reason: string });

const NOT_KEPT =
  'it is about what goes on for ever, which partial-order reduction as done here does not keep: ' +
  'check it without reduction';

/**
 * Judges the properties of a system that speak of single states, as `check` does, by partial-order
 * reduction: invariants, monitors, deadlock, totality and, because the contract is deterministic,
 * refinement. Counterexamples are shortest runs of the whole system.
 *
 * @throws InputError as `check` does
 */
export function checkReduced(system: System, bounds: Bounds = {}): ReducedResult {
  const product = compose(system);
  const reduced = new ReducedCheck(product, bounds);
  const kept = system.properties.filter(isOfStates);
  const verdicts = new Map<Property, Verdict>(reduced.judge(kept));
  for (const property of system.properties) {
    if (property.kind === 'refinement') verdicts.set(property, reduced.judgeRefinement(property));
  }
  const { name, revision, scope } = system;
  return {
    name,
    revision,
    scope,
    ...reduced.cost,
    properties: system.properties.map((property) => ({
      property,
      ...(verdicts.get(property) ?? { verdict: 'not-kept' as const, reason: NOT_KEPT }),
    })),
  };
}

function isOfStates(property: Property): property is StateProperty {
  return ['invariant', 'monitor', 'deadlock', 'totality'].includes(property.kind);
}

interface AskedOf extends Asked {
  readonly property: StateProperty;
  /** What of it is left when parts by themselves exclude the rest; most wrong answers they do. */
  readonly left?: Goal;
}

class ReducedCheck {
  readonly #product: Product;
  readonly #bounds: Bounds;
  readonly cost = { states: 0, allStates: 0, steps: 0 };

  constructor(product: Product, bounds: Bounds) {
    this.#product = product;
    this.#bounds = bounds;
  }

  /**
   * What some parts do not exclude by themselves is looked for in one exploration, apart from
   * wrong answers, which many parts have a say in. What tests a property is noticed on the way, or
   * looked for afterwards.
   */
  judge(properties: readonly StateProperty[]): [Property, Verdict][] {
    const all = properties.map((property) => this.#ask(property));
    const isStop = ({ property }: AskedOf) => property.kind === 'deadlock';
    const isAnswers = ({ property }: AskedOf) => property.kind === 'totality';
    const tests = all.flatMap(({ tested }) => tested);
    const seen = new Set<Goal>();
    const broken = new Set<Goal>();
    const groups = [all.filter((asked) => !isAnswers(asked)), all.filter(isAnswers)];
    for (const group of groups) {
      const goals = group.flatMap((asked) =>
        isStop(asked) || asked.left === undefined ? [] : [asked.left],
      );
      const stop = group.find(isStop)?.broken;
      if (goals.length === 0 && stop === undefined) continue;
      const answer = this.#decide(this.#product, goals, tests, stop);
      for (const [i, goal] of goals.entries()) if (answer.reached[i]) broken.add(goal);
      for (const [i, goal] of tests.entries()) if (answer.seen[i]) seen.add(goal);
      if (answer.stops) broken.add(stop!);
    }
    const isBroken = (asked: AskedOf) => broken.has(isStop(asked) ? asked.broken : asked.left!);
    const open = all.flatMap((asked) => (isBroken(asked) ? [] : asked.tested));
    const isTested = this.#reachable(this.#product, open, (goal) => seen.has(goal));
    return all.map((asked) => {
      const { property, tested } = asked;
      if (isBroken(asked)) return [property, this.#broken(property, asked.broken)];
      if (tested.every(isTested)) return [property, HOLDS];
      return [property, { verdict: 'vacuous', reason: 'it was never put to the test' }];
    });
  }

  #ask(property: StateProperty): AskedOf {
    const asked = askedBy(property, this.#product);
    const left = withoutWhatPartsExclude(asked.broken, this.#product);
    return { property, ...asked, ...(left !== undefined && { left }) };
  }

  judgeRefinement(property: Refinement): Verdict {
    const { lts, space } = contractOf(property.contract, { ...this.#bounds, keepSeen: false });
    const product = observedBy(this.#product, lts);
    const observer = product.parts.length - 1;
    const refused = partIs(product, observer, (local) => local === lts.states.length - 1);
    const uses = usesOf(product);
    const goals = [...uses.values()];
    const answer = this.#decide(product, [refused], goals);
    if (answer.reached[0]) {
      const run = shortestRunTo(product, refused, false, this.#bounds);
      return judgeRefined(spaceAlong(product, run!), property, space);
    }
    const isUsed = this.#reachable(product, goals, (goal) => answer.seen[goals.indexOf(goal)]!);
    const untested = lts.labels.filter((label) => !uses.has(label) || !isUsed(uses.get(label)!));
    if (untested.length < lts.labels.length) return { ...HOLDS, untested };
    return { verdict: 'vacuous', reason: 'no step decides anything that the contract speaks of' };
  }

  #decide(
    product: Product,
    goals: readonly Goal[],
    inPassing: readonly Goal[],
    stop?: Goal,
  ): Answer {
    const question = { goals, inPassing, ...(stop !== undefined && { stop }) };
    const answer = decide(product, question, this.#bounds);
    this.cost.states = Math.max(this.cost.states, answer.states);
    this.cost.allStates += answer.states;
    this.cost.steps += answer.steps;
    return answer;
  }

  /** Which of the goals can be reached; those that were not seen are looked for together. */
  #reachable(
    product: Product,
    goals: readonly Goal[],
    isSeen: (goal: Goal) => boolean,
  ): (goal: Goal) => boolean {
    const unseen = goals.filter((goal) => !isSeen(goal));
    if (unseen.length === 0) return () => true;
    const { reached } = this.#decide(product, unseen, []);
    return (goal) => isSeen(goal) || reached[unseen.indexOf(goal)] === true;
  }

  #broken(property: StateProperty, goal: Goal): Verdict {
    const isStop = property.kind === 'deadlock';
    const run = shortestRunTo(this.#product, goal, isStop, this.#bounds);
    const space = spaceAlong(this.#product, run!);
    return judgeAlong(space, property);
  }
}

/** The run ends in the first state that breaks the property, or there would be a shorter one. */
function judgeAlong(space: StateSpace, property: StateProperty): Verdict {
  switch (property.kind) {
    case 'invariant':
      return checkInvariant(space, property);
    case 'monitor':
      return checkMonitor(space, property);
    case 'deadlock':
      return checkDeadlock(space, property);
    case 'totality':
      return checkTotality(space, property);
  }
}

/** For each label of the contract that some step decides, where such a step can be taken. */
function usesOf(product: Product): Map<string, Goal> {
  const uses = new Map<string, Goal[]>();
  for (const { commits, participants } of product.vectors) {
    if (commits === undefined) continue;
    const label = visible(commits);
    const enabled = both(...participants.map((participant) => allows(product, participant)));
    uses.set(label, [...(uses.get(label) ?? []), enabled]);
  }
  return new Map([...uses].map(([label, goals]) => [label, either(...goals)]));
}
