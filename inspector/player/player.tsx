import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type {
  MachineView,
  Play,
  StepView,
  Subject,
  SystemView,
} from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { Details } from '../chart/details.tsx';
import type { Selection } from '../chart/marks.ts';
import { Statechart } from '../chart/statechart.tsx';
import { useShortcuts } from '../keys.ts';
import { subjectQuery } from '../route.ts';
import { StatelyButton } from '../stately.tsx';
import { Panel, Problem, ProblemPage, Waiting } from '../ui.tsx';
import { inOrder, Labels } from './labels.tsx';
import { Parts } from './parts.tsx';
import { RunPanel } from './run-panel.tsx';
import { breaksOf, HeldNow, Properties } from './state-of-things.tsx';
import { Transport } from './transport.tsx';
import { usePlay } from './use-play.ts';

interface Props {
  readonly subject: Subject;
  readonly steps: readonly string[];
  readonly at: number;
  readonly part: string | undefined;
  /** Another position of the same run. */
  readonly onGo: (at: number) => void;
  /** Another step than the run has at this position, or a run that is replaced as a whole. */
  readonly onRun: (steps: readonly string[], at: number, seed?: number) => void;
  readonly onPart: (part: string) => void;
  readonly seed?: number | undefined;
  /** For a run from the specification. */
  readonly property?: string | undefined;
  readonly finding?: string | undefined;
  readonly loopFrom?: number | undefined;
  readonly text?: string | undefined;
  readonly heading: (system: SystemView) => ReactNode;
  /** Below the head. */
  readonly children?: ReactNode;
  /** Above the labels. */
  readonly hint?: ReactNode;
}

/** A system and a run of it: what it has done, where it is, what can happen next. */
export function Player(props: Props) {
  const { subject, steps, at } = props;
  const system = useGet<SystemView>(`api/system?${subjectQuery(subject)}`);
  const play = usePlay(subject, steps, at);
  const error = system.error ?? play.error;
  if (error !== undefined) return <ProblemPage text={error} />;
  if (system.data === undefined || play.data === undefined) return <Waiting />;
  if (system.of !== `api/system?${subjectQuery(subject)}`) return <Waiting />;
  return <Playing {...props} system={system.data} play={play.data} stale={play.stale} />;
}

interface PlayingProps extends Props {
  readonly system: SystemView;
  readonly play: Play;
  readonly stale: boolean;
}

function Playing(props: PlayingProps) {
  const { subject, steps, system, play, stale, onRun } = props;
  const at = Math.min(props.at, play.steps.length);
  const [touched, setTouched] = useState<readonly string[]>([]);
  const breaks = useMemo(() => breaksOf(play, props.property), [play, props.property]);
  const take = useCallback(
    (label: string) => {
      if (stale) return;
      if (steps[at] === label) props.onGo(at + 1);
      else onRun([...steps.slice(0, at), label], at + 1);
    },
    [stale, steps, at, props.onGo, onRun],
  );
  const part = props.part ?? defaultPart(system, play);
  const ordered = inOrder(system, play.enabled);
  useShortcuts([
    {
      key: '1',
      group: 'Run',
      does: 'take the first label, 2 the second, and so on to 9',
      run: () => take1(0),
    },
    ...Array.from({ length: 8 }, (_, index) => ({
      key: String(index + 2),
      group: '',
      does: '',
      run: () => take1(index + 1),
    })),
    { key: ']', group: 'Run', does: 'next part', run: () => turn(1) },
    { key: '[', group: 'Run', does: 'part before', run: () => turn(-1) },
  ]);
  const take1 = (index: number) => ordered[index] !== undefined && take(ordered[index].label);
  const turn = (by: number) => {
    const names = system.parts.map(({ name }) => name);
    props.onPart(names[(names.indexOf(part) + by + names.length) % names.length]!);
  };
  return (
    <div className="player">
      <header className="player-head">
        {props.heading(system)}
        <Transport
          length={play.steps.length}
          at={at}
          loopFrom={props.loopFrom}
          subject={subject}
          steps={steps}
          seed={props.seed}
          onGo={props.onGo}
          onRun={onRun}
        />
        <Now play={play} at={at} breaks={breaks} />
      </header>
      {props.children}
      {play.refusedStep !== undefined && (
        <Problem
          text={`Step ${play.refusedStep.index + 1} of this run, ${play.refusedStep.refusal.label}, is refused: ${play.refusedStep.refusal.by
            .map(({ part: by, state, why }) => `${by} in ${state}: ${why}`)
            .join('; ')}`}
        />
      )}
      <div className="player-grid">
        <Panel title="Can happen now" className="p-labels" count={play.enabled.length}>
          {props.hint}
          <Labels
            system={system}
            play={play}
            stale={stale}
            onTake={take}
            onTouch={setTouched}
            next={steps[at]}
          />
        </Panel>
        <RunPanel
          system={system}
          play={play}
          at={at}
          subject={subject}
          loopFrom={props.loopFrom}
          breaks={breaks}
          text={props.text}
          onGo={props.onGo}
        />
        <Panel title="Parts" className="p-parts" count={system.parts.length}>
          <Parts
            system={system}
            play={play}
            at={at}
            touched={touched}
            selected={part}
            onSelect={props.onPart}
          />
        </Panel>
        <Panel title="Held and counted" className="p-held">
          <HeldNow play={play} at={at} />
        </Panel>
        <Panel title="Rules" className="p-rules">
          <Properties
            system={system}
            play={play}
            at={at}
            named={props.property}
            finding={props.finding}
            onGo={props.onGo}
          />
        </Panel>
        {/* Last, because its many states and arrows are many stops of the Tab key. */}
        <PartChart {...props} part={part} at={at} />
      </div>
    </div>
  );
}

