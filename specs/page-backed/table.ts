import { type Expectation, withoutInstance } from 'xstate-check';
import { type SearchedOrders, searchedOrders } from './searched-orders.ts';

/** What a design makes of a rule. */
export type Cell =
  | { readonly verdict: 'kept' }
  /** The run is SYSTEM/RULE/DESIGN, which `explain` takes; the findings that claim it. */
  | { readonly verdict: 'broken'; readonly counterexample: string; readonly findings: string }
  /** Broken, and by every order of the steps that the design has. */
  | {
      readonly verdict: 'cannot-be-kept';
      readonly counterexample: string;
      readonly findings: string;
      readonly orders: number;
      /** The two steps that no order repairs: one of the call in question, one of the others. */
      readonly between: readonly [string | undefined, string | undefined];
    }
  | { readonly verdict: 'not-asked' };

/** One rule in every design, in the order of these. */
export interface Row {
  readonly rule: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

/** Which search is about the steps of which design. */
const SEARCHED: Readonly<Record<string, readonly string[]>> = {
  'pages-read': ['as-read', 'dma-buf-fd'],
  'pages-sound': ['dma-buf-fd'],
};

/**
 * Rule by design: what the manifest says at every scope at which a design is looked at, and, where a
 * rule breaks, whether any order of the design's own steps keeps it.
 */
export function rulesByDesign(
  expectations: readonly Expectation[],
  designs: readonly string[],
): readonly Row[] {
  const own = expectations.filter(({ revision }) => designs.includes(revision));
  const rules = new Set(own.flatMap(({ properties }) => Object.keys(properties)));
  const ids = [...new Set([...rules].map(withoutInstance))];
  return ids.map((rule) => ({
    rule,
    cells: Object.fromEntries(designs.map((design) => [design, cellOf(rule, design, own)])),
  }));
}

function cellOf(rule: string, design: string, expectations: readonly Expectation[]): Cell {
  const asked = expectations
    .filter(({ revision }) => revision === design)
    .flatMap(({ system, properties }) =>
      Object.entries(properties)
        .filter(([id]) => withoutInstance(id) === rule)
        .map(([, verdict]) => ({ system, verdict })),
    )
    .filter(({ verdict }) => verdict !== 'vacuous');
  if (asked.length === 0) return { verdict: 'not-asked' };
  const broken = asked.filter(({ verdict }) => verdict !== 'holds');
  const [first] = broken;
  if (first === undefined) return { verdict: 'kept' };
  const counterexample = `${first.system}/${rule}/${design}`;
  const names = broken.flatMap(({ verdict }) => verdict.split(', '));
  const findings = [...new Set(names)].join(', ');
  const never = (SEARCHED[design] ?? []).flatMap((id) => breaksAll(searchedOrders[id]!, rule));
  const [search] = never;
  if (search === undefined) return { verdict: 'broken', counterexample, findings };
  return { verdict: 'cannot-be-kept', counterexample, findings, ...search };
}

/** What a search says of a rule that all of its orders break. */
function breaksAll({ searched, broken }: SearchedOrders, rule: string) {
  return broken
    .filter((one) => one.rule === rule && one.orders === searched)
    .map(({ orders, between }) => ({ orders, between }));
}
