import { useState } from 'react';
import type { MatrixView, Overview } from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { Dialog } from '../dialog.tsx';
import { hrefOf, navigate, type Route, useRoute } from '../route.ts';
import { ProblemPage, Scrolling, Waiting } from '../ui.tsx';

type Row = MatrixView['rows'][number];
type Cell = Row['cells'][number];

const SIGNS = {
  broken: ['✗', 'broken'],
  holds: ['✓', 'holds at every scope at which it is looked at'],
  'holds-where-read': ['~', 'holds in the systems whose source of that revision was read'],
  unknown: ['?', 'unknown: the source of that revision was not read'],
  'not-applicable': ['·', 'not applicable: the revision has nothing that the rule speaks of'],
} as const;

/** A broken cell of which there is more than one run. */
interface Several {
  readonly words: string;
  readonly ids: readonly string[];
}

/** Rules against revisions; a broken cell opens the run that breaks it. */
export function MatrixPage() {
  const { query } = useRoute();
  const { system } = query;
  const { data, error } = useGet<MatrixView>(
    system === undefined ? 'api/matrix' : `api/matrix?system=${encodeURIComponent(system)}`,
  );
  const [several, setSeveral] = useState<Several | undefined>();
  if (error !== undefined) return <ProblemPage text={error} />;
  if (data === undefined) return <Waiting />;
  return (
    <div className="page matrix-page">
      <h1>Which revision breaks which rule</h1>
      <SystemChoice query={query} />
      <ul className="legend plain" aria-label="Legend">
        {Object.entries(SIGNS).map(([verdict, [sign, meaning]]) => (
          <li key={verdict}>
            <span className={`cell ${verdict}`}>{sign}</span> {meaning}
          </li>
        ))}
      </ul>
      <Scrolling label="Matrix" className="matrix-wrap" ref={toNewest}>
        <table className="matrix">
          <thead>
            <tr>
              <th scope="col" className="corner">
                rule
              </th>
              {data.revisions.map(({ name, title, source }) => (
                <th
                  scope="col"
                  key={name}
                  title={`${title}\n${source}`}
                  className={query.revision === name ? 'found' : ''}
                >
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
                  <About row={row} />
                </th>
                {row.cells.map((cell, index) => (
                  <td key={data.revisions[index]?.name ?? index}>
                    <MatrixCell
                      cell={cell}
                      property={row.property}
                      revision={data.revisions[index]?.name ?? ''}
                      onSeveral={setSeveral}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
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
      {several !== undefined && (
        <Dialog title={several.words} className="several" onClose={() => setSeveral(undefined)}>
          <h2>{several.words}</h2>
          <ul className="plain">
            {several.ids.map((id) => (
              <li key={id}>
                <FindingLink id={id} />
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </div>
  );
}

/** What a rule says; on a phone behind its name, because the cells need the room. */
function About({ row }: { readonly row: Row }) {
  const about = (
    <>
      <span className="rule-title">{row.title}</span>
      <span className="dim rule-systems">{row.systems.join(', ')}</span>
    </>
  );
  if (!isNarrow()) {
    return (
      <>
        <code>{row.property}</code>
        {about}
      </>
    );
  }
  return (
    <details>
      <summary>
        <code>{row.property}</code>
      </summary>
      {about}
    </details>
  );
}

function isNarrow(): boolean {
  return window.matchMedia('(max-width: 640px)').matches;
}

/** Where not all columns are seen, the newest are. */
function toNewest(element: HTMLElement | null): void {
  if (element !== null && isNarrow()) element.scrollLeft = element.scrollWidth;
}

function SystemChoice({ query }: { readonly query: Route['query'] }) {
  const overview = useGet<Overview>('api/overview').data;
  return (
    <p className="choices">
      <label>
        rules of{' '}
        <select
          value={query.system ?? ''}
          onChange={({ target }) =>
            navigate(hrefOf('matrix', '', { ...query, system: target.value || undefined }))
          }
        >
          <option value="">all systems</option>
          {overview?.systems.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
    </p>
  );
}

function FindingLink({ id }: { readonly id: string }) {
  const overview = useGet<Overview>('api/overview').data;
  const title = overview?.counterexamples.find((one) => one.id === id)?.title;
  return (
    <>
      <a href={hrefOf('counterexample', id)}>{id}</a>
      {title !== undefined && ` ${title}`}
    </>
  );
}

function MatrixCell({
  cell,
  property,
  revision,
  onSeveral,
}: {
  readonly cell: Cell;
  readonly property: string;
  readonly revision: string;
  readonly onSeveral: (several: Several) => void;
}) {
  const [sign, meaning] = SIGNS[cell.verdict];
  const known = cell.known.length > 0 ? ` (${cell.known.join(', ')})` : '';
  const words = `${property} in ${revision}: ${meaning}${known}`;
  const ids = [...new Set([...cell.known, ...(cell.counterexample ? [cell.counterexample] : [])])];
  if (cell.counterexample !== undefined && cell.known.length > 1) {
    return (
      <button
        type="button"
        className={`cell ${cell.verdict} several-cell`}
        data-runs={cell.known.length}
        aria-label={`${words}: choose a run`}
        title={words}
        onClick={() => onSeveral({ words, ids })}
      >
        {sign}
      </button>
    );
  }
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
