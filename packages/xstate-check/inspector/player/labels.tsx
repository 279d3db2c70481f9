import { useId } from 'react';
import type { LabelView, Play, Refusal, SystemView } from '../../src/inspect/protocol.ts';
import { useKeptFocus } from '../focus.ts';
import { Breakable } from '../ui.tsx';
import { actorOf, ENVIRONMENT } from './lanes.ts';

interface Props {
  readonly system: SystemView;
  readonly play: Play;
  readonly stale: boolean;
  readonly onTake: (label: string) => void;
  readonly onTouch: (parts: readonly string[]) => void;
  /** The next step of the run that is shown. */
  readonly next?: string | undefined;
}

/** What can be done now, by who does it, and what is refused and why. */
export function Labels({ system, play, stale, onTake, onTouch, next }: Props) {
  const groups = byThread(system, play.enabled);
  let number = 0;
  const list = useKeptFocus(play, '.take, .refusal');
  return (
    <div className="labels" aria-busy={stale} ref={list} tabIndex={-1}>
      {play.enabled.length === 0 && <NothingLeft refused={play.refused.length} />}
      {groups.map(([thread, labels]) => (
        <section key={thread} aria-label={`Can be taken by ${thread}`}>
          <h3 className="thread-name">{thread}</h3>
          <ul className="plain">
            {labels.map((label) => (
              <li key={label.label}>
                <EnabledButton
                  label={label}
                  digit={++number}
                  isNext={label.label === next}
                  onTake={() => stale || onTake(label.label)}
                  onTouch={onTouch}
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <Refused system={system} refused={play.refused} onTouch={onTouch} />
    </div>
  );
}

/** The labels in the order in which they are numbered on the page. */
export function inOrder(system: SystemView, enabled: readonly LabelView[]): readonly LabelView[] {
  return byThread(system, enabled).flatMap(([, labels]) => labels);
}

function NothingLeft({ refused }: { readonly refused: number }) {
  return (
    <p className="note">
      {refused === 0
        ? 'Nothing can happen any more.'
        : 'Nothing can happen any more: everything that is offered is refused.'}
    </p>
  );
}

function EnabledButton({
  label,
  digit,
  isNext,
  onTake,
  onTouch,
}: {
  readonly label: LabelView;
  readonly digit: number;
  readonly isNext: boolean;
  readonly onTake: () => void;
  readonly onTouch: (parts: readonly string[]) => void;
}) {
  return (
    <button
      type="button"
      className={`take ${isNext ? 'next' : ''}`}
      data-label={label.label}
      onClick={onTake}
      {...touching(label, onTouch)}
    >
      <kbd className="digit">{digit <= 9 ? digit : ''}</kbd>
      <span className="take-text">
        <code className="written">
          <Breakable text={label.written} />
        </code>
        {label.written !== label.label && (
          <code className="system-label">
            <Breakable text={label.label} />
          </code>
        )}
        {isNext && <span className="next-mark">→ next step of this run</span>}
      </span>
    </button>
  );
}

/** What is refused for the same reason is listed together; what a lock or device refuses first. */
function Refused({
  system,
  refused,
  onTouch,
}: {
  readonly system: SystemView;
  readonly refused: readonly Refusal[];
  readonly onTouch: (parts: readonly string[]) => void;
}) {
  if (refused.length === 0) return null;
  const resources = new Set(
    system.parts.filter(({ kind }) => kind === 'resource').map(({ name }) => name),
  );
  const rank = ({ by }: Refusal) => (by.some(({ part }) => resources.has(part)) ? 0 : 1);
  const sorted = refused.toSorted((a, b) => rank(a) - rank(b));
  const groups = [...Map.groupBy(sorted, ({ thread, by }) => JSON.stringify([thread, by]))];
  return (
    <section className="refused" aria-label="Refused now">
      <h3>Refused now ({refused.length})</h3>
      <ul className="plain">
        {groups.map(([reason, refusals]) => (
          <RefusedTogether
            key={reason}
            who={refusals[0]!.thread && actorOf(system, refusals[0]!)}
            refusals={refusals}
            onTouch={onTouch}
          />
        ))}
      </ul>
    </section>
  );
}

function RefusedTogether({
  who,
  refusals,
  onTouch,
}: {
  readonly who: string | undefined;
  readonly refusals: readonly Refusal[];
  readonly onTouch: (parts: readonly string[]) => void;
}) {
  const id = useId();
  const { by } = refusals[0]!;
  return (
    <li className="refused-group">
      {refusals.map((refusal) => (
        <button
          key={refusal.label}
          type="button"
          className="refusal"
          aria-disabled="true"
          aria-describedby={id}
          data-label={refusal.label}
          title={refusal.label}
          {...touching(refusal, onTouch)}
        >
          <span aria-hidden="true">⊘</span>
          <code>
            <Breakable text={refusal.written} />
          </code>
        </button>
      ))}
      <div id={id} className="whys">
        {who !== undefined && <span className="why-thread">{who}</span>}
        {by.map(({ part, state, why }) => (
          <p className="why" key={part}>
            <code>{part}</code> in <code>{state}</code>: {why}
          </p>
        ))}
      </div>
    </li>
  );
}

function touching(label: LabelView, onTouch: (parts: readonly string[]) => void) {
  const enter = () => onTouch(label.participants);
  const leave = () => onTouch([]);
  return { onPointerEnter: enter, onPointerLeave: leave, onFocus: enter, onBlur: leave };
}

function byThread(
  system: SystemView,
  labels: readonly LabelView[],
): [string, readonly LabelView[]][] {
  const groups = new Map<string, LabelView[]>();
  for (const name of [...system.threads, ENVIRONMENT]) groups.set(name, []);
  for (const label of labels) {
    const thread = actorOf(system, label);
    groups.set(thread, [...(groups.get(thread) ?? []), label]);
  }
  return [...groups].filter(([, group]) => group.length > 0);
}
