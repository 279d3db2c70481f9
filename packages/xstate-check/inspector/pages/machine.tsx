import { useCallback, useMemo, useState } from 'react';
import type { Coverage, MachineView } from '../../src/inspect/protocol.ts';
import { getText, messageOf, useGet } from '../api.ts';
import { coverageMarks } from '../chart/coverage.ts';
import { Details } from '../chart/details.tsx';
import { parseSelection, type Selection, selectionText } from '../chart/marks.ts';
import { Statechart } from '../chart/statechart.tsx';
import { useKeptFocus } from '../focus.ts';
import { useShortcuts } from '../keys.ts';
import { hrefOf, navigate, type Route } from '../route.ts';
import { StatelyButton } from '../stately.tsx';
import { Panel, Press, ProblemPage, Waiting } from '../ui.tsx';

/** A machine by itself: its statechart, where it comes from, what it answers in each state. */
export default function MachinePage({ route }: { readonly route: Route }) {
  const name = encodeURIComponent(route.name);
  const machine = useGet<MachineView>(`api/machine?name=${name}`);
  const isPlayed = machine.data !== undefined && machine.data.complaints === undefined;
  const coverage = useGet<Coverage>(isPlayed ? `api/coverage?machine=${name}` : undefined);
  if (machine.error !== undefined) return <ProblemPage text={machine.error} />;
  if (machine.data === undefined) return <Waiting />;
  if (machine.data.complaints !== undefined) {
    return <Drawn route={route} machine={machine.data} complaints={machine.data.complaints} />;
  }
  return <Machine route={route} machine={machine.data} coverage={coverage.data} />;
}

/** A machine that can be drawn, and is not fit to be played or checked. */
function Drawn({
  route,
  machine,
  complaints,
}: {
  readonly route: Route;
  readonly machine: MachineView;
  readonly complaints: readonly string[];
}) {
  const selection = useMemo(() => parseSelection(route.query.sel), [route.query.sel]);
  const select = useCallback(
    (chosen: Selection | undefined) => {
      const sel = chosen && selectionText(chosen);
      navigate(hrefOf('machine', route.name, { ...route.query, sel }), 'replace');
    },
    [route.name, route.query],
  );
  return (
    <div className="machine-page">
      <header className="player-head">
        <div className="heading">
          <h1>
            <code>{machine.name}</code>
          </h1>
          <p className="dim">drawn only: it cannot be played or checked as it is</p>
        </div>
      </header>
      <div className="machine-grid">
        <Panel title="Statechart" className="p-chart" plain>
          <Statechart chart={machine.chart} selected={selection} onSelect={select} />
        </Panel>
        <Panel title="About" className="p-about">
          <Details chart={machine.chart} selection={selection} onSelect={select} />
        </Panel>
        <Panel
          title="What keeps it from being played"
          className="p-labels"
          count={complaints.length}
        >
          <ul className="complaints">
            {complaints.map((complaint) => (
              <li key={complaint}>{complaint}</li>
            ))}
          </ul>
        </Panel>
      </div>
    </div>
  );
}

interface Props {
  readonly route: Route;
  readonly machine: MachineView;
  readonly coverage: Coverage | undefined;
}

