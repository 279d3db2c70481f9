import { useEffect, useMemo, useRef } from 'react';
import type { Play, StepView, SystemView } from '../../src/inspect/protocol.ts';
import { Breakable } from '../ui.tsx';
import { actorOf, type Lane, openCalls, threadLanes } from './lanes.ts';

interface Props {
  readonly system: SystemView;
  readonly play: Play;
  readonly at: number;
  /** Where what is repeated for ever begins, as a number of steps. */
  readonly loopFrom?: number | undefined;
  /** By position, the properties that break there. */
  readonly breaks: ReadonlyMap<number, readonly string[]>;
  readonly lanesBy: 'thread' | 'part';
  readonly onGo: (at: number) => void;
}

/** The run as a sequence diagram: time goes down, a lane for each thread or each part. */
export function Sequence(props: Props) {
  const { system, play, at, breaks, onGo, loopFrom } = props;
  const byThread = props.lanesBy === 'thread';
  const lanes = useMemo(
    () => (byThread ? threadLanes(system, play.steps) : partLanes(system, play.steps)),
    [byThread, system, play.steps],
  );
  const open = useMemo(() => openCalls(system, lanes, play.steps), [system, lanes, play.steps]);
  const body = useCurrentInView(at, play.steps.length);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys go from row to row
    <div
      className={`sequence lanes-${Math.min(lanes.length, 9)} ${byThread ? 'by-thread' : 'by-part'}`}
      ref={body}
      onKeyDown={(event) => {
        const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        onGo(Math.max(0, Math.min(play.steps.length, at + by)));
      }}
    >
      <div className="seq-head" aria-hidden="true">
        <span className="seq-number">#</span>
        {byThread || <span className="seq-what">step</span>}
        {lanes.map(({ name, mark }) => (
          <span className="seq-lane" key={name} data-lane={mark} title={name}>
            {name}
          </span>
        ))}
      </div>
      <ol className="seq-rows" start={0}>
        <li className="seq-row-item">
          <button
            type="button"
            className="seq-row start"
            tabIndex={at === 0 ? 0 : -1}
            aria-current={at === 0 ? 'step' : undefined}
            onClick={() => onGo(0)}
          >
            <span className="seq-number">0</span>
            <span className="seq-start">initial state</span>
          </button>
          <Breaks ids={breaks.get(0)} />
        </li>
        {play.steps.map((step, index) => (
          <li className="seq-row-item" key={index}>
            {loopFrom === index && <p className="seq-loop">↻ from here on for ever:</p>}
            <button
              type="button"
              className={rowClass(index + 1, at, breaks)}
              tabIndex={at === index + 1 ? 0 : -1}
              aria-current={at === index + 1 ? 'step' : undefined}
              title={step.label}
              onClick={() => onGo(index + 1)}
            >
              <span className="seq-number">{index + 1}</span>
              {byThread ? (
                <ThreadCells system={system} lanes={lanes} step={step} open={open[index]!} />
              ) : (
                <PartCells lanes={lanes} step={step} system={system} />
              )}
            </button>
            <Breaks ids={breaks.get(index + 1)} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Breaks({ ids }: { readonly ids: readonly string[] | undefined }) {
  if (ids === undefined) return null;
  return (
    <p className="seq-breaks">
      ✗ breaks here: <code>{ids.join(', ')}</code>
    </p>
  );
}

function rowClass(position: number, at: number, breaks: Props['breaks']): string {
  const classes = ['seq-row'];
  if (position === at) classes.push('current');
  if (position > at) classes.push('ahead');
  if (breaks.has(position)) classes.push('breaking');
  return classes.join(' ');
}

/** The text in the lane of its thread, behind a bar for every call that is open. */
function ThreadCells({
  system,
  lanes,
  step,
  open,
}: {
  readonly system: SystemView;
  readonly lanes: readonly Lane[];
  readonly step: StepView;
  readonly open: readonly number[];
}) {
  return lanes.map(({ name, mark }, index) => {
    const mine = name === actorOf(system, step);
    const bars = Math.min(open[index]!, 4);
    return (
      <span className={`seq-cell ${mine ? 'mine' : ''}`} key={name} data-lane={mark}>
        {Array.from({ length: bars }, (_, bar) => (
          <span key={bar} className={`seq-bar ${mine && bar === bars - 1 ? step.shape : ''}`} />
        ))}
        {mine && (
          <span className="seq-text">
            <span className="seq-who">{name}: </span>
            <Breakable text={step.written} />
          </span>
        )}
      </span>
    );
  });
}

/** A dot for every part that takes the step: full where it moved. */
function PartCells({
  lanes,
  step,
  system,
}: {
  readonly lanes: readonly Lane[];
  readonly step: StepView;
  readonly system: SystemView;
}) {
  const moved = new Set(step.moved.map(({ part }) => system.parts[part]?.name));
  const taking = lanes.map(({ name }) => step.participants.includes(name));
  const first = taking.indexOf(true);
  const last = taking.lastIndexOf(true);
  return (
    <>
      <span className="seq-what">
        <Breakable text={step.written} />
      </span>
      {lanes.map(({ name, mark }, index) => (
        <span
          className={`seq-cell part ${index >= first && index < last ? 'joined' : ''}`}
          key={name}
          data-lane={mark}
        >
          {taking[index] && (
            <span className={`seq-dot ${moved.has(name) ? 'moved' : ''}`}>
              {step.initiator === name ? '▸' : ''}
              {moved.has(name) ? '●' : '○'}
            </span>
          )}
        </span>
      ))}
    </>
  );
}

function partLanes(system: SystemView, steps: readonly StepView[]): Lane[] {
  const taking = new Set(steps.flatMap(({ participants }) => participants));
  return system.parts
    .filter(({ name, kind }) => taking.has(name) && kind !== 'monitor')
    .map(({ name }, index) => ({ name, mark: String(index) }));
}

/** Scrolls the panel, and never the page, so that the current row is seen. */
function useCurrentInView(at: number, length: number) {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const panel = body.current?.closest('.panel-body');
    const row = body.current?.querySelector('[aria-current="step"]');
    if (!(panel instanceof HTMLElement) || !(row instanceof HTMLElement)) return;
    if (body.current?.contains(document.activeElement)) row.focus({ preventScroll: true });
    const { top, bottom } = row.getBoundingClientRect();
    const view = panel.getBoundingClientRect();
    const head = 30;
    if (top < view.top + head) panel.scrollTop -= view.top + head - top;
    else if (bottom > view.bottom - 24) panel.scrollTop += bottom - view.bottom + 24;
  }, [at, length]);
  return body;
}
