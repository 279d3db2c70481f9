import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { assertWellFormed } from '../lts/finite.ts';
import { namedStates, namesOf, transitionKey, type Walk } from '../lts/flatten.ts';
import { withoutIdleHistory } from '../lts/idle-history.ts';
import type { LtsEdge } from '../lts/lts.ts';
import { MachineError } from '../lts/machine-error.ts';
import { describe, nodePath, type StateNode } from '../lts/snapshot.ts';
import { type Step, Stepper } from '../lts/step.ts';
import { type Answered, everyAnswer } from './every-answer.ts';
import type { Kept } from './kept.ts';
import { type Offer, offersOf } from './offers.ts';
import { type OpenMachine, openMachine } from './open-machine.ts';
import type { Opening } from './openings.ts';
import { type Place, Places } from './places.ts';

/** Most states of one machine, unless told. */
const BOUND = 20_000;

/** Most values of one field of the context; what takes more is unknown. */
const MOST_VALUES = 100;

/** How many states are found between two looks at them. */
const LOOK_EVERY = 500;

/** The table of an opened machine, and what was opened. */
export interface OpenWalk extends Walk {
  readonly openings: readonly Opening[];
  /** Steps that never settle, whatever they are answered. */
  readonly unsettled: readonly Unsettled[];
}

export interface Unsettled {
  readonly state: string;
  readonly event: string;
}

/**
 * Flattens anybody's machine: like `flatten`, in an environment that may do whatever the machine's
 * actors, timers and senders can. A step that asks what nobody declared is taken once for every
 * combination of answers, and its label says which (`SUBMIT, not isValid`).
 *
 * @throws MachineError as `flatten`, and for what cannot be opened
 */
export function openWalk(machine: AnyStateMachine, bound = BOUND): OpenWalk {
  assertWellFormed(machine);
  let kept: Kept = { fields: new Set(), folded: new Set() };
  for (;;) {
    const found = new OpenWalker(machine, kept, bound).walk();
    if ('openings' in found) return found;
    kept = found;
  }
}

class OpenWalker {
  readonly #original: AnyStateMachine;
  readonly #kept: Kept;
  readonly #bound: number;
  readonly #open: OpenMachine;
  readonly #stepper: Stepper;
  readonly #offers: readonly Offer[];
  readonly #places: Places;
  readonly #labels: string[] = [];
  readonly #labelOf = new Map<string, number>();
  readonly #steps: { from: number; label: number; to: number; edge: LtsEdge }[] = [];
  readonly #entered = new Set<StateNode>();
  readonly #taken = new Set<string>();
  readonly #unsettled: Unsettled[] = [];
  #lookAt = LOOK_EVERY;

