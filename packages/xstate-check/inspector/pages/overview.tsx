import { useMemo, useState } from 'react';
import type { CounterexampleEntry, Overview } from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { hrefOf } from '../route.ts';
import { ProblemPage, Waiting } from '../ui.tsx';
import { Doors } from './doors.tsx';

/** How many counterexamples are listed before one asks for all. */
const FIRST = 20;

export function OverviewPage() {
  const { data, error } = useGet<Overview>('api/overview');
  if (error !== undefined) return <ProblemPage text={error} />;
  if (data === undefined) return <Waiting />;
  const broken = data.systems.filter((system) => system.broken.length > 0).length;
  return (
    <div className="page overview">
      <h1>What is specified</h1>
      <p className="lead">{data.description}.</p>
      <Doors doors={data.doors} />
      <ul className="entries plain" aria-label="Where to begin">
        <Entry href="#systems" title={`${data.systems.length} systems`}>
          Machines that run together. Open one and take its steps yourself; {broken} have a rule
          that a known finding breaks.
        </Entry>
        <Entry href="#counterexamples" title={`${data.counterexamples.length} counterexamples`}>
          The shortest runs that break a rule, to be stepped forwards and backwards.
        </Entry>
        <Entry href="#/matrix" title="Matrix">
          Which revision keeps or breaks which rule.
        </Entry>
        {data.comparisons.map(({ name, title, designs }) => (
          <Entry key={name} href={hrefOf('compare', name)} title={`${designs.length} designs`}>
            {title}: which rule each of them keeps.
          </Entry>
        ))}
        <Entry href="#/findings" title="Findings">
          What is wrong in a release, each with its source and its run.
        </Entry>
        <Entry href="#machines" title={`${data.machines.length} machines`}>
          One statechart for each call, lock, contract and monitor.
        </Entry>
        <Entry href="#/actors" title="Actors">
          Point the XState actors of any project at this page and watch them.
        </Entry>
      </ul>
      <Systems systems={data.systems} />
      <Counterexamples all={data.counterexamples} />
      <Machines machines={data.machines} />
      <Suites suites={data.suites} />
    </div>
  );
}

function Entry({
  href,
  title,
  children,
}: {
  readonly href: string;
  readonly title: string;
  readonly children: React.ReactNode;
}) {
  const inPage = !href.startsWith('#/');
  return (
    <li>
      <a
        href={href}
        onClick={(event) => {
          if (!inPage) return;
          event.preventDefault();
          const heading = document.getElementById(href.slice(1));
          heading?.closest('details')?.setAttribute('open', '');
          heading?.scrollIntoView();
          heading?.focus({ preventScroll: true });
        }}
      >
        <b>{title}</b>
        <span>{children}</span>
      </a>
    </li>
  );
}

/** Open where there is room; on a phone one opens what one wants. */
function Section({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly children: React.ReactNode;
}) {
  return (
    <section>
      <details className="section" open={!window.matchMedia('(max-width: 640px)').matches}>
        <summary>
          <h2 id={id} tabIndex={-1}>
            {title}
          </h2>
        </summary>
        {children}
      </details>
    </section>
  );
}