function Machine({ route, machine, coverage }: Props) {
  const { query, steps } = route;
  const selection = useMemo(() => parseSelection(query.sel), [query.sel]);
  const run = useMemo(() => runOf(machine, steps), [machine, steps]);
  const state = run.at(-1)!;
  const by = coverage?.by.find((one) => one.name === query.coverage);
  const marks = useMemo(() => by && coverageMarks(machine, by.covered), [machine, by]);
  const now = machine.states[state]!;
  const playing = query.play === '1' || steps.length > 0;
  const active = useMemo(() => new Set(playing ? now.nodes : []), [now, playing]);
  const before = useMemo(
    () => new Set(run.length > 1 ? machine.states[run.at(-2)!]!.nodes : []),
    [run, machine],
  );
  const go = (to: readonly string[], more: Readonly<Record<string, string | undefined>> = {}) =>
    navigate(hrefOf('machine', route.name, { ...query, play: '1', ...more }, to), 'replace');
  const undo = () => go(steps.slice(0, -1));
  useShortcuts([
    { key: 'u', group: 'Machine', does: 'undo', run: undo },
    { key: 'ArrowLeft', group: 'Machine', does: 'undo', run: undo },
    { key: 'Home', group: 'Machine', does: 'restart', run: () => go([]) },
  ]);
  const select = useCallback(
    (chosen: Selection | undefined) => {
      const sel = chosen && selectionText(chosen);
      navigate(hrefOf('machine', route.name, { ...query, sel }, steps), 'replace');
    },
    [route.name, query, steps],
  );
  return (
    <div className="machine-page">
      <header className="player-head">
        <div className="heading">
          <h1>
            <code>{machine.name}</code>
          </h1>
          <p className="dim">
            {machine.kind !== undefined && `${machine.kind}, `}
            {machine.states.length} states, {Object.keys(machine.via).length} transitions,{' '}
            {machine.labels.length} labels
          </p>
        </div>
        <div className="transport">
          <CoverageChoice
            coverage={coverage}
            value={query.coverage}
            onChange={(value) =>
              navigate(
                hrefOf('machine', route.name, { ...query, coverage: value }, steps),
                'replace',
              )
            }
          />
          <a className="button" href={exportHref('svg', route.name)} download={`${route.name}.svg`}>
            SVG
          </a>
          <MermaidButton name={route.name} />
          <StatelyButton machine={machine} state={now} />
        </div>
      </header>
      <div className="machine-grid">
        <Panel title="Statechart" className="p-chart" plain>
          <Statechart
            chart={machine.chart}
            active={active}
            before={before}
            follow={playing ? now.nodes.at(-1) : undefined}
            selected={selection}
            coverage={marks}
            onSelect={select}
          />
        </Panel>
        <Panel title="About" className="p-about">
          <Details chart={machine.chart} selection={selection} onSelect={select} />
          {by !== undefined && coverage !== undefined && (
            <p className="note">
              {by.name}: {by.covered.length} of {coverage.transitions} transitions. Solid line: all
              of an arrow’s; dashed: some; dotted: none. The table below says which.
            </p>
          )}
        </Panel>
        <Panel title="Play it by itself" className="p-labels">
          <PlayAlone machine={machine} state={state} steps={steps} go={go} undo={undo} />
        </Panel>
        <Panel title="Transition table" className="p-table" count={Object.keys(machine.via).length}>
          <TransitionTable machine={machine} covered={by?.covered} found={query.label} />
        </Panel>
      </div>
    </div>
  );
}

function CoverageChoice({
  coverage,
  value,
  onChange,
}: {
  readonly coverage: Coverage | undefined;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}) {
  if (coverage === undefined || coverage.by.length === 0) return null;
  return (
    <label>
      coverage{' '}
      <select value={value ?? ''} onChange={({ target }) => onChange(target.value || undefined)}>
        <option value="">not shown</option>
        {coverage.by.map(({ name, covered }) => (
          <option key={name} value={name}>
            {name} ({covered.length}/{coverage.transitions})
          </option>
        ))}
      </select>
    </label>
  );
}

function MermaidButton({ name }: { readonly name: string }) {
  const [word, setWord] = useState('Copy Mermaid');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await getText(exportHref('mermaid', name)));
      setWord('✓ copied');
    } catch (error) {
      setWord(messageOf(error));
    }
    window.setTimeout(() => setWord('Copy Mermaid'), 2000);
  };
  return (
    <button type="button" onClick={() => void copy()}>
      {word}
    </button>
  );
}

function exportHref(what: string, name: string): string {
  return `api/export?what=${what}&name=${encodeURIComponent(name)}`;
}

