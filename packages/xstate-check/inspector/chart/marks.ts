import { createContext } from 'react';

export interface Selection {
  readonly kind: 'node' | 'arrow';
  readonly id: string;
}

/** How many of the transitions of an arrow, or inside a box, something took. */
export interface Covered {
  readonly taken: number;
  readonly of: number;
}

/** What is marked in a chart, by the ids of its boxes and arrows. */
export interface ChartMarks {
  /** The current state. */
  readonly active?: ReadonlySet<string> | undefined;
  /** The state before the last step, where that changed it. */
  readonly before?: ReadonlySet<string> | undefined;
  readonly selected?: Selection | undefined;
  readonly coverage?: ReadonlyMap<string, Covered> | undefined;
}

export const ChartContext = createContext<
  ChartMarks & { readonly onSelect: (selection: Selection | undefined) => void }
>({ onSelect: () => {} });

/** A selection as an address has it: `node:held.write`. */
export function selectionText({ kind, id }: Selection): string {
  return `${kind}:${id}`;
}

export function parseSelection(text: string | undefined): Selection | undefined {
  const [, kind, id] = /^(node|arrow):(.+)$/s.exec(text ?? '') ?? [];
  return id === undefined ? undefined : { kind: kind as Selection['kind'], id };
}
