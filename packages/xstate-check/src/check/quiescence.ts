import type { AnyStateMachine } from 'xstate';
import type { Lts } from '../lts/lts.ts';
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

/** For each state of a machine 1 where it is tagged `quiescent`. */
export function quiescentStates(lts: Lts): Uint8Array {
  return Uint8Array.from(lts.states, ({ tags }) => (tags.includes(QUIESCENT) ? 1 : 0));
}

/**
 * For each part and each of its local states 1 where the part is at rest. A part that declares no
 * quiescent state, and a monitor, owes nothing anywhere.
 */
export function restOf(product: Product): Uint8Array[] {
  return product.parts.map((part, index) => {
    const lts = product.ltss[index]!;
    const owes = part.kind !== 'monitor' && canRest(part.machine);
    return owes ? quiescentStates(lts) : new Uint8Array(lts.states.length).fill(1);
  });
}

/**
 * The same for the question whether anybody is stuck: a resource waits for nobody, so that one that
 * nobody waits for is left as it is. That it never comes to rest is for the rule of that name to say.
 */
export function stuckRestOf(product: Product): Uint8Array[] {
  return restOf(product).map((rest, part) =>
    product.parts[part]!.kind === 'resource' ? rest.fill(1) : rest,
  );
}

type Node = AnyStateMachine['root'];

/** The tags of a state node and of all below it. */
export function* tagsBelow(node: Node): Generator<string> {
  yield* node.tags;
  for (const child of Object.values(node.states)) yield* tagsBelow(child);
}
