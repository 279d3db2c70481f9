import { InputError, nearest } from '../base/errors.ts';
import { stepTextAt } from '../explain/step-text.ts';
import { parseLabel } from '../lts/label.ts';
import { type LtsEdge, sourceOf } from '../lts/lts.ts';
import { nodePath, nodesOf, type StateNode } from '../lts/snapshot.ts';
import { BEGIN, hasBeginning } from '../specification/call.ts';
import { after } from '../system/moves.ts';
import type { Participant, Product } from '../system/product.ts';
import { Holdings } from './held.ts';
import type { Held, LabelView, Play, PropertyStatus, Refusal, StepView } from './protocol.ts';
import { Offers } from './refusals.ts';
import { stepWords } from './step-words.ts';
import type { Composed } from './subjects.ts';
import { type Watch, watchesOf } from './watch.ts';

/** Most steps of a run that is played. */
export const MOST_STEPS = 5_000;

/** What was replayed: the vectors taken, and the states of the parts at each position. */
export interface Replay {
  readonly vectors: readonly number[];
  readonly locals: readonly Int32Array[];
  /** The step that is refused, by its place; those before it are replayed. */
  readonly refused?: number;
}

/** Plays runs of one composed system. Nothing is remembered between two of them. */
export class Player {
  readonly #product: Product;
  readonly #offers: Offers;
  readonly #watches: readonly Watch[];
  readonly #cite: (source: string) => string;
  readonly #descriptions: readonly ReadonlyMap<string, string>[];

  constructor({ product, system }: Composed) {
    this.#product = product;
    this.#offers = new Offers(product);
    this.#watches = watchesOf(product, system);
    this.#cite = system.cite ?? ((source) => source);
    this.#descriptions = product.parts.map(({ machine }) => descriptionsOf(machine.root));
  }