function PlayAlone({
  machine,
  state,
  steps,
  go,
  undo,
}: {
  readonly machine: MachineView;
  readonly state: number;
  readonly steps: readonly string[];
  readonly go: (steps: readonly string[]) => void;
  readonly undo: () => void;
}) {
  const row = machine.table[state]!;
  const enabled = machine.labels.filter((_, label) => row[label]! >= 0);
  const refused = machine.labels.filter((_, label) => row[label]! < 0);
  const now = machine.states[state]!;
  const list = useKeptFocus(steps, '.take');
  return (
    <>
      <p>
        ▶ <code className="state-now">{now.name}</code> after {steps.length} steps{' '}
        <Press className="small" onClick={undo} off={steps.length === 0}>
          ◀ Undo
        </Press>{' '}
        <Press className="small" onClick={() => go([])} off={steps.length === 0}>
          |◀ Restart
        </Press>
      </p>
      <div ref={list} tabIndex={-1} className="kept">
        <ul className="plain">
          {enabled.map((label) => (
            <li key={label}>
              <button
                type="button"
                className="take"
                data-label={label}
                onClick={() => go([...steps, label])}
              >
                <span className="digit" aria-hidden="true">
                  →
                </span>
                <span className="take-text">
                  <code>{label}</code>
                  <span className="dim">
                    {machine.states[row[machine.labels.indexOf(label)]!]?.name}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      {refused.length > 0 && (
        <section className="refused">
          <h3>Refused in this state ({refused.length})</h3>
          <p className="wrap">
            {refused.map((label) => (
              <code key={label} className="refused-label">
                ⊘ {label}
              </code>
            ))}
          </p>
        </section>
      )}
    </>
  );
}

/** The states from the first on; steps that are refused end it. */
function runOf({ labels, table }: MachineView, steps: readonly string[]): readonly number[] {
  const run = [0];
  for (const step of steps) {
    const next = table[run.at(-1)!]?.[labels.indexOf(step)] ?? -1;
    if (next < 0) break;
    run.push(next);
  }
  return run;
}

/** Each state, and where its labels lead; what is not listed is refused. */
function TransitionTable({
  machine,
  covered,
  found,
}: {
  readonly machine: MachineView;
  /** The label that was searched for, without outcome and variant. */
  readonly found: string | undefined;
  /** Where coverage is shown, what was taken. */
  readonly covered: readonly string[] | undefined;
}) {
  const taken = useMemo(() => covered && new Set(covered), [covered]);
  return (
    <table className="rows transitions">
      <thead>
        <tr>
          <th scope="col">state</th>
          <th scope="col">label</th>
          <th scope="col">next state</th>
          {taken !== undefined && <th scope="col">coverage</th>}
        </tr>
      </thead>
      {machine.states.map((state, from) => {
        const out = machine.labels.flatMap((label, index) => {
          const to = machine.table[from]?.[index] ?? -1;
          return to < 0 ? [] : [{ label, to, key: `${from} ${index}` }];
        });
        return (
          <tbody key={state.name}>
            {out.length === 0 && (
              <tr>
                <th scope="rowgroup">
                  <code>{state.name}</code>
                </th>
                <td colSpan={taken === undefined ? 2 : 3} className="dim">
                  takes nothing more
                </td>
              </tr>
            )}
            {out.map(({ label, to, key }, index) => (
              <tr
                key={label}
                className={found !== undefined && label.split(/[:#]/)[0] === found ? 'found' : ''}
              >
                {index === 0 && (
                  <th scope="rowgroup" rowSpan={out.length}>
                    <code>{state.name}</code>
                  </th>
                )}
                <td>
                  <code>{label}</code>
                </td>
                <td>
                  {to === from ? (
                    <span className="dim">stays</span>
                  ) : (
                    <code>{machine.states[to]?.name}</code>
                  )}
                </td>
                {taken !== undefined && (
                  <td className={taken.has(key) ? 'tested' : 'untested'}>
                    {taken.has(key) ? '✓ taken' : '✗ not taken'}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        );
      })}
    </table>
  );
}
