import type { AnyMachineSnapshot } from 'xstate';
import { type StateNode, snapshotKey } from '../lts/snapshot.ts';
import type { Offer } from './offers.ts';
import type { OpenMachine } from './open-machine.ts';

/** Which actors have answered and which timers have run out since their state was entered. */
export interface Pending {
  readonly answered: readonly boolean[];
  readonly fired: readonly boolean[];
}

/** A state of an open machine: what XState knows of it, and what is still to come. */
export interface Place extends Pending {
  readonly snapshot: AnyMachineSnapshot;
}

/** The states of an open machine, numbered in the order in which they are found. */
export class Places {
  readonly all: Place[] = [];
  readonly #open: OpenMachine;
  readonly #idOf = new Map<string, number>();

  constructor(open: OpenMachine) {
    this.#open = open;
  }

  /** Nothing has answered and nothing has run out. */
  fresh(): Pending {
    return {
      answered: this.#open.invocations.map(() => false),
      fired: this.#open.timers.map(() => false),
    };
  }

  /**
   * The number of the state that a step reaches; what it entered begins anew, also where it was active
   * before.
   */
  arrive(snapshot: AnyMachineSnapshot, before: Pending): number {
    const active = new Set(snapshot.status === 'active' ? (snapshot._nodes as StateNode[]) : []);
    const began = new Set(this.#open.entered);
    const stays = ({ node }: { readonly node: StateNode }) => active.has(node) && !began.has(node);
    const { invocations, timers } = this.#open;
    return this.number({
      snapshot,
      answered: before.answered.map((is, i) => is && stays(invocations[i]!)),
      fired: before.fired.map((is, i) => is && stays(timers[i]!)),
    });
  }

  number(place: Place): number {
    const key = JSON.stringify([snapshotKey(place.snapshot), place.answered, place.fired]);
    const known = this.#idOf.get(key);
    if (known !== undefined) return known;
    this.#idOf.set(key, this.all.length);
    return this.all.push(place) - 1;
  }

  /** Whether an offer may happen in a state. */
  mayHappen({ of }: Offer, place: Place): boolean {
    const active = place.snapshot._nodes as StateNode[];
    switch (of.kind) {
      case 'event':
        return active.some(({ transitions }) => transitions.has(of.key));
      case 'timer': {
        const { node, shorter } = this.#open.timers[of.timer]!;
        const isPending = (timer: number) => !place.fired[timer];
        return active.includes(node) && isPending(of.timer) && !shorter.some(isPending);
      }
      default:
        return (
          active.includes(this.#open.invocations[of.invocation]!.node) &&
          !place.answered[of.invocation]
        );
    }
  }

  /** What is still to come once an offer has happened. */
  after({ answered, fired }: Place, { of }: Offer): Pending {
    return {
      answered: of.kind === 'answer' ? answered.with(of.invocation, true) : answered,
      fired: of.kind === 'timer' ? fired.with(of.timer, true) : fired,
    };
  }

  /** What a state has behind it, for its name; empty where nothing. */
  words(id: number): string {
    const { snapshot, answered, fired } = this.all[id]!;
    const { invocations, timers } = this.#open;
    return [
      ...answered.flatMap((is, i) => (is ? [`${invocations[i]!.name} has answered`] : [])),
      ...fired.flatMap((is, i) => (is ? [`${timers[i]!.name} is over`] : [])),
      ...(snapshot.status === 'error' ? ['failed'] : []),
    ].join(', ');
  }
}
