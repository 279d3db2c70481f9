import { type Answered, answeredCalls } from '../check/answered.ts';
import { and, type Formula, formulaOf, isIn, not, or, statesWhere } from '../check/formula.ts';
import { restOf, stuckRestOf } from '../check/quiescence.ts';
import { threadName } from '../check/threads.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { compose, type Product, type Vector } from '../system/product.ts';

/** A system as guarded steps over the local states of its parts: what every exchange format says. */
export interface Model {
  readonly system: System;
  readonly product: Product;
  readonly parts: readonly ModelPart[];
  readonly steps: readonly Step[];
  /** Nobody is stuck where nothing can move. */
  readonly nobodyStuck: Formula;
  readonly safety: readonly Safety[];
  /** The id of the property that something can always move, where the system has it. */
  readonly deadlock?: Named;
  readonly leadsTo: readonly Response[];
  /** What no such format says, and why. */
  readonly leftOut: readonly { readonly id: string; readonly why: string }[];
}

export interface ModelPart {
  readonly name: string;
  /** Readable names of its states; the first is the initial one. */
  readonly states: readonly string[];
}

/** One way in which parts move together. */
export interface Step {
  /** The label, with the contract label that it decides where there are several such. */
  readonly name: string;
  readonly label: string;
  /** The thread that takes it; `undefined` where the environment does. */
  readonly thread?: string;
  /** The lock acquisition that it is, by its label. */
  readonly lock?: string;
  readonly can: Formula;
  /** Some participant is not at rest, so that a thread that can take it owes a step. */
  readonly owed: Formula;
  /** For each part that it changes where the part goes, by where it is. */
  readonly moves: readonly { readonly part: number; readonly to: ReadonlyMap<number, number> }[];
}

export interface Named {
  readonly id: string;
  readonly title: string;
}

/** What has to hold in every state. */
export interface Safety extends Named {
  readonly holds: Formula;
}

/** Whenever `when` holds, `then` holds in the end. */
export interface Response extends Named {
  readonly when: Formula;
  readonly then: Formula;
  /** The lock acquisitions that are taken to be fair. */
  readonly locks: readonly string[];
}

export function modelOf(system: System): Model {
  const product = compose(system);
  const isOneOf = (states: readonly Uint8Array[]) => (part: number) =>
    isIn(
      product,
      part,
      statesWhere(states[part]!.length, (state) => states[part]![state] === 1),
    );
  const isAtRest = isOneOf(restOf(product));
  const isNotStuck = isOneOf(stuckRestOf(product));
  const safety = system.properties.flatMap((property) => safetyOf(property, product));
  const steps = product.vectors.map((vector, index) => stepOf(product, vector, index, isAtRest));
  const locks = [...new Set(steps.flatMap(({ lock }) => lock ?? []))];
  const deadlock = system.properties.find(({ kind }) => kind === 'deadlock');
  return {
    system,
    product,
    parts: product.parts.map(({ name }, part) => ({
      name,
      states: product.ltss[part]!.states.map((state) => state.name),
    })),
    steps,
    nobodyStuck: and(...product.parts.map((_, part) => isNotStuck(part))),
    safety,
    ...(deadlock !== undefined && { deadlock }),
    leadsTo: system.properties.flatMap((property) =>
      property.kind === 'leads-to'
        ? [
            {
              ...named(property),
              when: formulaOf(property.when, product),
              then: formulaOf(property.then, product),
              locks,
            },
          ]
        : [],
    ),
    leftOut: system.properties.flatMap(whyLeftOut),
  };
}

const named = ({ id, title }: Property): Named => ({ id, title });

function stepOf(
  product: Product,
  vector: Vector,
  index: number,
  isAtRest: (part: number) => Formula,
): Step {
  const { label, commits, initiator, participants } = vector;
  const isOnly = product.vectors.filter((other) => other.label === label).length === 1;
  const allows = participants.map(({ part, next }) =>
    isIn(
      product,
      part,
      statesWhere(next.length, (state) => next[state]! >= 0),
    ),
  );
  const moves = participants.map(({ part, next }) => ({
    part,
    to: new Map([...next].flatMap((to, from) => (to < 0 || to === from ? [] : [[from, to]]))),
  }));
  const isLock = initiator >= 0 && product.calls.find(label)?.blocks === 'lock';
  return {
    name: isOnly ? label : `${label} commits ${commits ?? 'nothing'}`,
    label,
    ...(initiator >= 0 && { thread: threadName(product, index) }),
    ...(isLock && { lock: label }),
    can: and(...allows),
    owed: initiator < 0 ? or() : or(...participants.map(({ part }) => not(isAtRest(part)))),
    moves: moves.filter(({ to }) => to.size > 0),
  };
}

function safetyOf(property: Property, product: Product): Safety[] {
  switch (property.kind) {
    case 'invariant': {
      const when = formulaOf(property.when, product);
      return [{ ...named(property), holds: or(not(when), formulaOf(property.then, product)) }];
    }
    case 'monitor': {
      const isGood = (part: number) => {
        const { states } = product.ltss[part]!;
        const good = (state: number) => !states[state]!.tags.includes('violation');
        return isIn(product, part, statesWhere(states.length, good));
      };
      const watched = property.parts.map((name) =>
        product.parts.findIndex((part) => part.name === name),
      );
      return [{ ...named(property), holds: and(...watched.map(isGood)) }];
    }
    case 'totality':
      return [{ ...named(property), holds: and(...answeredCalls(product, property).map(isKept)) }];
    default:
      return [];
  }
}

const isKept = ({ asked, answered }: Answered): Formula => or(not(asked), answered);

function whyLeftOut({ id, kind }: Property): { id: string; why: string }[] {
  if (kind === 'rest') return [{ id, why: 'that something stays possible is not said of one run' }];
  if (kind === 'refinement') return [{ id, why: 'it compares two systems' }];
  return [];
}

/** The threads of a model, and the steps that each of them takes; `undefined` is the environment. */
export function stepsByThread({ steps }: Model): Map<string | undefined, Step[]> {
  const byThread = new Map<string | undefined, Step[]>();
  for (const step of steps) {
    byThread.set(step.thread, [...(byThread.get(step.thread) ?? []), step]);
  }
  return byThread;
}
