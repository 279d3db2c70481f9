import type { Held, Play, PropertyView, SystemView } from '../../src/inspect/protocol.ts';
import { Breakable } from '../ui.tsx';
import { type Standing, standingOf } from './rules.ts';

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

/** The rules, as the run up to the current position has left them. */
export function Properties({ system, play, at, named, finding, onGo }: PropertiesProps) {
  const standing = (id: string): Standing => {
    const told = standingOf(play, id, at);
    const isEnd = id === named && at === play.steps.length && play.refusedStep === undefined;
    return isEnd && told.status !== 'broken'
      ? { status: 'broken', why: finding ?? '', brokenAt: at }
      : told;
  };
  const rank = ({ id, live }: PropertyView) =>
    id === named
      ? 0
      : ['broken', 'pending'].indexOf(standing(id).status ?? '') + 1 || (live ? 3 : 4);
  const sorted = system.properties.toSorted((a, b) => rank(a) - rank(b));
  const row = (property: PropertyView) => (
    <PropertyRow
      key={property.id}
      property={property}
      standing={standing(property.id)}
      at={at}
      isNamed={property.id === named}
      onGo={onGo}
    />
  );
  const loud = sorted.filter(({ id }) => standing(id).status !== undefined || id === named);
  const others = sorted.filter((one) => !loud.includes(one));
  // What other runs break is not said to hold, whatever these steps leave of it.
  const elsewhere = others.filter((one) => one.isKnownBroken);
  const fine = others.filter((one) => one.live && !one.isKnownBroken);
  const whole = others.filter((one) => !one.live && !one.isKnownBroken);
  return (
    <>
      <ul className="plain properties">{loud.map(row)}</ul>
      {elsewhere.length > 0 && (
        <details className="not-live">
          <summary>
            <span className="sign" aria-hidden="true">
              ✗
            </span>{' '}
            {elsewhere.length} {elsewhere.length === 1 ? 'rule' : 'rules'} that other runs break
          </summary>
          <ul className="plain properties">{elsewhere.map(row)}</ul>
        </details>
      )}
      {fine.length > 0 && (
        <details className="not-live">
          <summary>
            <span className="fine-sign" aria-hidden="true">
              ✓
            </span>{' '}
            {fine.length}{' '}
            {loud.length + elsewhere.length > 0
              ? `${fine.length === 1 ? 'other holds' : 'others hold'} so far`
              : `${fine.length === 1 ? 'rule holds' : 'rules hold'} so far`}
          </summary>
          <ul className="plain properties">{fine.map(row)}</ul>
        </details>
      )}
      {whole.length > 0 && (
        <details className="not-live">
          <summary>
            {whole.length === 1 ? 'One rule that takes' : `${whole.length} rules that take`} the
            whole state space
          </summary>
          <ul className="plain properties">{whole.map(row)}</ul>
        </details>
      )}
    </>
  );
}

function standingWord(property: PropertyView): string {
  if (property.isKnownBroken) return 'not broken by these steps';
  return property.live ? 'holds so far' : 'not told at a state';
}

function quietSign(property: PropertyView): string {
  return property.live && !property.isKnownBroken ? '✓' : '○';
}

function PropertyRow({
  property,
  standing,
  at,
  isNamed,
  onGo,
}: {
  readonly property: PropertyView;
  readonly standing: Standing;
  readonly at: number;
  readonly isNamed: boolean;
  readonly onGo: (at: number) => void;
}) {
  const { status, why, brokenAt } = standing;
  const word =
    status === 'broken' && brokenAt !== undefined && brokenAt < at
      ? `broke at step ${brokenAt}`
      : (status ?? standingWord(property));
  const sign = status === 'broken' ? '✗' : status === 'pending' ? '…' : quietSign(property);
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
              go to step {brokenAt}, which breaks it
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
            {property.isKnownBroken ? `broken, by ${property.expected}` : property.expected}
          </p>
        )}
      </details>
    </li>
  );
}
