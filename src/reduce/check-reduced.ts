import { assertDifferentIds, type PropertyResult } from '../check/check.ts';
import { checkLeadsTo } from '../check/leads-to.ts';
import type { LeadsTo, Property, Refinement, Rest } from '../check/property.ts';
import { contractOf, judgeRefined, observedBy } from '../check/refinement.ts';
import { checkRest, partsToRest } from '../check/rest.ts';
import { checkDeadlock, checkInvariant, checkMonitor } from '../check/safety.ts';
import { checkTotality } from '../check/totality.ts';
import { HOLDS, type Verdict } from '../check/verdict.ts';
import { BoundReached, type Bounds, type StateSpace } from '../explore/explore.ts';
import { compose, type Product } from '../system/product.ts';
import type { Scope, System } from '../system/system.ts';
import { type Asked, askedBy, askedByRefinement, type StateProperty } from './asked.ts';
import { type Answer, decide } from './decide.ts';
import type { Goal } from './goal.ts';
import { firstRestless, isAtRest, judgeRested, judgeRestless } from './rest-reduced.ts';
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

class ReducedCheck {
  readonly #bounds: Bounds;
  readonly #plain: Product;
  /** With the contracts that it is to refine as further parts. */
  readonly #observed: Product;
  readonly #whole: WholeSpace;
  readonly #asked: ReadonlyMap<Property, Asked>;
  /** The parts that are asked to rest. */
  readonly #resting: readonly number[];
  readonly #answer: Answer;
  /** What was looked for and cannot be reached. */
  readonly #missed: ReadonlySet<Goal>;

  constructor(system: System, bounds: Bounds) {
    const { properties } = system;
    this.#bounds = bounds;
    this.#plain = compose(system);
    this.#whole = new WholeSpace(this.#plain, bounds);
    const refinements = properties.filter((property) => property.kind === 'refinement');
    this.#observed = refinements
      .map((property) => this.#contractOf(property).lts)
      .reduce(observedBy, this.#plain);
    const observer = this.#plain.parts.length;
    const asked = new Map<Property, Asked>();
    for (const property of properties) {
      if (isOfStates(property)) asked.set(property, askedBy(property, this.#plain));
    }
    refinements.forEach((property, i) => {
      asked.set(property, askedByRefinement(this.#observed, observer + i));
    });
    this.#asked = asked;
    const rests = properties.filter((property) => property.kind === 'rest');
    this.#resting = [...new Set(rests.flatMap((rest) => partsToRest(this.#plain, rest)))];
    const goals = [...asked].flatMap(([{ kind }, { broken, tested }]) =>
      kind === 'deadlock' ? tested : [broken, ...tested],
    );
    this.#answer = this.#decide(goals);
    this.#missed = new Set(goals.filter((_, i) => !this.#answer.reached[i]));
  }

  get cost(): { states: number; steps: number } {
    const { states, steps } = this.#answer;
    return { states, steps };
  }

  #decide(goals: readonly Goal[]): Answer {
    const stop = [...this.#asked].find(([{ kind }]) => kind === 'deadlock')?.[1].broken;
    const ends = this.#resting.map((part) => isAtRest(this.#observed, part));
    const question = {
      goals,
      ...(stop !== undefined && { stop }),
      ...(ends.length > 0 && { ends }),
    };
    return decide(this.#observed, question, this.#bounds);
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
    const { broken, tested, untested } = this.#asked.get(property)!;
    const isStop = property.kind === 'deadlock';
    if (isStop ? this.#answer.stops : !this.#missed.has(broken)) {
      const run = shortestRunTo(this.#plain, broken, isStop, this.#bounds);
      return judgeAlong(spaceAlong(this.#plain, run!), property);
    }
    if (!tested.some((goal) => this.#missed.has(goal))) return HOLDS;
    return { verdict: 'vacuous', reason: untested };
  }

  #judgeRefinement(property: Refinement): Verdict {
    const { lts, space } = this.#contractOf(property);
    const { broken, tested, labels = [], untested } = this.#asked.get(property)!;
    if (!this.#missed.has(broken)) {
      const run = shortestRunTo(this.#observed, broken, false, this.#bounds);
      return judgeRefined(spaceAlong(observedBy(this.#plain, lts), run!), property, space);
    }
    const used = labels.filter((_, i) => !this.#missed.has(tested[i]!));
    if (used.length === 0) return { verdict: 'vacuous', reason: untested };
    return { ...HOLDS, untested: lts.labels.filter((label) => !used.includes(label)) };
  }

  #judgeRest(property: Rest): Verdict {
    const { ends } = this.#answer;
    const restless = firstRestless(
      this.#plain,
      property,
      { ends, resting: this.#resting },
      this.#bounds,
    );
    if (restless === undefined) return judgeRested(this.#plain, property);
    return (
      this.#whole.judge((space, graph) => checkRest(space, graph, property)) ??
      judgeRestless(this.#plain, this.#observed, property, restless, this.#bounds)
    );
  }

  #judgeLeadsTo(property: LeadsTo): Verdict {
    const reason =
      'not judged: it is about what goes on for ever, which reduction does not keep, and the whole ' +
      'space is large; check it without reduction';
    return (
      this.#whole.judge((space, graph) => checkLeadsTo(space, graph, property)) ?? {
        verdict: 'unfinished',
        reason,
      }
    );
  }

  #contractOf({ contract }: Refinement) {
    return contractOf(contract, { ...this.#bounds, keepSeen: false });
  }
}

function isOfStates(property: Property): property is StateProperty {
  return ['invariant', 'monitor', 'deadlock', 'totality'].includes(property.kind);
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
