import { own } from '../base/own.ts';
import { threadName } from '../check/threads.ts';
import { callText } from '../explain/step-text.ts';
import { locksIn } from '../find/holders.ts';
import { callOf, parseLabel, withoutVariant } from '../lts/label.ts';
import type { LtsState } from '../lts/lts.ts';
import type { StateNode } from '../lts/snapshot.ts';
import { isEnabled, vectorsByLabel } from '../system/moves.ts';
import type { Participant, Product } from '../system/product.ts';
import { heldText } from './held.ts';
import type { LabelView, Refusal } from './protocol.ts';
import { stepWords } from './step-words.ts';

/** Whom a label moves, with all ways in which each of them takes it. */
interface Step {
  readonly view: LabelView;
  readonly vectors: readonly number[];
  readonly initiator: number;
  readonly members: readonly { readonly part: number; readonly ways: readonly Participant[] }[];
  /** The call of the one who starts it. */
  readonly call: string;
  /** The step as who starts it knows it: without variant. */
  readonly seen: string;
}

/** What can be done in a state of a product, and what is refused there. */
export class Offers {
  readonly #product: Product;
  readonly #steps: readonly Step[];
  readonly #byLabel: ReadonlyMap<string, Step>;
  readonly #byCall: ReadonlyMap<string, readonly Step[]>;
  readonly #byInitiator = new Map<number, Step[]>();
  /** The steps of parts that may have to wait. */
  readonly #blocking: readonly Step[];