/** What has just happened, for those who see and those who listen. */
function Now({
  play,
  at,
  breaks,
}: {
  readonly play: Play;
  readonly at: number;
  readonly breaks: ReadonlyMap<number, readonly string[]>;
}) {
  const step: StepView | undefined = play.steps[at - 1];
  const broken = breaks.get(at);
  return (
    <output className="now" aria-live="polite">
      {step === undefined ? (
        <span className="dim">Nothing has happened yet.</span>
      ) : (
        <>
          <span className="now-thread">{step.thread ?? 'environment'}</span>{' '}
          <code>{step.kernel}</code>
          {step.description !== undefined && <span className="dim"> {step.description}</span>}
          {step.commits !== undefined && (
            <span className="dim">
              {' '}
              decides <code>{step.commits}</code>
            </span>
          )}
          {step.source !== undefined && <span className="dim now-source"> [{step.source}]</span>}
        </>
      )}
      {broken !== undefined && (
        <strong className="now-broken"> ✗ breaks {broken.join(', ')}</strong>
      )}
    </output>
  );
}

/** The statechart of the part that is selected. */
function PartChart({
  subject,
  system,
  play,
  part,
  at,
}: PlayingProps & { readonly part: string; readonly at: number }) {
  const [tab, setTab] = useState<'chart' | 'details'>('chart');
  const [selection, setSelection] = useState<Selection | undefined>();
  const path = `api/machine?${subjectQuery(subject)}&part=${encodeURIComponent(part)}`;
  const asked = useGet<MachineView>(path);
  const machine = asked.of === path ? asked : {};
  const index = system.parts.findIndex(({ name }) => name === part);
  const state = play.local[at]?.[index];
  const from = play.steps[at - 1]?.moved.find((move) => move.part === index)?.from;
  const states = system.parts[index]?.states;
  const active = useMemo(() => nodeSet(states?.[state ?? -1]?.nodes), [states, state]);
  const before = useMemo(() => nodeSet(states?.[from ?? -1]?.nodes), [states, from]);
  const now = states?.[state ?? -1];
  const select = useCallback((chosen: Selection | undefined) => {
    setSelection(chosen);
    if (chosen === undefined) setTab('chart');
  }, []);
  useEffect(() => {
    setSelection(undefined);
    setTab('chart');
  }, [part]);
  return (
    <Panel
      title={part}
      className="p-chart"
      plain={tab === 'chart'}
      aside={
        <>
          <code className="state-now" title="current state">
            ▶ {now?.name}
          </code>
          {selection !== undefined && (
            <button
              type="button"
              className="small"
              onClick={() => setTab(tab === 'chart' ? 'details' : 'chart')}
            >
              {tab === 'chart' ? `About ${selection.id}` : 'Diagram'}
            </button>
          )}
          {machine.data !== undefined && <StatelyButton machine={machine.data} state={now} />}
        </>
      }
    >
      {machine.error !== undefined && <Problem text={machine.error} />}
      {machine.data === undefined && machine.error === undefined && <Waiting />}
      {machine.data !== undefined && tab === 'chart' && (
        <Statechart
          chart={machine.data.chart}
          active={active}
          before={before}
          follow={now?.nodes.at(-1)}
          selected={selection}
          onSelect={select}
        />
      )}
      {machine.data !== undefined && tab === 'details' && (
        <Details chart={machine.data.chart} selection={selection} onSelect={select} />
      )}
    </Panel>
  );
}

function nodeSet(nodes: readonly string[] | undefined): ReadonlySet<string> {
  return new Set(nodes ?? []);
}

/** The part that moves the most in the run; the first procedure where nothing has moved. */
function defaultPart(system: SystemView, play: Play): string {
  const moves = system.parts.map(() => 0);
  for (const { moved } of play.steps) for (const { part } of moved) moves[part]!++;
  const ranked = system.parts.map(({ name, kind }, index) => ({
    name,
    rank: moves[index]! + (kind === 'procedure' ? 0.5 : kind === 'contract' ? 0.25 : 0),
    watches: kind === 'monitor',
  }));
  return (
    ranked.filter(({ watches }) => !watches).toSorted((a, b) => b.rank - a.rank)[0]?.name ?? ''
  );
}
