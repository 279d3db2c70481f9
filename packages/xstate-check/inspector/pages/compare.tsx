import type { AnswersView, ComparisonView, Overview } from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { hrefOf, navigate, type Route } from '../route.ts';
import { ProblemPage, Scrolling, Waiting } from '../ui.tsx';
import { Beside } from './beside.tsx';

type Row = ComparisonView['rows'][number];
type Cell = Row['cells'][number];

/** What a cell is drawn as: a sign, the class of a cell of the matrix, and what it means. */
const SIGNS = {
  kept: ['✓', 'holds', 'kept'],
  broken: ['✗', 'broken', 'broken: opens the run'],
  'cannot-be-kept': ['✗!', 'broken', 'broken by every order of the steps that the design has'],
  unknown: ['?', 'unknown', 'not read'],
  'not-asked': ['·', 'not-applicable', 'not asked: the design has nothing that the rule speaks of'],
} as const;

/** The comparison and the two designs that an address asks for. */
interface Chosen {
  readonly name: string;
  readonly left: string;
  readonly right: string;
  readonly rule: string | undefined;
}

/** Rules by designs, and two of the designs beside each other. */
export function ComparePage({ route }: { readonly route: Route }) {
  const overview = useGet<Overview>('api/overview');
  const comparisons = overview.data?.comparisons;
  const name = route.name || comparisons?.[0]?.name;
  const view = useGet<ComparisonView>(
    name === undefined ? undefined : `api/comparison?name=${encodeURIComponent(name)}`,
  );
  const error = overview.error ?? view.error;
  if (error !== undefined) return <ProblemPage text={error} />;
  if (comparisons?.length === 0) return <ProblemPage text="No designs are compared here." />;
  if (view.data === undefined) return <Waiting />;
  return <Comparison view={view.data} chosen={chosenIn(view.data, route)} />;
}

/** The design under review on the left; on the right, where nothing is asked, the next one. */
function chosenIn({ name, designs }: ComparisonView, { query }: Route): Chosen {
  const names = designs.map((design) => design.name);
  const left = query.left ?? names[0]!;
  const right = query.right ?? names.find((one) => one !== left) ?? left;
  return { name, left, right, rule: query.rule };
}

function hrefTo(chosen: Chosen, change: Partial<Chosen>): string {
  const { name, left, right, rule } = { ...chosen, ...change };
  return hrefOf('compare', name, { left, right, rule });
}

function Comparison({ view, chosen }: { readonly view: ComparisonView; readonly chosen: Chosen }) {
  const unknown = [chosen.left, chosen.right].find(
    (name) => !view.designs.some((design) => design.name === name),
  );
  if (unknown !== undefined) {
    return <ProblemPage text={`There is no design '${unknown}' in ${view.name}.`} />;
  }
  return (
    <div className="page compare-page">
      <h1>{view.title}</h1>
      <ul className="legend plain" aria-label="Legend">
        {Object.entries(SIGNS).map(([verdict, [sign, look, meaning]]) => (
          <li key={verdict}>
            <span className={`cell ${look}`}>{sign}</span> {meaning}
          </li>
        ))}
      </ul>
      <RulesByDesigns view={view} chosen={chosen} />
      <Never view={view} />
      <section aria-labelledby="beside">
        <h2 id="beside">Side by side</h2>
        <Choices view={view} chosen={chosen} />
        <Beside {...chosen} rule={ruleShown(view, chosen)} />
      </section>
      <Answers chosen={chosen} />
      <Designs view={view} />
    </div>
  );
}

/**
 * The rule that is asked for, where one of the two designs breaks it. Where none is asked for, the first
 * that one of them breaks and the other is asked, else that one breaks.
 */
function ruleShown({ rows, designs }: ComparisonView, { left, right, rule }: Chosen) {
  const places = [left, right].map((name) => designs.findIndex((design) => design.name === name));
  const of = ({ cells }: Row) => places.map((place) => cells[place]!);
  const broken = rows.filter((row) => of(row).some((cell) => 'counterexample' in cell));
  if (rule !== undefined) return broken.find((row) => row.rule === rule)?.rule;
  const asked = (row: Row) => of(row).every(({ verdict }) => verdict !== 'not-asked');
  return (broken.find(asked) ?? broken[0])?.rule;
}