  constructor(product: Product) {
    this.#product = product;
    this.#steps = [...vectorsByLabel(product)].map(([label, vectors]) =>
      stepOf(product, label, vectors),
    );
    this.#byLabel = new Map(this.#steps.map((step) => [step.view.label, step]));
    const byCall = new Map<string, Step[]>();
    for (const step of this.#steps) byCall.set(step.call, [...(byCall.get(step.call) ?? []), step]);
    this.#byCall = byCall;
    this.#blocking = this.#steps.filter(
      ({ initiator, view }) => initiator >= 0 && product.calls.find(view.label)?.blocks,
    );
    for (const step of this.#steps) {
      const own = this.#byInitiator.get(step.initiator);
      if (own === undefined) this.#byInitiator.set(step.initiator, [step]);
      else own.push(step);
    }
  }

  /** How a step is shown; nothing where there is none with this label. */
  view(label: string): LabelView | undefined {
    return this.#byLabel.get(label)?.view;
  }

  /** The vector that a label means in a state; nothing where it is refused. */
  vectorOf(label: string, local: Int32Array): number | undefined {
    const { vectors } = this.#product;
    return this.#byLabel.get(label)?.vectors.find((vector) => isEnabled(vectors[vector]!, local));
  }

  enabled(local: Int32Array): LabelView[] {
    return this.#steps.filter((step) => this.#isEnabled(step, local)).map(({ view }) => view);
  }

  /**
   * The labels that who starts them could take now, and another part refuses.
   *
   * @param holders - who holds the locks of a part
   */
  refused(local: Int32Array, holders: (part: number) => readonly string[]): Refusal[] {
    const possible = new Set(
      this.#steps.flatMap((step) => (this.#isEnabled(step, local) ? [step.seen] : [])),
    );
    return this.#steps
      .filter((step) => !possible.has(step.seen) && isOffered(step, local))
      .map((step) => this.refusal(step.view.label, local, holders));
  }

  /** @throws RangeError for a label that the product has not */
  refusal(label: string, local: Int32Array, holders: (part: number) => readonly string[]): Refusal {
    const step = this.#byLabel.get(label);
    if (step === undefined) throw new RangeError(`no step '${label}'`);
    return {
      ...step.view,
      by: refusing(step, local).map((part) => ({
        part: this.#product.parts[part]!.name,
        state: this.#product.ltss[part]!.states[local[part]!]!.name,
        why: this.#why(step, part, local, holders),
      })),
    };
  }

  /** By part the threads that are inside a call and wait for it, because they can do nothing else. */
  waits(local: Int32Array): Map<number, string[]> {
    const waits = new Map<number, string[]>();
    for (const step of this.#blocking) {
      if (!isOffered(step, local) || isAtRest(this.#product, step.initiator, local)) continue;
      if (this.#byInitiator.get(step.initiator)!.some((own) => this.#isEnabled(own, local)))
        continue;
      const thread = step.view.thread!;
      for (const part of refusing(step, local)) {
        waits.set(part, [...new Set([...(waits.get(part) ?? []), thread])]);
      }
    }
    return waits;
  }

  #isEnabled({ vectors }: Step, local: Int32Array): boolean {
    return vectors.some((vector) => isEnabled(this.#product.vectors[vector]!, local));
  }

  #why(
    step: Step,
    part: number,
    local: Int32Array,
    holders: (part: number) => readonly string[],
  ): string {
    const { calls, ltss } = this.#product;
    const state = ltss[part]!.states[local[part]!]!;
    if (part === step.initiator) return 'it does not do this there';
    const instead = this.#answersInstead(step, part, local);
    if (instead.length > 0) return `it answers ${[...new Set(instead)].join(' or ')} instead`;
    const lock = this.#lockInTheWay(step, part, local[part]!);
    if (lock !== undefined) {
      return `${lock.object} is ${heldText(lock.how, holders(part))}: the caller waits until it is released`;
    }
    if (state.done) return 'it has come to its end and takes nothing more';
    const takes = this.#takenWhere(step, part, local[part]!);
    if (takes.length === 0) return 'it takes this in no state of this system';
    const { initiator } = step;
    const waits =
      initiator >= 0 &&
      calls.find(step.view.label)?.blocks !== undefined &&
      !isAtRest(this.#product, initiator, local);
    const lead = waits ? 'the caller waits until it is' : 'it takes this only while it is';
    const description = descriptionOf(this.#product, part, local[part]!);
    const now = description === undefined ? '' : ` (now: ${description})`;
    return `${lead} ${list(takes)}${now}`;
  }

  /** A lock that is held now, and in no state in which the part takes the step. */
  #lockInTheWay(
    { members }: Step,
    part: number,
    state: number,
  ): { readonly object: string; readonly how: string } | undefined {
    const { ways } = members.find((member) => member.part === part)!;
    const takes = (at: number) => ways.some(({ next }) => next[at]! >= 0);
    const { states } = this.#product.ltss[part]!;
    for (const [object, how] of locksIn(this.#product, part, state)) {
      const isInTheWay = !states.some(
        (_, at) => takes(at) && locksIn(this.#product, part, at).get(object) === how,
      );
      if (isInTheWay) return { object, how };
    }
    return undefined;
  }

  /** The outcomes of the same call that the part would answer now. */
  #answersInstead(step: Step, part: number, local: Int32Array): string[] {
    const others = (this.#byCall.get(step.call) ?? []).filter((other) => other !== step);
    return others.flatMap((other) => {
      const member = other.members.find((one) => one.part === part);
      const { outcome } = parseLabel(other.view.label);
      const answers = member?.ways.some(({ next }) => next[local[part]!]! >= 0) === true;
      return answers && outcome !== undefined && refusing(other, local).length === 0
        ? [outcome]
        : [];
    });
  }

  /** What would have to be otherwise of a part for it to take a step: the fewest states of it. */
  #takenWhere({ members }: Step, part: number, now: number): string[] {
    const { states } = this.#product.ltss[part]!;
    const { ways } = members.find((member) => member.part === part)!;
    const others = states.flatMap((state, at) =>
      ways.some(({ next }) => next[at]! >= 0) && !state.tags.includes('violation')
        ? [otherThan(states[now]!, state)]
        : [],
    );
    const fewest = others
      .sort((a, b) => a.length - b.length)
      .filter((one, i) => !others.slice(0, i).some((less) => less.every((s) => one.includes(s))));
    return fewest.map((one) => one.join(' and '));
  }
}

/** The innermost states that are active in another state and not now; where it differs by counts, its name. */
function otherThan(now: LtsState, other: LtsState): string[] {
  const entered = other.nodes.filter((node) => !now.nodes.includes(node));
  const innermost = entered.filter((node) => !entered.some((one) => one.startsWith(`${node}.`)));
  return innermost.length > 0 ? innermost : [other.name];
}

function stepOf(product: Product, label: string, vectors: readonly number[]): Step {
  const members = new Map<number, Participant[]>();
  for (const vector of vectors) {
    for (const participant of product.vectors[vector]!.participants) {
      const ways = members.get(participant.part);
      if (ways === undefined) members.set(participant.part, [participant]);
      else ways.push(participant);
    }
  }
  const [first] = vectors;
  const { initiator } = product.vectors[first!]!;
  const thread = threadName(product, first!);
  return {
    view: {
      label,
      written: stepWords(product, label, callText(product, label)),
      thread,
      ...(initiator >= 0 && { initiator: product.parts[initiator]!.name }),
      participants: [...members.keys()].map((part) => product.parts[part]!.name),
    },
    vectors,
    initiator,
    members: [...members].map(([part, ways]) => ({ part, ways })),
    call: `${callOf(label)} of ${initiator}`,
    seen: `${withoutVariant(label)} of ${initiator}`,
  };
}

/** Whether who starts the step could take it, whatever the others say. */
function isOffered({ initiator, members }: Step, local: Int32Array): boolean {
  if (initiator < 0) return true;
  const own = members.find(({ part }) => part === initiator);
  return own?.ways.some(({ next }) => next[local[initiator]!]! >= 0) === true;
}

function isAtRest({ ltss }: Product, part: number, local: Int32Array): boolean {
  return ltss[part]!.states[local[part]!]!.tags.includes('quiescent');
}

/** The parts that take the step in no way. */
function refusing({ members }: Step, local: Int32Array): number[] {
  return members.flatMap(({ part, ways }) =>
    ways.every(({ next }) => next[local[part]!]! < 0) ? [part] : [],
  );
}

/** What the machine says of the active states, inner before outer; nothing where there are regions. */
function descriptionOf(product: Product, part: number, state: number): string | undefined {
  const { nodes } = product.ltss[part]!.states[state]!;
  const leaf = nodes.at(-1) ?? '';
  if (nodes.some((node) => node !== leaf && !leaf.startsWith(`${node}.`))) return undefined;
  const said = nodes.toReversed().map((path) => nodeAt(product, part, path)?.description);
  return said.find((text) => text !== undefined);
}

function nodeAt(product: Product, part: number, path: string): StateNode | undefined {
  return path
    .split('.')
    .reduce<StateNode | undefined>(
      (node, key) => own(node?.states, key),
      product.parts[part]!.machine.root,
    );
}

/** `a, b or c`; of many the first. */
function list(names: readonly string[]): string {
  const shown =
    names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} other states`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}
