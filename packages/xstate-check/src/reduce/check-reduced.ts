import { assertDifferentIds, type PropertyResult } from '../check/check.ts';
import { checkLeadsTo } from '../check/leads-to.ts';
import { judgeRefined, observedBy } from '../check/refinement.ts';
import { checkRest } from '../check/rest.ts';
import { checkDeadlock, checkInvariant, checkMonitor } from '../check/safety.ts';
import { checkTotality } from '../check/totality.ts';
import { vacuous } from '../check/vacuous.ts';
import { HOLDS, type Verdict } from '../check/verdict.ts';
import { BoundReached, type Bounds, type StateSpace } from '../explore/explore.ts';
import type { LeadsTo, Property, Refinement, Rest } from '../specification/property.ts';
import type { Scope, System } from '../specification/system.ts';
import type { StateProperty } from './asked.ts';
import { type AskedOfSystem, askedOfSystem, questionOf } from './asked-of-system.ts';
import { type Answer, decide } from './decide.ts';
import type { Goal } from './goal.ts';
import { firstRestless, judgeRested, judgeRestless } from './rest-reduced.ts';
import { shortestRunTo, spaceAlong } from './shortest.ts';
import { WholeSpace } from './whole-space.ts';

export interface ReducedResult {
  readonly name: string;
  readonly revision: string;
  readonly scope: Scope;
  /** States that were kept, and steps that were taken to find them. */
  readonly states: number;
  readonly steps: number;
  readonly properties: readonly PropertyResult[];
  /** The bound that stopped it, in words; nothing is judged then. */
  readonly stopped?: string;
}

/**
 * Judges the properties of a system as `check` does, by partial-order reduction: all of them in one
 * exploration, but for leads-to. That is about fairness, which reduction does not keep, and judged
 * on the whole space where that is small enough. Counterexamples are shortest runs of the whole
 * system; of what never comes to rest, where the whole space is small enough.
 *
 * @throws InputError as `check` does
 */
export function checkReduced(system: System, bounds: Bounds = {}): ReducedResult {
  assertDifferentIds(system);
  const { name, revision, scope, properties } = system;
  try {
    const reduced = new ReducedCheck(system, bounds);
    const judged = properties.map((property) => ({ property, ...reduced.judge(property) }));
    return { name, revision, scope, ...reduced.cost, properties: judged };
  } catch (error) {
    if (!(error instanceof BoundReached) || !bounds.keepSeen) throw error;
    const open = { verdict: 'unfinished' as const, reason: 'not judged: a bound was reached' };
    const judged = properties.map((property) => ({ property, ...open }));
    const stopped = error.message;
    return { name, revision, scope, states: 0, steps: 0, properties: judged, stopped };
  }
}

const NOT_KEPT: Verdict = {
  verdict: 'unfinished',
  reason:
    'not judged: it is about what goes on for ever, which reduction does not keep, and there are ' +
    'many states: check it without reduction',
};

const NOT_COMPARED: Verdict = {
  verdict: 'unfinished',
  reason: 'not judged: the contract, which is not reduced, has more states than the bound',
};

class ReducedCheck {
  readonly #bounds: Bounds;
  readonly #system: AskedOfSystem;
  readonly #whole: WholeSpace;
  readonly #answer: Answer;
  /** What was looked for and cannot be reached. */
  readonly #missed: ReadonlySet<Goal>;

  constructor(system: System, bounds: Bounds) {
    this.#bounds = bounds;
    this.#system = askedOfSystem(system, bounds);
    this.#whole = new WholeSpace(this.#system.product, bounds);
    const question = questionOf(this.#system);
    this.#answer = decide(this.#system.observed, question, bounds);
    this.#missed = new Set(question.goals.filter((_, i) => !this.#answer.reached[i]));
  }

  get cost(): { states: number; steps: number } {
    const { states, steps } = this.#answer;
    return { states, steps };
  }

  judge(property: Property): Verdict {
    switch (property.kind) {
      case 'rest':
        return this.#judgeRest(property);
      case 'leads-to':
        return this.#judgeLeadsTo(property);
      case 'refinement':
        return this.#judgeRefinement(property);
      default:
        return this.#judgeStates(property);
    }
  }

  #judgeStates(property: StateProperty): Verdict {
    const { product, asked } = this.#system;
    const { broken, tested, untested } = asked.get(property)!;
    const isStop = property.kind === 'deadlock';
    if (isStop ? this.#answer.stops : !this.#missed.has(broken)) {
      const run = shortestRunTo(product, broken, isStop, this.#bounds);
      return judgeAlong(spaceAlong(product, run!), property);
    }
    const missed = tested.filter((goal) => this.#missed.has(goal));
    return missed.length === 0 ? HOLDS : vacuous(untested(missed));
  }

  #judgeRefinement(property: Refinement): Verdict {
    const { product, observed, contracts, asked } = this.#system;
    const contract = contracts.get(property);
    if (contract === undefined) return NOT_COMPARED;
    const { lts, space } = contract;
    const { broken, tested, labels = [], untested } = asked.get(property)!;
    if (!this.#missed.has(broken)) {
      const run = shortestRunTo(observed, broken, false, this.#bounds);
      return judgeRefined(spaceAlong(observedBy(product, lts), run!), property, space);
    }
    const used = labels.filter((_, i) => !this.#missed.has(tested[i]!));
    if (used.length === 0) return vacuous(untested(tested));
    return { ...HOLDS, untested: lts.labels.filter((label) => !used.includes(label)) };
  }

  #judgeRest(property: Rest): Verdict {
    const { product, resting } = this.#system;
    const { ends } = this.#answer;
    const restless = firstRestless(product, property, { ends, resting }, this.#bounds);
    if (restless === undefined) return judgeRested(product, property);
    return (
      this.#whole.judge((space, graph) => checkRest(space, graph, property)) ??
      judgeRestless(this.#system, property, restless, this.#bounds)
    );
  }

  #judgeLeadsTo(property: LeadsTo): Verdict {
    return this.#whole.judge((space, graph) => checkLeadsTo(space, graph, property)) ?? NOT_KEPT;
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
