import type { AnyStateMachine } from 'xstate';
import type { Product } from '../system/product.ts';

/** The tag of the states in which a part owes nothing: a thread idle or returned, a lock free. */
const QUIESCENT = 'quiescent';

/**
 * Whether the machine declares a quiescent state at all. What is declared counts, not what is
 * reached: a defect that cuts the way back must not turn a thread into one that is never expected
 * back.
 */
export function canRest(machine: AnyStateMachine): boolean {
  return [...tagsBelow(machine.root)].includes(QUIESCENT);
}

/**
 * For each part and each of its local states 1 where the part is at rest. A part that declares no
 * quiescent state, and a monitor, owes nothing anywhere.
 */
export function restOf(product: Product): Uint8Array[] {
  return product.parts.map((part, index) => {
    const owes = part.kind !== 'monitor' && canRest(part.machine);
    return Uint8Array.from(product.ltss[index]!.states, ({ tags }) =>
      !owes || tags.includes(QUIESCENT) ? 1 : 0,
    );
  });
}

type Node = AnyStateMachine['root'];

/** The tags of a state node and of all below it. */
export function* tagsBelow(node: Node): Generator<string> {
  yield* node.tags;
  for (const child of Object.values(node.states)) yield* tagsBelow(child);
}
