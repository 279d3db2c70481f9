import { InputError } from '../base/errors.ts';
import type { LtsState } from '../lts/lts.ts';
import type { Participant, Product } from '../system/product.ts';
import { countIn, holdersAfter, locksIn } from './holders.ts';

/** A product that remembers who holds some of its locks. */
export interface Followed {
  readonly product: Product;
  /** The threads that hold a lock of a part, by the states of the parts of that product. */
  readonly holders: (part: number, object: string) => (local: Int32Array) => readonly string[];
}

/** Most states of what remembers the holders of one part. */
const MOST = 100_000;

/**
 * Who holds a lock is not in the state of the lock: beside each of these parts goes one that takes
 * the same steps and remembers it. It refuses none, so that the runs are those of the product, and
 * states that differ in who holds what are two.
 */
export function followingHolders(product: Product, parts: readonly number[]): Followed {
  const memories = parts.map((part) => memoryOf(product, part));
  const first = product.parts.length;
  const vectors = product.vectors.map((vector, number) => ({
    ...vector,
    participants: [
      ...vector.participants,
      ...memories.flatMap(({ nextOf }, i) => {
        const next = nextOf.get(number);
        if (next === undefined) return [];
        const local = new Int32Array(next.length).fill(-1);
        return [{ part: first + i, next, local } satisfies Participant];
      }),
    ],
  }));
  return {
    product: {
      ...product,
      parts: [...product.parts, ...parts.map((part) => memoryPart(product, part))],
      ltss: [
        ...product.ltss,
        ...memories.map((memory, i) => memoryLts(product, parts[i]!, memory)),
      ],
      vectors,
    },
    holders(part, object) {
      const index = parts.indexOf(part);
      const byState = memories[index]!.states.map(({ holders }) => holders.get(object) ?? []);
      return (local) => byState[local[first + index]!]!;
    },
  };
}

/** A state of a part, and who holds its locks in it, by name. */
interface Remembered {
  readonly state: number;
  readonly holders: ReadonlyMap<string, readonly string[]>;
}

interface Memory {
  readonly states: readonly Remembered[];
  /** By vector: the next state of each. */
  readonly nextOf: ReadonlyMap<number, Int32Array>;
}

/** @throws InputError where a part can be held in more ways than are remembered */
function memoryOf(product: Product, part: number): Memory {
  const steps = product.vectors.flatMap(({ participants }, vector) => {
    const own = participants.find((participant) => participant.part === part);
    return own === undefined ? [] : [{ vector, next: own.next }];
  });
  const most = Math.max(
    1,
    ...[...product.ltss[part]!.states.keys()].map((at) => countIn(product, part, at)),
  );
  const states: Remembered[] = [{ state: 0, holders: new Map() }];
  const numbers = new Map([[keyOf(states[0]!), 0]]);
  const found = steps.map((): number[] => []);
  for (let at = 0; at < states.length; at++) {
    const from = states[at]!;
    for (const [i, { vector, next }] of steps.entries()) {
      const to = next[from.state]!;
      if (to < 0) {
        found[i]!.push(-1);
        continue;
      }
      const after = { state: to, holders: remembered(product, part, from, to, vector, most) };
      const key = keyOf(after);
      const known = numbers.get(key) ?? states.push(after) - 1;
      numbers.set(key, known);
      found[i]!.push(known);
    }
    if (states.length > MOST) {
      throw new InputError(
        `who holds '${product.parts[part]!.name}' is more than can be followed at this scope: take a smaller one`,
      );
    }
  }
  return {
    states,
    nextOf: new Map(steps.map(({ vector }, i) => [vector, Int32Array.from(found[i]!)])),
  };
}

/** The holders of each lock after a step, in the order of their names, no more than can hold it. */
function remembered(
  product: Product,
  part: number,
  { state, holders }: Remembered,
  to: number,
  vector: number,
  most: number,
): Remembered['holders'] {
  const moved = { part, from: state, to, vector };
  return new Map(
    [...locksIn(product, part, to).keys()].map((object) => {
      const after = holdersAfter(product, object, holders.get(object) ?? [], moved);
      return [object, after.toSorted().slice(-most)];
    }),
  );
}

const keyOf = ({ state, holders }: Remembered): string => JSON.stringify([state, [...holders]]);

function memoryPart({ parts }: Product, part: number): Product['parts'][number] {
  const { machine, name } = parts[part]!;
  return {
    ...{ name: `who holds ${name}`, machine, kind: 'monitor', roles: [] },
    rename: () => [],
    renameCommit: () => undefined,
  };
}

/** Its steps are in the vectors; a state is named by who holds what. */
function memoryLts({ parts }: Product, part: number, { states }: Memory): Product['ltss'][number] {
  const nameOf = ({ state, holders }: Remembered): LtsState => ({
    name: `${state} ${[...holders].map(([lock, by]) => `${lock}: ${by.join(', ')}`).join('; ')}`,
    ...{ nodes: [], context: {}, tags: [], meta: {} },
  });
  return {
    name: `who holds ${parts[part]!.name}`,
    labels: [],
    states: states.map(nameOf),
    next: new Int32Array(0),
    edges: new Map(),
  };
}
