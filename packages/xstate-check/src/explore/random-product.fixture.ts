import type * as FastCheck from 'fast-check';
import { CallTable } from '../specification/call.ts';
import type { Product } from '../system/product.ts';

/** A product as plain tables, for tests: `vectors[v]` has `[part, next]` for each participant. */
export interface Tables {
  /** Numbers of local states. Only the first few of each are used, so that words fill up. */
  readonly sizes: readonly number[];
  readonly vectors: readonly (readonly (readonly [part: number, next: readonly number[]])[])[];
}

/** Small random products; the tests pass fast-check in, because what is built does not depend on it. */
export function randomTables(
  fc: typeof FastCheck.default,
  most: { readonly parts: number; readonly local: number; readonly vectors: number },
): FastCheck.Arbitrary<Tables> {
  const part = fc.record({
    used: fc.integer({ min: 1, max: most.local }),
    unused: fc.constantFrom(0, 0, 1, 30, 1_000, 5_000),
  });
  return fc.array(part, { minLength: 1, maxLength: most.parts }).chain((parts) => {
    const participant = (index: number) => {
      const { used } = parts[index]!;
      const next = fc.array(fc.integer({ min: -1, max: used - 1 }), {
        minLength: used,
        maxLength: used,
      });
      return fc.tuple(fc.constant(index), next);
    };
    const vector = fc
      .subarray([...parts.keys()], { minLength: 1, maxLength: Math.min(3, parts.length) })
      .chain((members) => fc.tuple(...members.map(participant)));
    return fc.record({
      sizes: fc.constant(parts.map(({ used, unused }) => used + unused)),
      vectors: fc.array(vector, { maxLength: most.vectors }),
    });
  });
}

export function productOf({ sizes, vectors }: Tables): Product {
  const state = { nodes: [], context: {}, tags: [], meta: {} };
  return {
    name: 'random',
    parts: [],
    ltss: sizes.map((size, part) => ({
      name: `part${part}`,
      labels: [],
      states: Array.from({ length: size }, (_, local) => ({ ...state, name: String(local) })),
      next: new Int32Array(0),
      edges: new Map(),
    })),
    vectors: vectors.map((participants, v) => ({
      label: `v${v}`,
      initiator: -1,
      participants: participants.map(([part, used]) => {
        const next = new Int32Array(sizes[part]!).fill(-1);
        next.set(used);
        return { part, next, local: next };
      }),
    })),
    calls: new CallTable([]),
    uninitiated: [],
  };
}

/** A graph of local states, found without packing, tables or batches. */
export interface NaiveSpace {
  /** Keys are the local states, joined by commas. */
  readonly depthOf: ReadonlyMap<string, number>;
  readonly edges: readonly {
    readonly from: string;
    readonly vector: number;
    readonly to: string;
  }[];
  readonly stuck: readonly string[];
}

export function exploreNaively({ sizes, vectors }: Tables): NaiveSpace {
  const first = sizes.map(() => 0);
  const depthOf = new Map([[first.join(), 0]]);
  const edges: { from: string; vector: number; to: string }[] = [];
  const stuck: string[] = [];
  const queue = [first];
  for (const state of queue) {
    const from = state.join();
    const before = edges.length;
    vectors.forEach((participants, vector) => {
      const target = [...state];
      for (const [part, next] of participants) target[part] = next[state[part]!] ?? -1;
      if (target.includes(-1)) return;
      const to = target.join();
      edges.push({ from, vector, to });
      if (depthOf.has(to)) return;
      depthOf.set(to, depthOf.get(from)! + 1);
      queue.push(target);
    });
    if (edges.length === before) stuck.push(from);
  }
  return { depthOf, edges, stuck };
}
