import { useEffect, useRef, useState } from 'react';
import type { Subject } from '../../src/inspect/protocol.ts';
import { messageOf } from '../api.ts';
import { useShortcuts } from '../keys.ts';
import { Press } from '../ui.tsx';
import { randomWalk } from './use-play.ts';

const SPEEDS = [0.5, 1, 2, 4, 8];
const WALK = 20;

const OWN = { first: 'Restart', back: 'Undo', next: 'Redo' };
const GIVEN = { first: 'First', back: 'Back', next: 'Next' };

interface Props {
  readonly length: number;
  /** Where the run goes on from. */
  readonly at: number;
  /** The position that the page shows, which is on its way there. */
  readonly shown: number;
  readonly loopFrom: number | undefined;
  readonly subject: Subject;
  readonly steps: readonly string[];
  readonly seed: number | undefined;
  /** The run was not taken here, so that nothing of it is undone or done again. */
  readonly given: boolean;
  /** Whether a run is looked for. */
  readonly finds: boolean;
  readonly onFind: () => void;
  readonly onGo: (at: number) => void;
  readonly onRun: (steps: readonly string[], at: number, seed?: number) => void;
}

/** First, before, next, last; play; random walk. */
export function Transport(props: Props) {
  const { length, at, onGo } = props;
  const names = props.given ? GIVEN : OWN;
  const next = at < length ? at + 1 : props.loopFrom === undefined ? undefined : props.loopFrom + 1;
  const forward = () => next !== undefined && onGo(next);
  const back = () => at > 0 && onGo(at - 1);
  const player = usePlaying(next, onGo);
  const walk = useWalk(props);
  useShortcuts([
    { key: 'ArrowRight', group: 'Run', does: 'one step forward', run: forward },
    { key: 'ArrowLeft', group: 'Run', does: 'one step back', run: back },
    { key: 'u', group: 'Run', does: 'one step back (undo)', run: back },
    { key: 'r', group: 'Run', does: 'one step forward (redo)', run: forward },
    { key: 'Home', group: 'Run', does: 'first position (restart)', run: () => onGo(0) },
    { key: 'End', group: 'Run', does: 'last position', run: () => onGo(length) },
    { key: 'p', group: 'Run', does: 'play and pause', run: player.toggle },
    { key: 'f', group: 'Run', does: 'find a run to a state', run: props.onFind },
    { key: 'w', group: 'Run', does: `walk ${WALK} random steps`, run: () => void walk.go() },
  ]);
  return (
    <div className="transport">
      <fieldset aria-label="Position in the run">
        <Press
          onClick={() => onGo(0)}
          off={at === 0}
          aria-label={names.first}
          title={`${names.first} (Home)`}
        >
          |◀<span className="wide"> {names.first}</span>
        </Press>
        <Press
          onClick={back}
          off={at === 0}
          aria-label={names.back}
          title={`${names.back} (u or ←)`}
        >
          ◀<span className="wide"> {names.back}</span>
        </Press>
        <span className="position">
          step <b>{props.shown}</b> of {length}
        </span>
        <Press
          onClick={forward}
          off={next === undefined}
          aria-label={names.next}
          title={`${names.next} (r or →)`}
        >
          <span className="wide">{names.next} </span>▶
        </Press>
        <Press
          onClick={() => onGo(length)}
          off={at === length}
          aria-label="Last"
          title="Last (End)"
        >
          <span className="wide">Last </span>▶|
        </Press>
      </fieldset>
      <fieldset aria-label="Play">
        <Press
          onClick={player.toggle}
          off={next === undefined && !player.on}
          title="Play and pause (p)"
        >
          {player.on ? '❚❚ Pause' : '▶ Play'}
        </Press>
        <select
          aria-label="Steps a second"
          value={player.speed}
          onChange={({ target }) => player.setSpeed(Number(target.value))}
        >
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {speed}/s
            </option>
          ))}
        </select>
      </fieldset>
      <fieldset aria-label="Random walk">
        <Press
          onClick={() => void walk.go()}
          off={walk.busy}
          title={`Take ${WALK} random steps from here (w)`}
        >
          Walk {WALK}
        </Press>
        <label>
          seed{' '}
          <input
            className="seed"
            inputMode="numeric"
            value={walk.seed}
            onChange={({ target }) => walk.setSeed(target.value)}
          />
        </label>
        {walk.error !== undefined && <span role="alert">{walk.error}</span>}
      </fieldset>
      <button
        type="button"
        aria-expanded={props.finds}
        onClick={props.onFind}
        title="Find a run to a state that you describe (f)"
      >
        Find a run to …
      </button>
    </div>
  );
}

/** Goes on by itself, at a speed, until there is nothing further. */
function usePlaying(next: number | undefined, onGo: (at: number) => void) {
  const [on, setOn] = useState(false);
  const [speed, setSpeed] = useState(2);
  const go = useRef(onGo);
  go.current = onGo;
  useEffect(() => {
    if (!on) return;
    if (next === undefined) {
      setOn(false);
      return;
    }
    const timer = window.setTimeout(() => go.current(next), 1000 / speed);
    return () => window.clearTimeout(timer);
  }, [on, next, speed]);
  return { on, speed, setSpeed, toggle: () => setOn(!on) };
}

function useWalk({ subject, steps, at, seed, onRun }: Props) {
  const [text, setText] = useState(String(seed ?? 1));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>();
  const go = async () => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    const chosen = /^\d{1,9}$/.test(text) ? Number(text) : 1;
    try {
      const walked = await randomWalk(subject, steps.slice(0, at), chosen, WALK);
      onRun(walked, walked.length, chosen);
    } catch (problem) {
      setError(messageOf(problem));
    } finally {
      setBusy(false);
    }
  };
  return { seed: text, setSeed: setText, busy, error, go };
}
