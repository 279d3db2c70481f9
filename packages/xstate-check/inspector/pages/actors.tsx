import { useEffect, useMemo, useState } from 'react';
import type { Chart } from '../../src/chart/chart.ts';
import { forgetActors, useActors, useRelay } from '../actors/receive.ts';
import {
  type Actor,
  inOrder,
  isStopped,
  type LogEntry,
  nodesOfValue,
  type Snapshot,
} from '../actors/store.ts';
import { post, useAnswer } from '../api.ts';
import { Details } from '../chart/details.tsx';
import type { Selection } from '../chart/marks.ts';
import { Statechart } from '../chart/statechart.tsx';
import { rove, useShortcuts } from '../keys.ts';
import { CopyButton, Panel, Problem, Waiting } from '../ui.tsx';

/** Actors of any project, live. */
export default function ActorsPage() {
  const relay = useRelay();
  const actors = inOrder(useActors().values());
  const [chosen, setChosen] = useState<string | undefined>();
  const actor = actors.find(({ key }) => key === chosen) ?? actors.at(0);
  const turn = (by: number) => {
    const index = actors.findIndex(({ key }) => key === actor?.key);
    setChosen(actors[(index + by + actors.length) % actors.length]?.key);
  };
  useShortcuts([
    { key: ']', group: 'Actors', does: 'next actor', run: () => turn(1) },
    { key: '[', group: 'Actors', does: 'actor before', run: () => turn(-1) },
  ]);
  return (
    <div className="actors-page">
      <header className="player-head">
        <div className="heading">
          <h1>Actors</h1>
          <p className="dim" role="status">
            {relay === 'connected'
              ? '● listening'
              : relay === 'lost'
                ? '○ connection lost, trying again'
                : '○ connecting'}
          </p>
        </div>
        {actors.length > 0 && (
          <div className="transport">
            <button type="button" onClick={forgetActors}>
              Forget all
            </button>
          </div>
        )}
      </header>
      {actor === undefined ? (
        <HowTo />
      ) : (
        <div className="actors-grid">
          <Panel title="Actors" className="p-parts" count={actors.length}>
            <ActorList actors={actors} chosen={actor.key} onChoose={setChosen} />
          </Panel>
          <ActorView key={actor.key} actor={actor} />
        </div>
      )}
    </div>
  );
}