  constructor(original: AnyStateMachine, kept: Kept, bound: number) {
    this.#original = original;
    this.#kept = kept;
    this.#bound = bound;
    this.#open = openMachine(original, kept);
    this.#open.answers.begin();
    this.#stepper = new Stepper(original, this.#open.machine);
    this.#places = new Places(this.#open);
    this.#offers = offersOf(this.#open);
    for (const { label } of this.#offers) this.#labelled(label);
  }

  /** The table, or with what the next attempt begins. */
  walk(): OpenWalk | Kept {
    const { wants } = this.#open;
    if (!wants.isAnew) this.#begin();
    for (let at = 0; at < this.#places.all.length && !wants.isAnew; at++) {
      this.#leave(at);
      const folded = this.#folded();
      if (folded !== undefined) return folded;
    }
    if (!wants.isAnew) return this.#found();
    const { fields, folded } = this.#kept;
    return {
      fields: new Set([...fields, ...wants.fields]),
      folded: new Set([...folded, ...wants.folded]),
    };
  }

  /** Where the context takes too many values: with the field that takes the most as unknown. */
  #folded(): Kept | undefined {
    const { all } = this.#places;
    const isOver = all.length > this.#bound;
    if (!isOver && all.length < this.#lookAt) return undefined;
    this.#lookAt = all.length + LOOK_EVERY;
    const { fields, folded } = this.#kept;
    const counted = [...fields]
      .filter((field) => !folded.has(field))
      .map((field) => {
        const values = all.map(({ snapshot }) => JSON.stringify(snapshot.context[field]));
        return { field, values: new Set(values).size };
      });
    const most = Math.max(...counted.map(({ values }) => values));
    const least = isOver ? Math.min(most, MOST_VALUES) : MOST_VALUES;
    const grows = counted.filter(({ values }) => values > 1 && values >= least);
    if (grows.length > 0) {
      return { fields, folded: new Set([...folded, ...grows.map(({ field }) => field)]) };
    }
    if (!isOver) return undefined;
    const reason = `it has more than ${this.#bound} states; make machines of its own of regions that do not meet`;
    throw new MachineError('too-many-states', this.#original.id, '', reason);
  }

  /** The initial state; where free answers decide it, the machine has one before it. */
  #begin(): void {
    let starts: Answered[] = [];
    const first = (error: MachineError) => {
      throw error;
    };
    const initial = () => this.#stepper.initial();
    for (const start of everyAnswer(this.#open, initial, 'the start', first)) {
      starts = [...starts, start];
      if (start.answers === '') this.#arrive(start.step, this.#places.fresh());
    }
    if (starts.every(({ answers }) => answers === '')) return;
    const from = this.#places.number({ snapshot: notStarted(this.#open), ...this.#places.fresh() });
    for (const { step, answers } of starts) {
      const to = this.#arrive(step, this.#places.fresh());
      this.#connect(from, `start, ${answers}`, to, edgeOf(step, answers));
    }
  }

  /** Everything that may happen in a state. */
  #leave(from: number): void {
    const place = this.#places.all[from]!;
    if (place.snapshot.status !== 'active') return;
    for (const offer of this.#offers) {
      if (!this.#places.mayHappen(offer, place)) continue;
      const take = () => this.#stepper.take(place.snapshot, offer.event);
      const where = `${offer.label} in ${describe(place.snapshot)}`;
      const unsettled = () => {
        this.#unsettled.push({ state: describe(place.snapshot), event: offer.label });
      };
      for (const { step, answers } of everyAnswer(this.#open, take, where, unsettled)) {
        if (!step.isEffective && !happensAnyway(offer)) continue;
        const to = this.#arrive(step, this.#places.after(place, offer));
        const label = offer.label + (answers === '' ? '' : `, ${answers}`);
        this.#connect(from, label, to, edgeOf(step, answers));
      }
    }
  }

  #arrive({ snapshot, taken, entered }: Step, before: Pick<Place, 'answered' | 'fired'>): number {
    for (const node of entered) this.#entered.add(node);
    for (const transition of taken) this.#taken.add(transitionKey(transition));
    return this.#places.arrive(snapshot, before);
  }

  #connect(from: number, label: string, to: number, edge: LtsEdge): void {
    this.#steps.push({ from, label: this.#labelled(label), to, edge });
  }

  #labelled(label: string): number {
    const known = this.#labelOf.get(label);
    if (known !== undefined) return known;
    this.#labelOf.set(label, this.#labels.length);
    return this.#labels.push(label) - 1;
  }

  #found(): OpenWalk {
    const width = this.#labels.length;
    const next = new Int32Array(this.#places.all.length * width).fill(-1);
    const edges = new Map<number, LtsEdge>();
    for (const { from, label, to, edge } of this.#steps) {
      next[from * width + label] = to;
      edges.set(from * width + label, edge);
    }
    const table = { name: this.#original.id, labels: this.#labels, next, edges };
    const snapshots = this.#places.all.map(({ snapshot }) => snapshot);
    const merged = withoutIdleHistory(snapshots, table);
    const words = merged.kept.map((state) => this.#places.words(state));
    const states = namedStates(merged.states, words);
    return {
      lts: { ...table, next: merged.next, edges: merged.edges, states },
      entered: new Set([...this.#entered].map(nodePath)),
      taken: this.#taken,
      concurrent: [],
      openings: [...this.#open.openings.values()],
      unsettled: this.#unsettled,
    };
  }
}

/** An event that no transition takes does not happen; a timer runs out, and an actor answers. */
function happensAnyway({ of }: Offer): boolean {
  return of.kind === 'timer' || of.kind === 'answer';
}

function edgeOf({ taken }: Step, answers: string): LtsEdge {
  const metas = taken.map((transition) => (transition.meta ?? {}) as Record<string, unknown>);
  const may = answers === '' ? {} : { may: answers };
  return { via: namesOf(taken), meta: Object.assign({}, ...metas, may) as Record<string, unknown> };
}

/** Before a machine whose first state depends on what nobody declared. */
function notStarted({ machine }: OpenMachine): AnyMachineSnapshot {
  const before = { machine, value: 'not started', context: {}, historyValue: {} };
  return { ...before, status: 'not started', _nodes: [] } as unknown as AnyMachineSnapshot;
}
