import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import type { Comparison, Design, DesignSearch } from '../catalogue/comparison.ts';
import type { SystemFamily } from '../specification/system.ts';
import { type Band, type Cell, merged, type Row, SEVERITY } from './matrix.ts';

/** Rules by designs: what each design makes of each rule. */
export interface Compared {
  readonly comparison: Comparison;
  readonly rows: readonly ComparedRow[];
  /** What is not as the manifest expects, as sentences. */
  readonly differences: readonly string[];
}

export interface ComparedRow {
  /** The name that the rule has in every system. */
  readonly rule: string;
  readonly title: string;
  /** The rule of the specification that it is an instance of. */
  readonly of?: string;
  /** One for each design. */
  readonly cells: readonly ComparedCell[];
}

export type ComparedCell =
  | { readonly verdict: 'kept' | 'not-asked' | 'unknown' }
  | ({ readonly verdict: 'broken' } & Broken)
  /** Broken, and by every order of the steps that the design has. */
  | ({ readonly verdict: 'cannot-be-kept'; readonly search: Search } & Broken);

interface Broken {
  /** What `explain` takes. */
  readonly counterexample: string;
  /** The length of the shortest run; absent where nothing was checked. */
  readonly steps?: number;
  /** The findings and faults that speak of it. */
  readonly known: readonly string[];
}

/** The search that finds no order of the steps of a design that keeps a rule. */
interface Search {
  readonly title: string;
  readonly orders: number;
  /** The steps that none of these orders repairs: one of the call, one of the others. */
  readonly between: readonly string[];
}

/** The systems of a comparison, each once. @throws InputError for a system that there is not */
export function familiesOf({ families }: Catalogue, { designs }: Comparison): SystemFamily[] {
  const names = new Set(designs.flatMap(({ places }) => places.map(({ system }) => system)));
  return [...names].map((name) => findByName('system', name, families, (family) => family.name));
}

/**
 * Rules by designs, from what was found out of the systems (`bandsOf`), or what the manifest has of
 * them (`expectedBands`).
 *
 * @throws InputError for a system or a revision that there is not
 */
export function comparedOf(
  catalogue: Catalogue,
  comparison: Comparison,
  bands: readonly Band[],
): Compared {
  const columns = comparison.designs.map((design) => columnOf(catalogue, design, bands));
  const rules = new Map<string, Pick<ComparedRow, 'title' | 'of'>>();
  for (const row of columns.flat().map(({ row }) => row)) {
    const name = ruleOf(row.property);
    const known = rules.get(name);
    const of = known?.of ?? row.rule;
    rules.set(name, { title: known?.title ?? row.title, ...(of !== undefined && { of }) });
  }
  const rows = [...rules].map(([rule, about]) => ({
    rule,
    ...about,
    cells: comparison.designs.map((design, i) => cellOf(comparison, design, rule, columns[i]!)),
  }));
  const own = familiesOf(catalogue, comparison);
  return {
    comparison,
    rows: rows.toSorted(byDecision),
    differences: bands.flatMap(({ family, differences }) =>
      own.includes(family) ? differences : [],
    ),
  };
}

/** What decides something first, of that what is a rule of the specification, by its number. */
function byDecision(one: ComparedRow, other: ComparedRow): number {
  const rank = (row: ComparedRow) => (isKeptByAll(row) ? 2 : 0) + (row.of === undefined ? 1 : 0);
  const number = (one.of ?? '').localeCompare(other.of ?? '', 'en', { numeric: true });
  return rank(one) - rank(other) || number;
}

/** The name of a rule in whatever place: without what or where it is asked of. */
export function ruleOf(property: string): string {
  return property.replace(/[@(:].*$/, '');
}

/** What was found of a row of the matrix at a design. */
interface Found {
  readonly row: Row;
  readonly cell: Cell;
}

function columnOf(catalogue: Catalogue, { places }: Design, bands: readonly Band[]): Found[] {
  return places.flatMap(({ system, revision }) => {
    const band = findByName('system', system, bands, ({ family }) => family.name);
    findByName('revision', revision, band.family.revisions, (name) => name);
    const { revisions, rows } = merged(catalogue, [band]);
    const at = revisions.findIndex(({ name }) => name === revision);
    findByName('revision', revision, revisions, ({ name }) => name);
    return rows.map((row) => ({ row, cell: row.cells[at]! }));
  });
}

function cellOf(
  { searches }: Comparison,
  { name }: Design,
  rule: string,
  column: readonly Found[],
): ComparedCell {
  const asked = column
    .filter(({ row, cell }) => ruleOf(row.property) === rule && cell.verdict !== 'not-applicable')
    .map(({ cell }) => cell)
    .sort(worstFirst);
  const [worst] = asked;
  if (worst === undefined) return { verdict: 'not-asked' };
  const { verdict, counterexample } = worst;
  if (verdict !== 'broken') return { verdict: verdict === 'holds' ? 'kept' : 'unknown' };
  const { id, steps } = counterexample!;
  const broken = {
    counterexample: id,
    ...(steps > 0 && { steps }),
    known: [...new Set(asked.flatMap(({ known }) => known))],
  };
  const search = searches
    .filter(({ designs }) => designs.includes(name))
    .flatMap((one) => neverKept(one, rule))[0];
  return search === undefined
    ? { verdict: 'broken', ...broken }
    : { verdict: 'cannot-be-kept', search, ...broken };
}

/** The worst verdict, and of broken ones that with the shortest run. */
function worstFirst(one: Cell, other: Cell): number {
  const steps = ({ counterexample }: Cell) => counterexample?.steps ?? 0;
  const by = SEVERITY.indexOf(one.verdict) - SEVERITY.indexOf(other.verdict);
  return by === 0 ? steps(one) - steps(other) : by;
}

/** What a search says of a rule that all of its orders break. */
function neverKept({ title, orders, broken }: DesignSearch, rule: string): Search[] {
  return broken
    .filter((one) => ruleOf(one.rule) === rule && one.orders === orders)
    .map(({ between }) => ({
      ...{ title, orders },
      between: between.filter((step) => step !== undefined),
    }));
}

/** Whether a design was found to break a rule. */
export function isBroken(
  cell: ComparedCell,
): cell is Extract<ComparedCell, { readonly counterexample: string }> {
  return cell.verdict === 'broken' || cell.verdict === 'cannot-be-kept';
}

/** Whether the designs that are asked all keep a rule, so that it decides nothing. */
export function isKeptByAll({ cells }: ComparedRow): boolean {
  return cells.every(({ verdict }) => verdict === 'kept' || verdict === 'not-asked');
}