  /** As far as it can be taken. @throws InputError for too many steps */
  replay(steps: readonly string[]): Replay {
    if (steps.length > MOST_STEPS) {
      throw new InputError(`${steps.length} steps are more than the ${MOST_STEPS} that are played`);
    }
    const locals: Int32Array[] = [new Int32Array(this.#product.parts.length)];
    const vectors: number[] = [];
    for (const [index, label] of steps.entries()) {
      const local = locals[index]!;
      const vector = this.#offers.vectorOf(label, local);
      if (vector === undefined) return { vectors, locals, refused: index };
      vectors.push(vector);
      locals.push(after(this.#product.vectors[vector]!, local));
    }
    return { vectors, locals };
  }

  /** The labels that can be taken in a state. */
  enabled(local: Int32Array): readonly LabelView[] {
    return this.#offers.enabled(local);
  }

  /**
   * @param at - after how many steps it is asked what can be done; after all where absent
   * A step that is refused, or that the system has not, ends the run there.
   *
   * @throws InputError for too many steps, or no such position
   */
  play(steps: readonly string[], at?: number): Play {
    const replay = this.replay(steps);
    const { vectors, locals, refused } = replay;
    const position =
      refused === undefined ? (at ?? vectors.length) : Math.min(at ?? Infinity, vectors.length);
    if (position > vectors.length) {
      throw new InputError(
        `there is no position ${position}: ${vectors.length} of the steps can be taken`,
      );
    }
    const holdings = new Holdings(this.#product);
    const held: Held[][] = [];
    let holders: (part: number) => readonly string[] = () => [];
    const last = vectors.length;
    locals.forEach((local, i) => {
      if (i > 0) holdings.step(vectors[i - 1]!, locals[i - 1]!, local);
      held.push(holdings.in(local, this.#offers.waits(local)));
      if (i === position) holders = holdersNow(this.#product, holdings, local);
    });
    const here = locals[position]!;
    const refusal = (label: string) =>
      this.#offers.refusal(
        label,
        locals[last]!,
        holdersNow(this.#product, holdings, locals[last]!),
      );
    return {
      steps: vectors.map((vector, i) => this.#step(vector, locals[i]!, locals[i + 1]!)),
      local: locals.map((local) => [...local]),
      ...(refused !== undefined && {
        refusedStep: { index: refused, ...this.#stop(steps[refused]!, refusal) },
      }),
      at: position,
      enabled: this.#offers.enabled(here),
      refused: this.#offers.refused(here, holders),
      held,
      properties: this.#watched(replay),
    };
  }

  /** For each position what is wrong there. */
  #watched({ vectors, locals }: Replay): PropertyStatus[][] {
    const watchers = this.#watches.map(({ id, watcher }) => ({ id, watcher: watcher() }));
    return locals.map((local, i) => {
      const by = i === 0 ? undefined : this.#product.vectors[vectors[i - 1]!];
      return watchers.flatMap(({ id, watcher }) => {
        const status = watcher(local, by);
        return status === undefined ? [] : [{ id, ...status }];
      });
    });
  }

  #step(vector: number, before: Int32Array, next: Int32Array): StepView {
    const { label, commits, participants, initiator } = this.#product.vectors[vector]!;
    const call = this.#product.calls.find(label);
    const ends = call !== undefined && hasBeginning(call);
    const begins = ends && parseLabel(label).outcome === BEGIN;
    const own = participants.find(({ part }) => part === initiator);
    const inOrder = own === undefined ? participants : [own, ...participants];
    const edges = inOrder.map((participant) => this.#edge(participant, before));
    const description = edges.find((edge) => edge.description !== undefined)?.description;
    const written = edges.flatMap(({ edge }) => sourceOf(edge?.meta) ?? [])[0];
    const source = written === undefined ? call?.source : this.#cite(written);
    return {
      ...this.#offers.view(label)!,
      written: stepWords(this.#product, label, stepTextAt(this.#product, vector, before)),
      ...(description !== undefined && { description }),
      ...(source !== undefined && { source }),
      ...(commits !== undefined && { commits }),
      shape: begins ? 'begin' : ends ? 'end' : 'step',
      moved: participants.flatMap(({ part }) =>
        before[part] === next[part] ? [] : [{ part, from: before[part]!, to: next[part]! }],
      ),
    };
  }

  /** The transition that a part takes, and what its machine says of it. */
  #edge(
    { part, local: labels }: Participant,
    before: Int32Array,
  ): { readonly edge: LtsEdge | undefined; readonly description?: string } {
    const lts = this.#product.ltss[part]!;
    const at = before[part]!;
    const edge = lts.edges.get(at * lts.labels.length + labels[at]!);
    const descriptions = this.#descriptions[part]!;
    const description = (edge?.via ?? [])
      .map(({ node, event }) => descriptions.get(`${node} ${event}`))
      .find((text) => text !== undefined);
    return { edge, ...(description !== undefined && { description }) };
  }

  /** Why a step cannot be taken; there may be no such step, in another revision than it comes from. */
  #stop(
    label: string,
    refusal: (label: string) => Refusal,
  ): Pick<NonNullable<Play['refusedStep']>, 'refusal' | 'why'> {
    if (this.#offers.view(label) !== undefined) return { refusal: refusal(label) };
    const known = nearest(
      label,
      this.#product.vectors.map((vector) => vector.label),
    );
    return {
      refusal: { label, written: label, participants: [], by: [] },
      why: `system '${this.#product.name}' has no step '${label}'; ${known}`,
    };
  }
}

function holdersNow(
  product: Product,
  holdings: Holdings,
  local: Int32Array,
): (part: number) => readonly string[] {
  const now = product.parts.map((_, part) => holdings.holdersOf(part, local[part]!));
  return (part) => now[part]!;
}

/** The descriptions of transitions, by node and event; of several candidates where they agree. */
function descriptionsOf(root: StateNode): ReadonlyMap<string, string> {
  const descriptions = new Map<string, string>();
  for (const node of nodesOf(root)) {
    const candidates: [string, readonly { readonly description?: string | undefined }[]][] = [
      ...node.transitions,
      ['', node.always ?? []],
    ];
    for (const [event, transitions] of candidates) {
      const [first, ...others] = new Set(transitions.map(({ description }) => description));
      if (first !== undefined && others.length === 0) {
        descriptions.set(`${nodePath(node)} ${event}`, first);
      }
    }
  }
  return descriptions;
}
