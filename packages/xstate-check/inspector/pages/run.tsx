import { useCallback, useMemo } from 'react';
import type { RunView, SystemView } from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { Player } from '../player/player.tsx';
import { hrefOf, navigate, type Route, subjectHref, subjectQuery, viewOf } from '../route.ts';
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
  // What breaks a rule opens where it does; what is repeated for ever comes after that.
  const opens = run.property === undefined ? 0 : run.steps.length;
  const at = clamp(Number(query.at ?? opens), steps.length);
  const go = (position: number) =>
    navigate(hrefOf(page, name, { ...viewOf(query), at: position }), 'replace');
  const leave = useCallback(
    (to: readonly string[], position: number, seed?: number) =>
      navigate(
        subjectHref(run.subject, to, {
          ...viewOf(query),
          at: position === to.length ? undefined : position,
          seed,
          from: `${page}/${name}`,
          back: at,
        }),
      ),
    [run.subject, query, page, name, at],
  );
  return (
    <Player
      subject={run.subject}
      steps={steps}
      at={at}
      view={query}
      given
      onGo={go}
      onRun={leave}
      onView={(change) =>
        navigate(hrefOf(page, name, { ...viewOf(query), at: query.at, ...change }), 'replace')
      }
      property={run.property}
      finding={run.finding}
      loopFrom={run.loop === undefined || run.loop.length === 0 ? undefined : run.steps.length}
      text={run.text}
      mail={run.mail}
      heading={(system) => <Heading run={run} system={system} />}
      hint={
        <div className="leave dim">
          <p>
            Another label than the next leaves this run and goes on from here; a link leads back.{' '}
            <a
              href={subjectHref(run.subject, steps, {
                ...viewOf(query),
                at,
                from: `${page}/${name}`,
                back: at,
              })}
            >
              Copy all {steps.length} steps
            </a>{' '}
            to a run of your own.
          </p>
          <SameSteps run={run} steps={steps} at={at} from={`${page}/${name}`} />
        </div>
      }
    >
      <Wrong run={run} atEnd={at >= run.steps.length} />
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

/** The same steps where the code is another: as far as they can be taken there. */
function SameSteps({
  run,
  steps,
  at,
  from,
}: {
  readonly run: RunView;
  readonly steps: readonly string[];
  readonly at: number;
  readonly from: string;
}) {
  const system = useGet<SystemView>(`api/system?${subjectQuery(run.subject)}`).data;
  if (system === undefined) return null;
  const others = system.revisions.filter(
    (one) => 'fault' in run.subject || one !== system.revision,
  );
  if (others.length === 0) return null;
  return (
    <label className="same-steps">
      same steps in{' '}
      <select
        value=""
        onChange={({ target }) =>
          navigate(
            subjectHref(
              { system: system.name, revision: target.value, scope: system.scope },
              steps,
              { at, from, back: at },
            ),
          )
        }
      >
        <option value="">another revision …</option>
        {others.map((revision) => (
          <option key={revision} value={revision}>
            {revision}
            {'fault' in run.subject ? ', without the fault' : ''}
          </option>
        ))}
      </select>
    </label>
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
      <span> {run.said?.join(' ') ?? run.finding}</span>
    </div>
  );
}