function RulesByDesigns({
  view,
  chosen,
}: {
  readonly view: ComparisonView;
  readonly chosen: Chosen;
}) {
  const { designs, rows } = view;
  const isChosen = (name: string) => name === chosen.left || name === chosen.right;
  return (
    <Scrolling label="Rules by designs" className="matrix-wrap">
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col" className="corner">
              rule
            </th>
            {designs.map(({ name, title, source }) => (
              <th
                scope="col"
                key={name}
                title={`${title}\n${source}`}
                className={isChosen(name) ? 'found' : ''}
              >
                <span className="turned">{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.rule} className={chosen.rule === row.rule ? 'found' : ''}>
              <th scope="row">
                <code>{row.rule}</code>{' '}
                {row.of !== undefined && <span className="dim">{row.of}</span>}
                <span className="rule-title">{row.title}</span>
              </th>
              {row.cells.map((cell, i) => (
                <td key={designs[i]!.name}>
                  <RuleCell cell={cell} rule={row.rule} design={designs[i]!.name} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

/** Of a broken rule it opens the run that breaks it. */
function RuleCell({
  cell,
  rule,
  design,
}: {
  readonly cell: Cell;
  readonly rule: string;
  readonly design: string;
}) {
  const [sign, look, meaning] = SIGNS[cell.verdict];
  const words = `${rule} in ${design}: ${cell.verdict === 'cannot-be-kept' ? neverWords(cell) : meaning}`;
  if (!('counterexample' in cell)) {
    return (
      <span className={`cell ${look}`} role="img" aria-label={words} title={words}>
        {sign}
      </span>
    );
  }
  const known = cell.known.length === 0 ? '' : ` (${cell.known.join(', ')})`;
  return (
    <a
      className={`cell ${look}`}
      href={hrefOf('counterexample', cell.counterexample)}
      aria-label={words + known}
      title={words + known}
    >
      {sign}
    </a>
  );
}

type NeverKept = Extract<Cell, { readonly verdict: 'cannot-be-kept' }>;

function neverWords({ search: { orders, title, between } }: NeverKept): string {
  return `each of the ${orders} orders of ${title} breaks it; none repairs ${between.join(' against ')}`;
}

/** What was searched, and found in no order of the steps. */
function Never({ view: { rows, designs } }: { readonly view: ComparisonView }) {
  const never = rows.flatMap(({ rule, cells }) =>
    cells.flatMap((cell, i) =>
      cell.verdict === 'cannot-be-kept' ? [{ rule, design: designs[i]!.name, cell }] : [],
    ),
  );
  if (never.length === 0) return null;
  return (
    <section>
      <h2>What no order of the steps keeps</h2>
      <ul>
        {never.map(({ rule, design, cell }) => (
          <li key={`${rule} ${design}`}>
            <code>{rule}</code> in <code>{design}</code>: {neverWords(cell)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Choices({ view, chosen }: { readonly view: ComparisonView; readonly chosen: Chosen }) {
  const choice = (side: 'left' | 'right', options: readonly string[]) => (
    <label>
      {side}{' '}
      <select
        value={chosen[side]}
        onChange={({ target }) => navigate(hrefTo(chosen, { [side]: target.value }))}
      >
        {options.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
  const names = view.designs.map(({ name }) => name);
  return (
    <p className="choices">
      {choice('left', names)} {choice('right', names)}{' '}
      <label>
        rule{' '}
        <select
          value={chosen.rule ?? ruleShown(view, chosen) ?? ''}
          onChange={({ target }) => navigate(hrefTo(chosen, { rule: target.value }))}
        >
          {view.rows.map(({ rule }) => (
            <option key={rule}>{rule}</option>
          ))}
        </select>
      </label>
    </p>
  );
}

/** What who uses each of the two designs sees of it. */
function Answers({ chosen: { name, left, right } }: { readonly chosen: Chosen }) {
  const { data, error } = useGet<AnswersView>(`api/answers?name=${encodeURIComponent(name)}`);
  if (error !== undefined) return <p role="alert">{error}</p>;
  if (data === undefined) return <Waiting />;
  if (data.calls.length === 0) return null;
  return (
    <section>
      <h2>What calls answer</h2>
      <div className="table-wrap">
        <table className="rows stack">
          <thead>
            <tr>
              <th scope="col">call</th>
              <th scope="col">{left}</th>
              <th scope="col">{right}</th>
            </tr>
          </thead>
          <tbody>
            {data.calls.map((call) => (
              <tr key={call.call}>
                <th scope="row">{call.call}</th>
                {[left, right].map((design, i) => (
                  <td key={`${design} ${i}`} data-name={design}>
                    <AnswerOf call={call} design={design} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function AnswerOf({
  call: { answers },
  design,
}: {
  readonly call: AnswersView['calls'][number];
  readonly design: string;
}) {
  const answer = answers.find(({ designs }) => designs.includes(design));
  if (answer === undefined) return <span className="dim">not said</span>;
  const { outcomes, says, source, by } = answer;
  return (
    <>
      {outcomes.length > 0 && <code className="wrap">{outcomes.join(', ')}</code>} {says}
      <div className="source">
        {by !== undefined && (
          <>
            <code className="wrap">{by.call}</code> in{' '}
            <a href={hrefOf('system', by.system)}>{by.system}</a>;{' '}
          </>
        )}
        {source}
      </div>
    </>
  );
}

function Designs({ view: { designs } }: { readonly view: ComparisonView }) {
  return (
    <section>
      <h2>Designs</h2>
      <dl className="revisions">
        {designs.map(({ name, title, source }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              {title} <span className="source">{source}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
