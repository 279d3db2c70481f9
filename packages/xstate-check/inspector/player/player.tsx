import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type {
  MachineView,
  Play,
  StepView,
  Subject,
  SystemView,
} from '../../src/inspect/protocol.ts';
import { get, useGet } from '../api.ts';
import { Details } from '../chart/details.tsx';
import { parseSelection, type Selection, selectionText } from '../chart/marks.ts';
import { Statechart } from '../chart/statechart.tsx';
import { useShortcuts } from '../keys.ts';
import { subjectQuery } from '../route.ts';
import { StatelyButton } from '../stately.tsx';
import { Panel, Problem, ProblemPage, Waiting } from '../ui.tsx';
import { FindRun } from './find-run.tsx';
import { inOrder, Labels } from './labels.tsx';
import { actorOf } from './lanes.ts';
import { partAt } from './part-at.ts';
import { nameTitle, Parts } from './parts.tsx';
import { breaksOf } from './rules.ts';
import { RunPanel } from './run-panel.tsx';
import { HeldNow, Properties } from './state-of-things.tsx';
import { Transport } from './transport.tsx';
import { usePlay } from './use-play.ts';

interface Props {
  readonly subject: Subject;
  readonly steps: readonly string[];
  readonly at: number;
  /** How it is looked at: `part`, where one is kept in view, `tab`, `sel`. */
  readonly view: Readonly<Record<string, string | undefined>>;
  /** Another position of the same run. */
  readonly onGo: (at: number) => void;
  /** Another step than the run has at this position, or a run that is replaced as a whole. */
  readonly onRun: (steps: readonly string[], at: number, seed?: number) => void;
  readonly onView: (change: Readonly<Record<string, string | undefined>>) => void;
  /** The run is the specification's. */
  readonly given?: boolean;
  readonly seed?: number | undefined;
  /** For a run from the specification. */
  readonly property?: string | undefined;
  readonly finding?: string | undefined;
  readonly loopFrom?: number | undefined;
  readonly text?: string | undefined;
  readonly mail?: string | undefined;
  readonly heading: (system: SystemView) => ReactNode;
  /** Below the head. */
  readonly children?: ReactNode;
  /** Where to go from here if nothing can be shown. */
  readonly wayOut?: ReactNode;
  /** Above the labels. */
  readonly hint?: ReactNode;
}

/** A system and a run of it: what it has done, where it is, what can happen next. */
export function Player(props: Props) {
  const { subject, steps, at } = props;
  const system = useGet<SystemView>(`api/system?${subjectQuery(subject)}`);
  const play = usePlay(subject, steps, at);
  const error = system.error ?? play.error;
  if (error !== undefined) return <ProblemPage text={error}>{props.wayOut}</ProblemPage>;
  if (system.data === undefined || play.data === undefined) return <Waiting />;
  if (system.of !== `api/system?${subjectQuery(subject)}`) return <Waiting />;
  const { data, stale, shown } = play;
  return <Playing {...props} system={system.data} play={data} stale={stale} shown={shown} />;
}

interface PlayingProps extends Props {
  readonly system: SystemView;
  readonly play: Play;
  readonly stale: boolean;
  /** The position of what is shown, all of it: that before, while the one gone to is asked for. */
  readonly shown: number;
}

