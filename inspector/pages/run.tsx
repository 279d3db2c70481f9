import { useCallback, useMemo } from 'react';
import type { RunView, SystemView } from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { Player } from '../player/player.tsx';
import { hrefOf, navigate, type Route, subjectHref } from '../route.ts';
import { ProblemPage, Waiting } from '../ui.tsx';
import { clamp } from './play.tsx';

/** A run from the specification: a counterexample, or the path of a generated test. */
export default function RunPage({ route }: { readonly route: Route }) {
  const { page, name } = route;
  const run = useGet<RunView>(`api/${page}?id=${encodeURIComponent(name)}`);
  if (run.error !== undefined) return <ProblemPage text={run.error} />;
  if (run.data === undefined) {
    return page === 'path' ? (
      <Waiting />
    ) : (
      <p className="waiting">Looking for the shortest run …</p>
    );
  }
  return <Run run={run.data} route={route} />;
}

function Run({ run, route }: { readonly run: RunView; readonly route: Route }) {
  const { page, name, query } = route;
  const steps = useMemo(() => [...run.steps, ...(run.loop ?? [])], [run]);
  const at = clamp(Number(query.at ?? 0), steps.length);
  const go = (position: number) =>
    navigate(hrefOf(page, name, { at: position, part: query.part }), 'replace');
  const leave = useCallback(
    (to: readonly string[], position: number, seed?: number) =>
      navigate(
        subjectHref(run.subject, to, {
          at: position === to.length ? undefined : position,
          part: query.part,
          seed,
        }),
      ),
    [run.subject, query.part],
  );
  return (
    <Player
      subject={run.subject}
      steps={steps}
      at={at}
      part={query.part}
      onGo={go}
      onRun={leave}
      onPart={(part) => navigate(hrefOf(page, name, { at: query.at, part }), 'replace')}
      property={run.property}
      finding={run.finding}
      loopFrom={run.loop === undefined || run.loop.length === 0 ? undefined : run.steps.length}
      text={run.text}
      heading={(system) => <Heading run={run} system={system} />}
      hint={
        <p className="leave dim">
          Any of these goes on from here on your own;{' '}
          <a href={subjectHref(run.subject, steps, { at, part: query.part })}>
            or take the whole run along
          </a>
          .
        </p>
      }
    >
      <Wrong run={run} atEnd={at === steps.length} />
    </Player>
  );
}

function Heading({ run, system }: { readonly run: RunView; readonly system: SystemView }) {
  return (
    <div className="heading">
      <h1>
        {!run.title.startsWith(run.id) && <code className="run-id">{run.id}</code>} {run.title}
      </h1>
      <p className="source">Source: {run.source}</p>
      <p className="dim">
        {system.name}, revision <code>{system.revision}</code>, {system.scope}
      </p>
    </div>
  );
}

/** The rule that the run breaks, and how; louder where the run has come to its end. */
function Wrong({ run, atEnd }: { readonly run: RunView; readonly atEnd: boolean }) {
  if (run.property === undefined) return null;
  return (
    <div className={`wrong ${atEnd ? 'at-end' : ''}`}>
      <span className="wrong-rule">
        {atEnd ? '✗ broken here: ' : 'breaks at its end: '}
        <code>{run.property}</code>
      </span>
      {run.finding !== undefined && <span> {run.finding}</span>}
    </div>
  );
}
