import type { ComparisonView, Overview, RunView } from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { hrefOf } from '../route.ts';
import { CopyButton, Problem, Waiting } from '../ui.tsx';

type Door = Overview['doors'][number];
type Shown<Kind> = Extract<Door['shows'], { readonly kind: Kind }>;

/** Who has a question finds the answer here, and where it goes on. */
export function Doors({ doors }: { readonly doors: readonly Door[] }) {
  if (doors.length === 0) return null;
  return (
    <section className="doors" aria-label="Where to begin with a question">
      {doors.map((door) => (
        <article key={door.who} className="door">
          <h2>{door.who}</h2>
          <p>{door.says}</p>
          <Shows shows={door.shows} />
          <p className="door-command">
            <code className="wrap">{door.command}</code>{' '}
            <CopyButton text={door.command} name="Copy" />
          </p>
        </article>
      ))}
    </section>
  );
}

function Shows({ shows }: { readonly shows: Door['shows'] }) {
  switch (shows.kind) {
    case 'run':
      return <ShownRun shows={shows} />;
    case 'table':
      return <ShownTable shows={shows} />;
    case 'comparison':
      return <ShownDesigns shows={shows} />;
  }
}

/** A change, and below it the run that it breaks a rule with. */
function ShownRun({ shows: { id, change } }: { readonly shows: Shown<'run'> }) {
  const run = useGet<RunView>(`api/counterexample?id=${encodeURIComponent(id)}`);
  return (
    <>
      <pre className="door-change">
        {change.split('\n').map((line, index) => (
          <span key={index} className={lookOf(line)}>
            {`${line}\n`}
          </span>
        ))}
      </pre>
      {run.error !== undefined && <Problem text={run.error} />}
      {run.data === undefined && run.error === undefined && <Waiting />}
      {run.data !== undefined && (
        <>
          <p className="door-said">{run.data.said?.join(' ')}</p>
          <p className="door-go">
            <a href={hrefOf('counterexample', id)}>
              Step through the run: {run.data.steps.length} steps, breaks{' '}
              <code className="wrap">{run.data.property}</code>
            </a>
          </p>
        </>
      )}
    </>
  );
}

const lookOf = (line: string) =>
  line.startsWith('+') ? 'added' : line.startsWith('-') ? 'gone' : undefined;

/** Answers, each with a run that shows it. */
function ShownTable({ shows: { head, rows, system } }: { readonly shows: Shown<'table'> }) {
  return (
    <table className="rows door-table">
      <thead>
        <tr>
          {head.map((text) => (
            <th key={text} scope="col">
              {text}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ cells: [first, ...rest], find }) => (
          <tr key={first}>
            <th scope="row">
              <a href={hrefOf('system', system, { find, nth: 1 })}>{first}</a>
            </th>
            {rest.map((cell, index) => (
              <td key={head[index + 1]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many rules each design keeps, of those that it was asked. */
function ShownDesigns({ shows: { name } }: { readonly shows: Shown<'comparison'> }) {
  const { data, error } = useGet<ComparisonView>(`api/comparison?name=${encodeURIComponent(name)}`);
  if (error !== undefined) return <Problem text={error} />;
  if (data === undefined) return <Waiting />;
  return (
    <>
      <table className="rows door-table">
        <thead>
          <tr>
            <th scope="col">design</th>
            <th scope="col" className="number">
              keeps
            </th>
            <th scope="col" className="number">
              breaks
            </th>
          </tr>
        </thead>
        <tbody>
          {data.designs.map((design, column) => (
            <tr key={design.name}>
              <th scope="row">
                <a href={hrefOf('compare', name, { left: design.name })}>{design.name}</a>
              </th>
              <td className="number">{count(data, column, ['kept'])}</td>
              <td className="number">{count(data, column, ['broken', 'cannot-be-kept'])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim">
        Rules, each at the scopes of the manifest; a design is asked those that its systems have.
      </p>
    </>
  );
}

type Verdict = ComparisonView['rows'][number]['cells'][number]['verdict'];

const count = ({ rows }: ComparisonView, column: number, of: readonly Verdict[]) =>
  rows.filter(({ cells }) => of.includes(cells[column]!.verdict)).length;
