import type { DesignSearch, Searched } from 'xstate-check';

/** How the orders of a question fare, as `searched()` finds it; a test of minutes finds it anew. */
export interface SearchedOrders {
  readonly searched: number;
  /** The orders that keep every rule. */
  readonly kept: readonly (readonly string[])[];
  readonly broken: readonly {
    readonly rule: string;
    /** How many orders break it. */
    readonly orders: number;
    /** The one with the shortest run, and how many steps that has. */
    readonly order: readonly string[];
    readonly steps: number;
    /** The two steps that none of these orders repairs: one of the call, one of the others. */
    readonly between: readonly [string | undefined, string | undefined];
  }[];
}

/** What was found, as the data has it: a run as the number of its steps. */
export function asData({ broken, ...rest }: Searched): SearchedOrders {
  return { ...rest, broken: broken.map(({ run, ...one }) => ({ ...one, steps: run.length })) };
}

/** What a comparison of designs takes of a question and of what was found. */
export function designSearch(
  { title, of }: { readonly title: string; readonly of: readonly string[] },
  { searched, kept, broken }: SearchedOrders,
): DesignSearch {
  return { title, designs: of, orders: searched, keepAll: kept.length, broken };
}
