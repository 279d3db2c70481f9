import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { Subject, SystemView } from '../../src/inspect/protocol.ts';
import { get, messageOf } from '../api.ts';
import { Player } from '../player/player.tsx';
import { randomWalk } from '../player/use-play.ts';
import { hrefOf, navigate, type Route, subjectHref, subjectQuery, viewOf } from '../route.ts';
import { Problem } from '../ui.tsx';

/** A system to play with, where the address says what was done so far. */
export default function PlayPage({ route }: { readonly route: Route }) {
  const subject = useMemo(() => subjectOf(route), [route]);
  const { steps, query } = route;
  const at = clamp(query.at === undefined ? steps.length : Number(query.at), steps.length);
  const seed = query.seed === undefined ? undefined : Number(query.seed);
  const go = useCallback(
    (to: readonly string[], position: number, walkSeed?: number) => {
      const rest = {
        ...viewOf(query),
        at: position === to.length ? undefined : position,
        seed: walkSeed,
      };
      navigate(subjectHref(subject, to, rest), 'replace');
    },
    [subject, query],
  );
  const walkProblem = useWalkOfLink(route, subject, go);
  return (
    <>
      {walkProblem !== undefined && <Problem text={walkProblem} />}
      <Player
        subject={subject}
        steps={steps}
        at={at}
        view={query}
        seed={seed}
        onGo={(position) => go(steps, position, seed)}
        onRun={go}
        onView={(change) => {
          const rest = { ...viewOf(query), at: query.at, seed: query.seed, ...change };
          navigate(subjectHref(subject, steps, rest), 'replace');
        }}
        heading={(system) => <Heading system={system} route={route} />}
        hint={<WayBack route={route} />}
        wayOut={
          'system' in subject && (
            <p className="note">
              <a href={hrefOf('system', route.name, { at: query.at }, steps)}>
                The same steps at the default revision and scope
              </a>
            </p>
          )
        }
      />
    </>
  );
}

function Heading({ system, route }: { readonly system: SystemView; readonly route: Route }) {
  const isSystem = route.page === 'system';
  return (
    <div className="heading">
      <h1>
        {route.page === 'fault' && <span className="dim">fault {route.name} in </span>}
        {route.page === 'play' && <span className="dim">suite {route.name}: </span>}
        {system.name}
      </h1>
      <p className="dim heading-title">{system.title}</p>
      {isSystem ? (
        <Choices system={system} route={route} />
      ) : (
        <p className="dim">
          revision <code>{system.revision}</code>, {system.scope}
        </p>
      )}
      {system.states !== undefined && (
        <p className="dim">
          {system.states.toLocaleString('en')} states, {system.transitions?.toLocaleString('en')}{' '}
          transitions
        </p>
      )}
    </div>
  );
}

/** To the run that was left here, at the step at which it was left. */
function WayBack({ route: { query } }: { readonly route: Route }) {
  const [, page, name] = /^(counterexample|path)\/(.+)$/.exec(query.from ?? '') ?? [];
  if (page === undefined || name === undefined) return null;
  return (
    <p className="leave">
      <a href={hrefOf(page, name, { at: query.back })}>
        ← back to {name} at step {query.back ?? 0}
      </a>
    </p>
  );
}

/** Revision and scope; the steps are kept as far as they can be taken there. */
function Choices({ system, route }: { readonly system: SystemView; readonly route: Route }) {
  const { name, query, steps } = route;
  const [scope, setScope] = useState(system.scope);
  const [problem, setProblem] = useState<string | undefined>();
  useEffect(() => {
    setScope(system.scope);
    setProblem(undefined);
  }, [system.scope]);
  const id = useId();
  const go = async (chosen: { readonly revision?: string; readonly scope?: string }) => {
    const [revision, asked] = [chosen.revision ?? query.revision, chosen.scope ?? query.scope];
    const subject = {
      system: name,
      ...(revision !== undefined && { revision }),
      ...(asked !== undefined && { scope: asked }),
    };
    try {
      await get(`api/system?${subjectQuery(subject)}`);
    } catch (error) {
      setProblem(messageOf(error));
      return;
    }
    setProblem(undefined);
    navigate(subjectHref(subject, steps, { ...viewOf(query), at: query.at, seed: query.seed }));
  };
  const hasScope = system.scope !== '';
  if (!hasScope && system.revisions.length < 2) return null;
  return (
    <form
      className="choices"
      onSubmit={(event) => {
        event.preventDefault();
        void go({ scope });
      }}
    >
      <label>
        revision{' '}
        <select
          value={system.revision}
          title="The same steps, as far as that revision takes them"
          onChange={({ target }) => void go({ revision: target.value })}
        >
          {system.revisions.map((revision) => (
            <option key={revision}>{revision}</option>
          ))}
        </select>
      </label>
      {hasScope && (
        <label>
          scope{' '}
          <input
            value={scope}
            size={Math.max(14, scope.length)}
            spellCheck={false}
            aria-invalid={problem !== undefined}
            aria-describedby={problem === undefined ? undefined : id}
            onChange={({ target }) => setScope(target.value)}
          />
        </label>
      )}
      {scope !== system.scope && <button type="submit">Set</button>}
      {problem !== undefined && (
        <span id={id} role="alert" className="field-problem">
          {problem}
        </span>
      )}
    </form>
  );
}

/** `?seed=7&walk=20` without steps is walked when the link is opened. */
function useWalkOfLink(
  { steps, query }: Route,
  subject: Subject,
  go: (steps: readonly string[], at: number, seed: number) => void,
): string | undefined {
  const [problem, setProblem] = useState<string | undefined>();
  const walked = useRef(false);
  const length = Number(query.walk ?? 0);
  const seed = Number(query.seed ?? 1);
  useEffect(() => {
    if (walked.current || !(length > 0) || steps.length > 0) return;
    walked.current = true;
    randomWalk(subject, [], seed, Math.min(length, 200)).then(
      (to) => go(to, to.length, seed),
      (error: unknown) => setProblem(messageOf(error)),
    );
  }, [length, seed, steps, subject, go]);
  return problem;
}

function subjectOf({ page, name, query }: Route): Subject {
  if (page === 'fault') return { fault: name };
  if (page === 'play') return { suite: name };
  return {
    system: name,
    ...(query.revision !== undefined && { revision: query.revision }),
    ...(query.scope !== undefined && { scope: query.scope }),
  };
}

export function clamp(position: number, length: number): number {
  return Number.isInteger(position) ? Math.max(0, Math.min(position, length)) : length;
}
