import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Subject, SystemView } from '../../src/inspect/protocol.ts';
import { messageOf } from '../api.ts';
import { Player } from '../player/player.tsx';
import { randomWalk } from '../player/use-play.ts';
import { hrefOf, navigate, type Route, subjectHref } from '../route.ts';
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
        at: position === to.length ? undefined : position,
        part: query.part,
        seed: walkSeed,
      };
      navigate(subjectHref(subject, to, rest), 'replace');
    },
    [subject, query.part],
  );
  const walkProblem = useWalkOfLink(route, subject, go);
  return (
    <>
      {walkProblem !== undefined && <Problem text={walkProblem} />}
      <Player
        subject={subject}
        steps={steps}
        at={at}
        part={query.part}
        seed={seed}
        onGo={(position) => go(steps, position, seed)}
        onRun={go}
        onPart={(part) =>
          navigate(subjectHref(subject, steps, { at: query.at, part, seed: query.seed }), 'replace')
        }
        heading={(system) => <Heading system={system} route={route} />}
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
        <Choices system={system} name={route.name} query={route.query} />
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

/** Revision and scope; another of either begins again. */
function Choices({
  system,
  name,
  query,
}: {
  readonly system: SystemView;
  readonly name: string;
  readonly query: Route['query'];
}) {
  const [scope, setScope] = useState(system.scope);
  useEffect(() => setScope(system.scope), [system.scope]);
  return (
    <form
      className="choices"
      onSubmit={(event) => {
        event.preventDefault();
        navigate(hrefOf('system', name, { revision: query.revision, scope }));
      }}
    >
      <label>
        revision{' '}
        <select
          value={system.revision}
          onChange={({ target }) =>
            navigate(hrefOf('system', name, { revision: target.value, scope: query.scope }))
          }
        >
          {system.revisions.map((revision) => (
            <option key={revision}>{revision}</option>
          ))}
        </select>
      </label>
      <label>
        scope{' '}
        <input
          value={scope}
          size={Math.max(14, scope.length)}
          spellCheck={false}
          onChange={({ target }) => setScope(target.value)}
        />
      </label>
      {scope !== system.scope && <button type="submit">Set</button>}
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
