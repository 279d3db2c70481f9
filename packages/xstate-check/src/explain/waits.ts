import { decoderOf } from '../check/decode.ts';
import { threadsOf } from '../check/threads.ts';
import type { Counterexample } from '../check/verdict.ts';
import type { StateSpace } from '../explore/explore.ts';
import { parseLabel } from '../lts/label.ts';
import { WAIT } from '../specification/call.ts';
import type { Vector } from '../system/product.ts';
import { placeOf } from './places.ts';
import { callText, stepText } from './step-text.ts';

/** A thread that is inside a call and cannot go on. */
export interface Wait {
  readonly thread: number;
  /** The step that it waits to take. */
  readonly text: string;
  /** Where it stands in a source. */
  readonly place?: string;
  /** Whether it waits for a lock. */
  readonly lock: boolean;
  /** The last step that changed what it waits for; absent where none did. */
  readonly since?: {
    readonly thread: number;
    readonly text: string;
    /** Whether the thread that took the step is at rest by now. */
    readonly returned: boolean;
    /** Whether the step was only to queue, which is enough to keep others out. */
    readonly queues: boolean;
  };
}

/** The threads that wait where a run ends; what goes wrong before anybody waits is not about them. */
export function waitsOf({ property, space, run }: Counterexample): Wait[] {
  if (property.kind === 'invariant' || property.kind === 'monitor') return [];
  if (property.kind === 'refinement') return [];
  const { product, table, stepper } = space;
  const { names } = threadsOf(product);
  const end = run.states[run.states.length - 1]!;
  const enabled = new Set<number>();
  stepper.each(table, end, (vector) => enabled.add(product.vectors[vector]!.initiator));
  const local = stepper.local(table, end).slice();
  const waits: Wait[] = [];
  for (const [number, vector] of product.vectors.entries()) {
    const { label, initiator, participants } = vector;
    if (initiator < 0 || enabled.has(initiator) || isAtRest(space, initiator, local)) continue;
    if (queues(label)) continue;
    const own = participants.find(({ part }) => part === initiator)!;
    const blocks = product.calls.find(label)?.blocks;
    if (own.next[local[initiator]!]! < 0 || blocks === undefined) continue;
    const part = product.parts[initiator]!;
    const since = lastChange(space, run, vector, local);
    const place = placeOf(space, { vector: number, from: end });
    waits.push({
      thread: names.indexOf(part.thread ?? part.name),
      text: callText(product, label),
      ...(place && { place }),
      lock: blocks === 'lock',
      ...(since && { since }),
    });
  }
  return waits;
}

const queues = (label: string): boolean => parseLabel(label).outcome === WAIT;

/**
 * The last step of a run that changed a part which does not allow the vector. Who only queues for
 * what was not to be had anyway has changed nothing.
 */
function lastChange(
  space: StateSpace,
  run: Counterexample['run'],
  vector: Vector,
  local: Int32Array,
): Wait['since'] {
  const { product } = space;
  const refusing = vector.participants
    .filter(({ part, next }) => part !== vector.initiator && next[local[part]!]! < 0)
    .map(({ part }) => part);
  const read = decoderOf(space, refusing);
  const { of, names } = threadsOf(product);
  for (let at = run.vectors.length - 1; at >= 0; at--) {
    const before = refusing.map((part) => read(run.states[at]!)[part]);
    const after = read(run.states[at + 1]!);
    if (refusing.every((part, i) => before[i] === after[part])) continue;
    const { label } = product.vectors[run.vectors[at]!]!;
    if (queues(label) && refuses(vector, refusing, before)) continue;
    const thread = of[run.vectors[at]!]!;
    const parts = product.parts.flatMap((part, i) => (part.thread === names[thread] ? [i] : []));
    return {
      thread,
      text: stepText(space, run.vectors[at]!, run.states[at]!).replace(/ = \w+$|: queues$/, ''),
      queues: queues(label),
      returned: parts.every((part) => isAtRest(space, part, local)),
    };
  }
  return undefined;
}

/** Whether one of the parts, in these states of theirs, does not allow the vector. */
function refuses(
  { participants }: Vector,
  parts: readonly number[],
  states: readonly (number | undefined)[],
): boolean {
  return participants.some(({ part, next }) => {
    const at = parts.indexOf(part);
    return at >= 0 && next[states[at]!]! < 0;
  });
}

function isAtRest(space: StateSpace, part: number, local: Int32Array): boolean {
  return space.product.ltss[part]!.states[local[part]!]!.tags.includes('quiescent');
}