function HowTo() {
  const url = new URL('inspect', window.location.href.replace(/#.*/, ''));
  url.protocol = url.protocol.replace('http', 'ws');
  const page = window.location.href.replace(/#.*/, '#/actors');
  const node = `import { createWebSocketInspector } from '@statelyai/inspect';

const { inspect } = createWebSocketInspector({ url: '${url.href}' });
createActor(machine, { inspect }).start();`;
  const browser = `import { createBrowserInspector } from '@statelyai/inspect';

const { inspect } = createBrowserInspector({ url: '${page}' });
createActor(machine, { inspect }).start();`;
  return (
    <div className="page howto">
      <p className="lead">
        No actor has said anything yet. Any XState 5 actor of any project can be pointed at this
        page; what it sends stays on this machine.
      </p>
      <h2>From Node, or from where a WebSocket can be opened</h2>
      <div className="run-text">
        <CopyButton text={node} />
        <pre>{node}</pre>
      </div>
      <h2>From a page in a browser</h2>
      <div className="run-text">
        <CopyButton text={browser} />
        <pre>{browser}</pre>
      </div>
      <p className="dim">
        It opens this page in a window of its own, or in an iframe that is passed as{' '}
        <code>iframe</code>.
      </p>
    </div>
  );
}

function ActorList({
  actors,
  chosen,
  onChoose,
}: {
  readonly actors: readonly Actor[];
  readonly chosen: string;
  readonly onChoose: (key: string) => void;
}) {
  const sources = new Set(actors.map(({ source }) => source));
  const isFolded = (actor: Actor) => isStopped(actor) && actor.parentId !== undefined;
  const shown = actors.filter((actor) => !isFolded(actor));
  const folded = actors.filter(isFolded);
  const stop = shown.find(({ key }) => key === chosen) ?? shown[0];
  const row = (actor: Actor, index: number) => (
    <li key={actor.key}>
      <button
        type="button"
        className="part"
        aria-pressed={actor.key === chosen}
        tabIndex={actor === stop || (index === 0 && isFolded(actor)) ? 0 : -1}
        onClick={() => onChoose(actor.key)}
      >
        <span className="part-kind" aria-hidden="true">
          {isStopped(actor) ? '○' : '●'}
        </span>
        <span className="part-name">
          {actor.name}{' '}
          <span className="dim">
            {actor.sessionId}
            {sources.size > 1 && ` in ${sourceName(actor)}`}
            {actor.gone && ', gone'}
            {actor.parentId !== undefined && `, child of ${actor.parentId}`}
          </span>
        </span>
        <span className="part-state">{shortValue(actor.snapshot)}</span>
      </button>
    </li>
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys go from actor to actor
    <div onKeyDown={(event) => rove(event, '.part')}>
      <ul className="parts plain">{shown.map(row)}</ul>
      {folded.length > 0 && (
        <details className="not-live">
          <summary>{folded.length} children that have ended</summary>
          <ul className="parts plain">{folded.map(row)}</ul>
        </details>
      )}
    </div>
  );
}

/** Programs number their actors alike. */
function sourceName({ source }: Actor): string {
  return source === undefined ? 'the page that opened this one' : `program ${source}`;
}

function ActorView({ actor }: { readonly actor: Actor }) {
  const [at, setAt] = useState<number | undefined>();
  const entry = at === undefined ? undefined : actor.log.find(({ number }) => number === at);
  const snapshot = entry === undefined ? actor.snapshot : snapshotAt(actor, entry);
  return (
    <>
      <ActorChart actor={actor} snapshot={snapshot} />
      <Panel title="Events" className="p-run" count={actor.dropped + actor.log.length}>
        <EventList actor={actor} at={at} onGo={setAt} />
      </Panel>
      <Panel
        title={entry === undefined ? 'Now' : `After ${entry.number}`}
        className="p-held"
        aside={
          entry !== undefined && (
            <button type="button" className="small" onClick={() => setAt(undefined)}>
              Live
            </button>
          )
        }
      >
        <pre className="snapshot">{pretty(snapshot)}</pre>
      </Panel>
    </>
  );
}

function ActorChart({
  actor,
  snapshot,
}: {
  readonly actor: Actor;
  readonly snapshot: Snapshot | undefined;
}) {
  const { definition } = actor;
  const hasStates = definition?.includes('"states"') ?? false;
  const [selection, setSelection] = useState<Selection | undefined>();
  const [details, setDetails] = useState(false);
  const chart = useAnswer<Chart>(hasStates ? definition : undefined, () =>
    post<Chart>('api/chart', { definition }),
  );
  const nodes = useMemo(() => nodesOfValue(snapshot?.value), [snapshot]);
  const active = useMemo(() => new Set(nodes), [nodes]);
  useEffect(() => {
    if (selection === undefined) setDetails(false);
  }, [selection]);
  return (
    <Panel
      title={actor.name}
      className="p-chart"
      plain={!details}
      aside={
        <>
          <code className="state-now">▶ {shortValue(snapshot)}</code>
          {selection !== undefined && (
            <button type="button" className="small" onClick={() => setDetails(!details)}>
              {details ? 'Diagram' : `About ${selection.id}`}
            </button>
          )}
        </>
      }
    >
      {!hasStates && (
        <p className="note">
          {definition === undefined
            ? 'The registration of this actor was lost, and with it its statechart: it may have been created before this page listened.'
            : 'This actor is no state machine.'}
        </p>
      )}
      {chart.error !== undefined && <Problem text={chart.error} />}
      {hasStates && chart.data === undefined && chart.error === undefined && <Waiting />}
      {chart.data !== undefined &&
        (details ? (
          <Details chart={chart.data} selection={selection} onSelect={setSelection} />
        ) : (
          <Statechart
            chart={chart.data}
            active={active}
            follow={nodes.at(-1)}
            selected={selection}
            onSelect={setSelection}
          />
        ))}
    </Panel>
  );
}

function EventList({
  actor,
  at,
  onGo,
}: {
  readonly actor: Actor;
  readonly at: number | undefined;
  readonly onGo: (at: number) => void;
}) {
  return (
    <>
      {actor.dropped > 0 && <p className="note">The first {actor.dropped} are no longer kept.</p>}
      <ol className="events plain">
        {actor.log.toReversed().map((entry) => (
          <li key={entry.number}>
            <button
              type="button"
              className="event"
              aria-current={entry.number === at ? 'step' : undefined}
              onClick={() => onGo(entry.number)}
            >
              <span className="dim">{entry.time}</span>{' '}
              <span className="event-kind">{entry.kind}</span> <code>{describe(entry)}</code>
              {entry.from !== undefined && <span className="dim"> from {entry.from}</span>}
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}

function describe({ kind, event, snapshot }: LogEntry): string {
  if (kind === 'event') return event?.type ?? '';
  return `${shortValue(snapshot)}${kind === 'snapshot' && event?.type ? ` (${event.type})` : ''}`;
}

/** The snapshot that came last up to an entry. */
function snapshotAt(actor: Actor, entry: LogEntry): Snapshot | undefined {
  return actor.log.findLast(
    ({ number, snapshot }) => number <= entry.number && snapshot !== undefined,
  )?.snapshot;
}

function shortValue(snapshot: Snapshot | undefined): string {
  const { value, status } = snapshot ?? {};
  const text = typeof value === 'string' ? value : value === undefined ? '' : leaves(value);
  const ended = status !== undefined && status !== 'active' ? status : '';
  return [text, ended].filter(Boolean).join(' · ') || '?';
}

function leaves(value: unknown): string {
  const nodes = nodesOfValue(value);
  return nodes.filter((node) => !nodes.some((other) => other.startsWith(`${node}.`))).join(' | ');
}

function pretty(snapshot: Snapshot | undefined): string {
  if (snapshot === undefined) return 'not known';
  const { status, value, context, output, error } = snapshot;
  return JSON.stringify({ status, value, context, output, error }, undefined, 2);
}