function Systems({ systems }: { readonly systems: Overview['systems'] }) {
  return (
    <Section id="systems" title="Systems">
      <p className="dim">
        A rule holds at a scope, in every state that can be reached there; of larger ones nothing is
        said.
      </p>
      <div className="table-wrap">
        <table className="rows stack systems">
          <thead>
            <tr>
              <th scope="col">system</th>
              <th scope="col">rules, at the default revision</th>
              <th scope="col">scope</th>
              <th scope="col">revision</th>
              <th scope="col" className="number">
                states
              </th>
            </tr>
          </thead>
          <tbody>
            {systems.map((system) => (
              <tr key={system.name}>
                <th scope="row">
                  <a href={hrefOf('system', system.name)}>{system.name}</a>
                  <div className="dim row-title">{system.title}</div>
                </th>
                <td data-name="rules">
                  <SystemVerdict system={system} />
                </td>
                <td data-name="scope" className="scope">
                  {system.scope.split(/,\s*/).join(', ')}
                </td>
                <td data-name="revision">
                  <code>{system.defaultRevision}</code>
                  {system.revisions.length > 1 && (
                    <span className="dim"> of {system.revisions.length}</span>
                  )}
                </td>
                <td data-name="states" className="number">
                  {system.states?.toLocaleString('en')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function SystemVerdict({ system }: { readonly system: Overview['systems'][number] }) {
  if (system.broken.length === 0) {
    if (system.states === undefined) return <span className="dim">? not in the manifest</span>;
    return <span className="verdict holds">✓ all hold</span>;
  }
  const byFinding = Map.groupBy(system.broken, ({ finding }) => finding);
  return (
    <ul className="plain broken-by">
      {[...byFinding].map(([finding, broken]) => (
        <li key={finding}>
          <span className="verdict broken">✗</span>{' '}
          <a href={hrefOf('counterexample', finding)}>{finding}</a> breaks{' '}
          <code className="wrap">{broken[0]!.property}</code>
          {broken[0]!.scope !== undefined && <span className="dim"> at {broken[0]!.scope}</span>}
          {broken.length > 1 && (
            <span className="dim" title={broken.map(({ property }) => property).join('\n')}>
              {' '}
              and {broken.length - 1} more
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Counterexamples({ all }: { readonly all: readonly CounterexampleEntry[] }) {
  const [text, setText] = useState('');
  const [most, setMost] = useState(FIRST);
  const found = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return all.filter((one) => {
      const whole = Object.values(one).join(' ').toLowerCase();
      return words.every((word) => whole.includes(word));
    });
  }, [all, text]);
  const shown = found.slice(0, most);
  return (
    <Section id="counterexamples" title="Counterexamples">
      <div className="section-head">
        <input
          type="search"
          aria-label="Only counterexamples with these words"
          placeholder="only with these words"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <span className="dim" role="status">
          {found.length} of {all.length}
        </span>
      </div>
      <div className="table-wrap">
        <table className="rows stack">
          <thead>
            <tr>
              <th scope="col">id</th>
              <th scope="col">what is wrong</th>
              <th scope="col">breaks</th>
              <th scope="col">in</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={`${one.kind} ${one.id}`}>
                <th scope="row">
                  <a href={hrefOf('counterexample', one.id)}>{one.id}</a>{' '}
                  <span className="dim">{one.kind}</span>
                </th>
                <td data-name="what">
                  {one.title}
                  <div className="source">{one.source}</div>
                </td>
                <td data-name="breaks">
                  <code className="wrap">{one.property}</code>
                </td>
                <td data-name="in">
                  {one.system} <span className="dim">{one.revision}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.length > most && (
        <button type="button" className="more" onClick={() => setMost(all.length)}>
          Show all {found.length}
        </button>
      )}
    </Section>
  );
}

function Machines({ machines }: { readonly machines: Overview['machines'] }) {
  const subjects = [...Map.groupBy(machines, ({ subject }) => subject ?? 'other')];
  return (
    <Section id="machines" title="Machines">
      <div className="subjects">
        {subjects.map(([subject, ones]) => (
          <div key={subject} className="subject">
            <h3>{subject}</h3>
            <ul className="plain">
              {ones.map(({ name, kind, states, transitions }) => (
                <li key={name}>
                  <a href={hrefOf('machine', name)}>{name}</a>{' '}
                  <span className="dim">
                    {kind}, {states} states, {transitions} transitions
                  </span>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Section>
  );
}

function Suites({ suites }: { readonly suites: Overview['suites'] }) {
  if (suites.length === 0) return null;
  return (
    <Section id="suites" title="Generated tests">
      <ul className="suites plain">
        {suites.map(({ name, paths }) => (
          <li key={name}>
            <a href={hrefOf('suite', name)}>{name}</a>{' '}
            {paths !== undefined && <span className="dim">{paths} paths</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
