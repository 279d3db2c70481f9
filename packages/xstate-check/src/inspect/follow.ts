import { after, isEnabled } from '../system/moves.ts';
import type { Product } from '../system/product.ts';

/** What is followed: the steps of another, those that are also one's own. */
export interface Followed {
  /** The labels of the steps as who follows knows them; nothing where it has no such step. */
  readonly steps: readonly (string | undefined)[];
  /** The labels of the other, as who follows knows them: of these it takes none but when it is due. */
  readonly shared: ReadonlySet<string>;
}

export interface Following {
  /** What was taken: the vector, and the step of the other that it is, where it is one. */
  readonly taken: readonly { readonly vector: number; readonly step?: number }[];
  /** The step that no run of its own gets to take; absent where all are taken, or not all was looked at. */
  readonly refused?: number;
  /** The step that was not taken in as many positions as were looked at, which are not all. */
  readonly lost?: number;
  /** The states of the parts behind what was taken. */
  readonly local: Int32Array;
}

interface Node {
  readonly local: Int32Array;
  readonly at: number;
  readonly from?: Node;
  readonly vector?: number;
}

/** Most positions that are looked at, for an answer in a second or two. */
export const MOST_POSITIONS = 60_000;

/**
 * Follows the steps of another system as far as any run does that takes the shared ones in their order
 * and puts steps of its own between them: breadth first, so that it takes no more of its own than it must.
 */
export function follow(
  product: Product,
  { steps, shared }: Followed,
  most = MOST_POSITIONS,
): Following {
  const { vectors } = product;
  const skip = (at: number) => {
    let next = at;
    while (next < steps.length && steps[next] === undefined) next++;
    return next;
  };
  const first: Node = { local: new Int32Array(product.parts.length), at: skip(0) };
  const queue: Node[] = [first];
  const seen = new Set([keyOf(first)]);
  let furthest = first;
  for (let i = 0; i < queue.length && i < most; i++) {
    const node = queue[i]!;
    if (node.at > furthest.at) furthest = node;
    if (furthest.at === steps.length) break;
    vectors.forEach((vector, index) => {
      const isDue = vector.label === steps[node.at];
      if (!isDue && shared.has(vector.label)) return;
      if (!isEnabled(vector, node.local)) return;
      const next: Node = {
        local: after(vector, node.local),
        at: isDue ? skip(node.at + 1) : node.at,
        from: node,
        vector: index,
      };
      const key = keyOf(next);
      if (seen.has(key)) return;
      seen.add(key);
      queue.push(next);
    });
  }
  return {
    taken: takenTo(furthest, (at) => skip(at)),
    ...(furthest.at < steps.length &&
      (queue.length > most ? { lost: furthest.at } : { refused: furthest.at })),
    local: furthest.local,
  };
}

const keyOf = ({ local, at }: Node): string => `${at} ${local.join()}`;

function takenTo(last: Node, skip: (at: number) => number): Following['taken'] {
  const taken: Following['taken'][number][] = [];
  for (let node = last; node.from !== undefined; node = node.from) {
    const isStep = node.at !== node.from.at;
    taken.push({ vector: node.vector!, ...(isStep && { step: skip(node.from.at) }) });
  }
  return taken.reverse();
}