function Playing(props: PlayingProps) {
  const { subject, steps, system, play, stale, onRun } = props;
  const at = Math.min(props.shown, play.steps.length);
  const [touched, setTouched] = useState<readonly string[]>([]);
  const [finds, setFinds] = useState(props.view.find !== undefined);
  const breaks = useMemo(() => breaksOf(play, props.property), [play, props.property]);
  const take = useCallback(
    (label: string) => {
      if (stale) return;
      if (steps[at] === label) props.onGo(at + 1);
      else onRun([...steps.slice(0, at), label], at + 1);
    },
    [stale, steps, at, props.onGo, onRun],
  );
  const pinned = system.parts.find(({ name }) => name === props.view.part)?.name;
  const part = pinned ?? partAt(system, play, at);
  const onPart = (name: string) => props.onView({ part: name, sel: undefined });
  useNextChart(subject, system, play, at);
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
  const take1 = useInTurn(stale, play, (index) => {
    const label = ordered[index]?.label;
    if (label !== undefined) take(label);
    return label !== undefined;
  });
  const turn = (by: number) => {
    const names = system.parts.map(({ name }) => name);
    onPart(names[(names.indexOf(part) + by + names.length) % names.length]!);
  };
  return (
    <div className="player">
      <header className="player-head">
        {props.heading(system)}
        <Transport
          length={play.steps.length}
          at={Math.min(props.at, stale ? steps.length : play.steps.length)}
          shown={at}
          loopFrom={props.loopFrom}
          subject={subject}
          steps={steps}
          seed={props.seed}
          given={props.given ?? false}
          onGo={props.onGo}
          onRun={onRun}
          finds={finds}
          onFind={() => setFinds(!finds)}
        />
        <Now system={system} play={play} at={at} breaks={breaks} />
      </header>
      {finds && (
        <FindRun
          subject={subject}
          steps={steps}
          isOwn={!props.given}
          find={props.view.find}
          number={Number(props.view.nth ?? 1)}
          onAsk={(find, number) => props.onView({ find, nth: String(number) })}
          onFound={onRun}
          onClose={() => {
            setFinds(false);
            props.onView({ find: undefined, nth: undefined });
          }}
        />
      )}
      {props.children}
      {play.refusedStep !== undefined && (
        <Problem text={stopText(play.refusedStep, steps.length)} />
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
          mail={props.mail}
          tab={props.view.tab}
          onTab={(tab) => props.onView({ tab })}
          onGo={props.onGo}
        />
        <Panel title="Parts" className="p-parts" count={system.parts.length}>
          <Parts
            system={system}
            play={play}
            at={at}
            touched={touched}
            selected={part}
            onSelect={onPart}
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
        <PartChart {...props} part={part} pinned={pinned !== undefined} at={at} />
      </div>
    </div>
  );
}

/** What has just happened, for those who see and those who listen. */
function Now({
  system,
  play,
  at,
  breaks,
}: {
  readonly system: SystemView;
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
          <span className="now-thread">{actorOf(system, step)}</span> <code>{step.written}</code>
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

/** The statechart of the part that moves, or of the one that is kept in view. */
function PartChart({
  subject,
  system,
  play,
  part,
  pinned,
  at,
  view,
  onView,
}: PlayingProps & { readonly part: string; readonly pinned: boolean; readonly at: number }) {
  const [tab, setTab] = useState<'chart' | 'details'>('chart');
  const selection = useMemo(() => parseSelection(view.sel), [view.sel]);
  const path = chartPath(subject, part);
  const asked = useGet<MachineView>(path);
  const machine = asked.of === path ? asked : {};
  const index = system.parts.findIndex(({ name }) => name === part);
  const state = play.local[at]?.[index];
  const from = play.steps[at - 1]?.moved.find((move) => move.part === index)?.from;
  const states = system.parts[index]?.states;
  const active = useMemo(() => nodeSet(states?.[state ?? -1]?.nodes), [states, state]);
  const before = useMemo(() => nodeSet(states?.[from ?? -1]?.nodes), [states, from]);
  const now = states?.[state ?? -1];
  const select = (chosen: Selection | undefined) => {
    if (chosen === undefined) setTab('chart');
    onView(chosen === undefined ? { sel: undefined } : { part, sel: selectionText(chosen) });
  };
  useEffect(() => {
    if (selection === undefined) setTab('chart');
  }, [selection]);
  return (
    <Panel
      title={part}
      className="p-chart"
      plain={tab === 'chart'}
      aside={
        <>
          <code className="state-now" title={nameTitle(now?.name ?? '') ?? 'current state'}>
            ▶ {now?.name}
          </code>
          {pinned && (
            <button
              type="button"
              className="small"
              title={`${part} is kept in view; show what moves at each step instead`}
              onClick={() => onView({ part: undefined, sel: undefined })}
            >
              Follow the run
            </button>
          )}
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

/** Asks for the chart that the next step of the run shows, so that it is there then. */
function useNextChart(subject: Subject, system: SystemView, play: Play, at: number): void {
  const next = at < play.steps.length ? partAt(system, play, at + 1) : undefined;
  useEffect(() => {
    if (next === undefined) return;
    const timer = window.setTimeout(() => {
      get(chartPath(subject, next)).catch(() => undefined);
    }, 300);
    return () => window.clearTimeout(timer);
  }, [subject, next]);
}

function chartPath(subject: Subject, part: string): string {
  return `api/machine?${subjectQuery(subject)}&part=${encodeURIComponent(part)}`;
}

/**
 * Keys that come faster than the answers are kept, and taken one after the other.
 *
 * @param play - the answer to the last of them
 * @param take - says whether there was something to take
 */
function useInTurn(
  stale: boolean,
  play: Play,
  take: (index: number) => boolean,
): (index: number) => void {
  const waiting = useRef<number[]>([]);
  const busy = useRef(stale);
  busy.current = stale;
  const taking = useRef(take);
  taking.current = take;
  useEffect(() => {
    const next = stale ? undefined : waiting.current.shift();
    if (next !== undefined) busy.current = taking.current(next);
  }, [stale, play]);
  return useCallback((index: number) => {
    if (busy.current) waiting.current.push(index);
    else busy.current = taking.current(index);
  }, []);
}

/** Where a run that is looked at elsewhere than it was taken can go no further. */
function stopText({ index, refusal, why }: NonNullable<Play['refusedStep']>, of: number): string {
  const reasons = refusal.by.map(
    ({ part, state, why: reason }) => `${part} in ${state}: ${reason}`,
  );
  const [first, last] = [index + 1, of];
  const rest = first === last ? `step ${first}` : `steps ${first} to ${last}`;
  return (
    `The run stops after step ${index}; ${rest} of it cannot be taken here. ` +
    `Step ${first}, ${refusal.written}${refusal.written === refusal.label ? '' : ` (${refusal.label})`}: ` +
    (why ?? `refused by ${reasons.join('; ')}`)
  );
}
