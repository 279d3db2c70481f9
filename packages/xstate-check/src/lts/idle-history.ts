import type { AnyMachineSnapshot } from 'xstate';
import type { Lts, LtsEdge } from './lts.ts';
import { keyWithoutHistory } from './snapshot.ts';

type Table = Pick<Lts, 'labels' | 'next' | 'edges'>;

/** A table in which states are merged; `of` says which state one of before is now. */
interface Merged extends Pick<Lts, 'next' | 'edges'> {
  readonly states: readonly AnyMachineSnapshot[];
  readonly of: (state: number) => number;
  /** For each state the first of before that it is. */
  readonly kept: readonly number[];
}

/**
 * Merges the states that differ in history alone and from which every run goes on alike. XState
 * remembers where a state was left until it is left again, also where nothing can ask for it any
 * more; whether something can is not seen in the snapshot, but in what follows.
 */
export function withoutIdleHistory(snapshots: readonly AnyMachineSnapshot[], table: Table): Merged {
  const same = {
    states: snapshots,
    of: (state: number) => state,
    kept: snapshots.map((_, i) => i),
    ...table,
  };
  if (snapshots.every(({ historyValue }) => Object.keys(historyValue).length === 0)) return same;
  const block = coarsest(snapshots.map(keyWithoutHistory), table);
  const first = new Map<number, number>();
  block.forEach((number, state) => {
    if (!first.has(number)) first.set(number, state);
  });
  const kept = [...first.values()];
  if (kept.length === snapshots.length) return same;
  const place = new Map(kept.map((state, i) => [block[state]!, i]));
  const of = (state: number) => place.get(block[state]!)!;
  const width = table.labels.length;
  const next = new Int32Array(kept.length * width).fill(-1);
  const edges = new Map<number, LtsEdge>();
  kept.forEach((state, i) => {
    for (let label = 0; label < width; label++) {
      const to = table.next[state * width + label]!;
      if (to < 0) continue;
      next[i * width + label] = of(to);
      edges.set(i * width + label, table.edges.get(state * width + label)!);
    }
  });
  return { states: kept.map((state) => snapshots[state]!), of, kept, next, edges };
}

/** The coarsest partition below that by key in which the states of a block go on alike. */
function coarsest(keys: readonly string[], { labels, next, edges }: Table): number[] {
  let [block, count] = numbered(keys);
  if (count === keys.length) return block;
  const said = new Map<LtsEdge, string>();
  const sayingOf = (edge: LtsEdge): string => {
    const known = said.get(edge) ?? `${JSON.stringify(edge.via)} ${edge.commits ?? ''}`;
    said.set(edge, known);
    return known;
  };
  for (let before = 0; before < count; ) {
    before = count;
    [block, count] = numbered(
      block.map((own, state) => {
        const ways = labels.map((_, label) => {
          const to = next[state * labels.length + label]!;
          return to < 0
            ? ''
            : `${block[to]} ${sayingOf(edges.get(state * labels.length + label)!)}`;
        });
        return `${own}\n${ways.join('\n')}`;
      }),
    );
  }
  return block;
}

/** Numbers texts, equal ones alike. */
function numbered(texts: readonly string[]): [number[], number] {
  const numbers = new Map<string, number>();
  for (const text of texts) if (!numbers.has(text)) numbers.set(text, numbers.size);
  return [texts.map((text) => numbers.get(text)!), numbers.size];
}
