import type { MatrixView } from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { hrefOf, useRoute } from '../route.ts';
import { ProblemPage, Waiting } from '../ui.tsx';

type Cell = MatrixView['rows'][number]['cells'][number];

const SIGNS = {
  broken: ['✗', 'broken'],
  holds: ['✓', 'holds at the default scope'],
  unknown: ['?', 'unknown: the revision does not say what the rule needs'],
  'not-applicable': ['·', 'not applicable: the revision has nothing that the rule speaks of'],
} as const;

/** Rules against revisions; a broken cell opens the run that breaks it. */
export function MatrixPage() {
  const { data, error } = useGet<MatrixView>('api/matrix');
  const { query } = useRoute();
  if (error !== undefined) return <ProblemPage text={error} />;
  if (data === undefined) return <Waiting />;
  return (
    <div className="page matrix-page">
      <h1>Which revision breaks which rule</h1>
      <ul className="legend plain" aria-label="Legend">
        {Object.entries(SIGNS).map(([verdict, [sign, meaning]]) => (
          <li key={verdict}>
            <span className={`cell ${verdict}`}>{sign}</span> {meaning}
          </li>
        ))}
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by the keyboard */}
      <section className="table-wrap matrix-wrap" tabIndex={0} aria-label="Matrix">
        <table className="matrix">
          <thead>
            <tr>
              <th scope="col" className="corner">
                rule
              </th>
              {data.revisions.map(({ name, title, source }) => (
                <th scope="col" key={name} title={`${title}\n${source}`}>
                  <span className="turned">{name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.rows.map((row) => (
              <tr
                key={`${row.property} ${row.systems.join()}`}
                className={query.rule === row.property ? 'found' : ''}
                ref={(element) => {
                  if (query.rule === row.property) element?.scrollIntoView({ block: 'center' });
                }}
              >
                <th scope="row">
                  <code>{row.property}</code>
                  <span className="rule-title">{row.title}</span>
                  <span className="dim rule-systems">{row.systems.join(', ')}</span>
                </th>
                {row.cells.map((cell, index) => (
                  <td key={data.revisions[index]?.name ?? index}>
                    <MatrixCell
                      cell={cell}
                      property={row.property}
                      revision={data.revisions[index]?.name ?? ''}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section>
        <h2>Revisions</h2>
        <dl className="revisions">
          {data.revisions.map(({ name, title, source }) => (
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
    </div>
  );
}

function MatrixCell({
  cell,
  property,
  revision,
}: {
  readonly cell: Cell;
  readonly property: string;
  readonly revision: string;
}) {
  const [sign, meaning] = SIGNS[cell.verdict];
  const known = cell.known.length > 0 ? ` (${cell.known.join(', ')})` : '';
  const words = `${property} in ${revision}: ${meaning}${known}`;
  if (cell.counterexample !== undefined) {
    return (
      <a
        className={`cell ${cell.verdict}`}
        href={hrefOf('counterexample', cell.counterexample)}
        aria-label={`${words}: open the run`}
        title={words}
      >
        {sign}
      </a>
    );
  }
  return (
    <span className={`cell ${cell.verdict}`} role="img" aria-label={words} title={words}>
      {sign}
    </span>
  );
}
