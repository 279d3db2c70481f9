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
