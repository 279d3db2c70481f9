import type { StateSpace } from '../explore/explore.ts';
import { callOf, parseLabel } from '../lts/label.ts';
import { BEGIN, type Call } from '../specification/call.ts';
import type { Totality } from '../specification/property.ts';
import type { Product, Vector } from '../system/product.ts';
import { decoderOf } from './decode.ts';
import { movedBy } from './entered.ts';
import { runTo } from './threads.ts';
import { unasked, vacuous } from './vacuous.ts';
import { HOLDS, type Verdict } from './verdict.ts';

/** The outcomes of one call by one caller. */
interface Group {
  readonly call: string;
  readonly blocks: boolean;
  /** Vectors of the outcomes that the callee decides. */
  readonly decided: number[];
  /** Parts that answer, and in which of their states they are there to do so. */
  readonly callees: { readonly part: number; readonly present: Uint8Array }[];
}

/**
 * Where a caller offers a call and the callee is there, exactly one outcome is enabled besides
 * those the environment chooses; none, only for a call that may block.
 */
export function checkTotality(space: StateSpace, property: Totality): Verdict {
  const { product, table } = space;
  const offers = offersOf(product, absentTagOf(property));
  const questions = new Questions(space, offers);
  let tested = false;
  for (let state = 0; state < space.states; state++) {
    // What the step to a state does not move was answered where it came from.
    const { asked, decode } = state === 0 ? questions.all : questions.after(table.vector[state]!);
    if (asked.length === 0) continue;
    const { offered, wrong } = answersTo(product, asked, decode(state));
    tested ||= offered;
    if (wrong === undefined) continue;
    const run = runTo(space, state);
    return { verdict: 'broken', counterexample: { property, space, run, finding: wrong } };
  }
  if (tested) return HOLDS;
  return vacuous(unasked.calls);
}

/** What is to be asked of a state, and how it is read for that. */
interface Question {
  readonly asked: readonly Offers[];
  readonly decode: (state: number) => Int32Array;
}

/** What is to be asked of a state, by the step that led there. */
class Questions {
  readonly #space: StateSpace;
  readonly #offers: readonly Offers[];
  /** The parts on which the answers of a group depend. */
  readonly #partsOf: ReadonlyMap<Group, ReadonlySet<number>>;
  readonly #byVector: (Question | undefined)[] = [];
  readonly #byMoved = new Map<string, Question>();

  constructor(space: StateSpace, offers: readonly Offers[]) {
    this.#space = space;
    this.#offers = offers;
    this.#partsOf = partsByGroup(space.product, offers);
  }

  get all(): Question {
    return this.#about([...this.#partsOf.keys()]);
  }

  after(vector: number): Question {
    const known = this.#byVector[vector];
    if (known !== undefined) return known;
    const moved = movedBy(this.#space.product.vectors[vector]!);
    const key = moved.join();
    const question = this.#byMoved.get(key) ?? this.#about(this.#dependingOn(moved));
    this.#byMoved.set(key, question);
    this.#byVector[vector] = question;
    return question;
  }

  #dependingOn(moved: readonly number[]): Group[] {
    return [...this.#partsOf].flatMap(([group, parts]) =>
      moved.some((part) => parts.has(part)) ? [group] : [],
    );
  }

