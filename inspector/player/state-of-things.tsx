import type { Held, Play, PropertyView, SystemView } from '../../src/inspect/protocol.ts';
import { Breakable } from '../ui.tsx';

/** Locks held, references counted, who waits: after the current step. */
export function HeldNow({ play, at }: { readonly play: Play; readonly at: number }) {
  const now = play.held[at] ?? [];
  const before = new Map((play.held[at - 1] ?? now).map((held) => [held.object, held.value]));
  if (now.length === 0) return <p className="dim">No lock is held and nothing is counted.</p>;
  return (
    <table className="held">
      <thead>
        <tr>
          <th scope="col">object</th>
          <th scope="col">now</th>
        </tr>
      </thead>
      <tbody>
        {now.map((held) => (
          <HeldRow key={held.object} held={held} changed={before.get(held.object) !== held.value} />
        ))}
      </tbody>
    </table>
  );
}

function HeldRow({ held, changed }: { readonly held: Held; readonly changed: boolean }) {
  return (
    <tr className={`${held.kind} ${changed ? 'changed' : ''}`}>
      <td>
        <code>
          <Breakable text={held.object} />
        </code>
      </td>
      <td>
        {changed && <span className="changed-mark">● </span>}
        {held.value}
        {held.thread !== undefined && !held.value.includes(held.thread) && (
          <span className="dim"> {held.thread}</span>
        )}
      </td>
    </tr>
  );
}

interface PropertiesProps {
  readonly system: SystemView;
  readonly play: Play;
  readonly at: number;
  /** The one that the run is said to break. */
  readonly named?: string | undefined;
  /** How it breaks it, at its end. */
  readonly finding?: string | undefined;
  readonly onGo: (at: number) => void;
}

/** The rules, as they stand at the current position. */
export function Properties({ system, play, at, named, finding, onGo }: PropertiesProps) {
  const status = new Map(play.properties[at]?.map((one) => [one.id, one]));
  if (named !== undefined && at === play.steps.length && status.get(named)?.status !== 'broken') {
    status.set(named, { id: named, status: 'broken', why: finding ?? '' });
  }
  const rank = ({ id, live }: PropertyView) =>
    id === named
      ? 0
      : ['broken', 'pending'].indexOf(status.get(id)?.status ?? '') + 1 || (live ? 3 : 4);
  const sorted = system.properties.toSorted((a, b) => rank(a) - rank(b));
  const live = sorted.filter((one) => one.live || status.has(one.id) || one.id === named);
  const others = sorted.filter((one) => !live.includes(one));
  return (
    <>
      <ul className="plain properties">
        {live.map((property) => (
          <PropertyRow
            key={property.id}
            property={property}
            status={status.get(property.id)?.status}
            why={status.get(property.id)?.why}
            brokenAt={brokenAt(play, property.id)}
            at={at}
            isNamed={property.id === named}
            onGo={onGo}
          />
        ))}
      </ul>
      {others.length > 0 && (
        <details className="not-live">
          <summary>
            {others.length === 1 ? 'One rule that takes' : `${others.length} rules that take`} the
            whole state space
          </summary>
          <ul className="plain properties">
            {others.map((property) => (
              <PropertyRow
                key={property.id}
                property={property}
                at={at}
                isNamed={false}
                onGo={onGo}
              />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function PropertyRow({
  property,
  status,
  why,
  brokenAt,
  at,
  isNamed,
  onGo,
}: {
  readonly property: PropertyView;
  readonly status?: 'broken' | 'pending' | undefined;
  readonly why?: string | undefined;
  readonly brokenAt?: number | undefined;
  readonly at: number;
  readonly isNamed: boolean;
  readonly onGo: (at: number) => void;
}) {
  const word = status ?? (property.live ? 'holds so far' : 'not told at a state');
  const sign = status === 'broken' ? '✗' : status === 'pending' ? '…' : property.live ? '✓' : '○';
  return (
    <li className={`property ${status ?? (property.live ? 'fine' : 'unlive')}`}>
      <details open={status === 'broken' || isNamed}>
        <summary>
          <span className="sign" aria-hidden="true">
            {sign}
          </span>{' '}
          <code>
            <Breakable text={property.id} />
          </code>{' '}
          <span className={status === undefined ? 'hidden-text' : 'word'}>{word}</span>
          {isNamed && <span className="named"> the rule of this run</span>}
        </summary>
        <p>{property.title}.</p>
        {why !== undefined && why !== '' && <p className="property-why">{why}</p>}
        {brokenAt !== undefined && brokenAt !== at && (
          <p>
            <button type="button" className="small" onClick={() => onGo(brokenAt)}>
              breaks at step {brokenAt}
            </button>
          </p>
        )}
        {property.consequence !== undefined && <p>{property.consequence}</p>}
        <p className="source">
          {property.rule !== undefined && <>Rule {property.rule}. </>}
          Source: {property.source}
        </p>
        {property.expected !== undefined && (
          <p className="dim">
            <code>check</code> says:{' '}
            {property.expected === 'holds' ? 'holds' : `broken, by ${property.expected}`}
          </p>
        )}
      </details>
    </li>
  );
}

function brokenAt(play: Play, id: string): number | undefined {
  const found = play.properties.findIndex((all) =>
    all.some((one) => one.id === id && one.status === 'broken'),
  );
  return found < 0 ? undefined : found;
}

/**
 * By position, the properties that break there and did not before; the one that the run is said to
 * break is broken at its end where no state by itself shows it.
 */
export function breaksOf(play: Play, named?: string): ReadonlyMap<number, readonly string[]> {
  const breaks = new Map<number, readonly string[]>();
  const known = new Set<string>();
  play.properties.forEach((all, position) => {
    const fresh = all.filter(({ id, status }) => status === 'broken' && !known.has(id));
    for (const { id } of fresh) known.add(id);
    if (fresh.length > 0)
      breaks.set(
        position,
        fresh.map(({ id }) => id),
      );
  });
  const end = play.steps.length;
  if (named !== undefined && !known.has(named) && play.refusedStep === undefined) {
    breaks.set(end, [...(breaks.get(end) ?? []), named]);
  }
  return breaks;
}