  #about(groups: readonly Group[]): Question {
    const meant = new Set(groups);
    const asked = this.#offers.flatMap(({ initiator, byState }) => {
      const some = byState.map((offered) => offered.filter((group) => meant.has(group)));
      return some.some(({ length }) => length > 0) ? [{ initiator, byState: some }] : [];
    });
    const parts = groups.flatMap((group) => [...this.#partsOf.get(group)!]);
    return { asked, decode: decoderOf(this.#space, parts) };
  }
}

/** Monitors take every step, so that no answer depends on them. */
function partsByGroup(
  { parts, vectors }: Product,
  offers: readonly Offers[],
): Map<Group, ReadonlySet<number>> {
  const found = new Map<Group, ReadonlySet<number>>();
  for (const { initiator, byState } of offers) {
    for (const group of new Set(byState.flat())) {
      const answering = group.decided.flatMap((vector) =>
        vectors[vector]!.participants.map(({ part }) => part),
      );
      const all = [initiator, ...group.callees.map(({ part }) => part), ...answering];
      found.set(group, new Set(all.filter((part) => part >= 0 && parts[part]!.kind !== 'monitor')));
    }
  }
  return found;
}

/** Whether a call is offered in a state to a callee that is there, and what is wrong with its answers. */
interface Answers {
  readonly offered: boolean;
  readonly wrong?: string;
}

const NOT_OFFERED: Answers = { offered: false };
const ANSWERED: Answers = { offered: true };

/** What the rule says of a state, given by the local states of the parts. */
export function answersOf(product: Product, property: Totality): (local: Int32Array) => Answers {
  const offers = offersOf(product, absentTagOf(property));
  return (local) => answersTo(product, offers, local);
}

function absentTagOf({ absentTag = 'absent' }: Totality): string {
  return absentTag;
}

function answersTo(product: Product, offers: readonly Offers[], local: Int32Array): Answers {
  let found = NOT_OFFERED;
  for (const { initiator, byState } of offers) {
    for (const group of byState[initiator < 0 ? 0 : local[initiator]!]!) {
      if (!isAnswerable(group, local)) continue;
      found = ANSWERED;
      const answers = countEnabled(product, group.decided, local);
      if (answers === 1 || (answers === 0 && group.blocks)) continue;
      return { offered: true, wrong: whatIsWrong(product, group, local) };
    }
  }
  return found;
}

/** The calls that a part offers in each of its states; those of the environment in state 0. */
interface Offers {
  readonly initiator: number;
  readonly byState: Group[][];
}

function offersOf(product: Product, absentTag: string): Offers[] {
  const groups = new Map<string, Group>();
  const offers = new Map<number, Offers>();
  product.vectors.forEach((vector, index) => {
    const call = product.calls.find(vector.label);
    const outcome = parseLabel(vector.label).outcome ?? '';
    if (call === undefined || (call.spans && outcome !== BEGIN)) return;
    const { initiator } = vector;
    const key = `${callOf(vector.label)} of ${initiator}`;
    const group = groups.get(key) ?? emptyGroup(call, vector);
    groups.set(key, group);
    addCallees(group, product, vector, call, absentTag);
    if (!call.environment?.includes(outcome)) group.decided.push(index);
    const states = initiator < 0 ? 1 : product.ltss[initiator]!.states.length;
    const own = offers.get(initiator) ?? {
      initiator,
      byState: Array.from({ length: states }, () => []),
    };
    offers.set(initiator, own);
    const next = vector.participants.find(({ part }) => part === initiator)?.next;
    own.byState.forEach((offered, local) => {
      const isOffered = next === undefined || next[local]! >= 0;
      if (isOffered && !offered.includes(group)) offered.push(group);
    });
  });
  return [...offers.values()];
}

function emptyGroup(call: Call, { label, initiator }: Vector): Group {
  return {
    call: callOf(label),
    // A caller from outside starts a call again only when the last one has returned.
    blocks: call.blocks !== undefined || (initiator < 0 && call.spans === true),
    decided: [],
    callees: [],
  };
}

function addCallees(
  group: Group,
  product: Product,
  { participants, initiator }: Vector,
  call: Call,
  absentTag: string,
): void {
  for (const { part } of participants) {
    if (part === initiator || !product.parts[part]!.roles.includes(call.callee)) continue;
    const present = product.ltss[part]!.states.map(({ tags }) =>
      tags.includes(absentTag) ? 0 : 1,
    );
    if (group.callees.some((callee) => callee.part === part)) continue;
    group.callees.push({ part, present: Uint8Array.from(present) });
  }
}

function isAnswerable(group: Group, local: Int32Array): boolean {
  for (const { part, present } of group.callees) if (present[local[part]!] === 0) return false;
  return true;
}

function countEnabled(product: Product, vectors: readonly number[], local: Int32Array): number {
  let count = 0;
  for (const vector of vectors) if (isEnabled(product.vectors[vector]!, local)) count++;
  return count;
}

/** Local states of monitors are not read here: 0 is as good as any. */
function isEnabled({ participants }: Vector, local: Int32Array): boolean {
  for (const { part, next } of participants) if (next[local[part]!]! < 0) return false;
  return true;
}

function whatIsWrong(product: Product, group: Group, local: Int32Array): string {
  const answers = group.decided.flatMap((vector) =>
    isEnabled(product.vectors[vector]!, local) ? [product.vectors[vector]!.label] : [],
  );
  return answers.length === 0
    ? `${group.call} is offered and has no answer`
    : `${group.call} has more than one answer: ${answers.join(', ')}`;
}
