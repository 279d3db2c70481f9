import type { PartView, Play, SystemView } from '../../src/inspect/protocol.ts';
import { rove } from '../keys.ts';
import { Breakable } from '../ui.tsx';

const KINDS = {
  procedure: ['P', 'procedure: a call, step by step'],
  contract: ['C', 'contract: what callers rely on'],
  resource: ['R', 'resource: a lock, a count, a device'],
  monitor: ['M', 'monitor: watches for a rule'],
} as const;

interface Props {
  readonly system: SystemView;
  readonly play: Play;
  readonly at: number;
  readonly touched: readonly string[];
  readonly selected: string | undefined;
  readonly onSelect: (part: string) => void;
}

/** The parts side by side: where each is, which moved, which a label would touch. */
export function Parts(props: Props) {
  const { system, play, at } = props;
  const local = play.local[at] ?? [];
  const isLoud = (part: PartView) => {
    const state = part.states[local[system.parts.indexOf(part)] ?? 0];
    return part.kind !== 'monitor' || (state?.tags.includes('violation') ?? false);
  };
  const quiet = system.parts.filter((part) => !isLoud(part));
  const loud = system.parts.filter(isLoud);
  const stop = loud.find(({ name }) => name === props.selected) ?? loud[0];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys go from part to part
    <div onKeyDown={(event) => rove(event, '.part')}>
      <PartList {...props} parts={loud} stop={stop?.name} />
      {quiet.length > 0 && (
        <details className="not-live">
          <summary>{quietWords(system, quiet.length)}</summary>
          <PartList {...props} parts={quiet} stop={quiet[0]?.name} />
        </details>
      )}
      <p className="legend-line dim" hidden={system.parts.length < 2}>
        {[...new Set(system.parts.map(({ kind }) => kind))].map((kind) => (
          <span key={kind} title={KINDS[kind][1]}>
            <b>{KINDS[kind][0]}</b> {kind}
          </span>
        ))}
        <span>(i=0): in context</span>
      </p>
    </div>
  );
}

/** The monitors that are not violated, which are not all where some are listed above them. */
function quietWords({ parts }: SystemView, quiet: number): string {
  const all = parts.filter(({ kind }) => kind === 'monitor').length;
  if (quiet < all) return `${quiet} other ${quiet === 1 ? 'monitor' : 'monitors'}, not violated`;
  return quiet === 1 ? '1 monitor, not violated' : `${quiet} monitors, none of them violated`;
}

function PartList(
  props: Props & {
    readonly parts: readonly PartView[];
    /** The one at which Tab stops; the arrow keys go from there. */
    readonly stop: string | undefined;
  },
) {
  const { system, play, at } = props;
  const moved = new Map(play.steps[at - 1]?.moved.map((move) => [move.part, move]));
  return (
    <ul className="parts plain">
      {props.parts.map((part) => {
        const index = system.parts.indexOf(part);
        return (
          <li key={part.name}>
            <PartRow
              part={part}
              state={play.local[at]?.[index] ?? 0}
              from={moved.get(index)?.from}
              isTouched={props.touched.includes(part.name)}
              isSelected={props.selected === part.name}
              isStop={props.stop === part.name}
              onSelect={() => props.onSelect(part.name)}
            />
          </li>
        );
      })}
    </ul>
  );
}

function PartRow({
  part,
  state,
  from,
  isTouched,
  isSelected,
  isStop,
  onSelect,
}: {
  readonly part: PartView;
  readonly state: number;
  readonly from: number | undefined;
  readonly isTouched: boolean;
  readonly isSelected: boolean;
  readonly isStop: boolean;
  readonly onSelect: () => void;
}) {
  const [letter, kind] = KINDS[part.kind];
  const now = part.states[state];
  const violated = now?.tags.includes('violation') ?? false;
  const classes = [
    'part',
    from === undefined ? '' : 'moved',
    isTouched ? 'touched' : '',
    violated ? 'violated' : '',
  ];
  return (
    <button
      type="button"
      className={classes.filter(Boolean).join(' ')}
      aria-pressed={isSelected}
      tabIndex={isStop ? 0 : -1}
      onClick={onSelect}
      title={part.thread === undefined ? kind : `${kind}; of ${part.thread}`}
    >
      <span className="part-kind" aria-hidden="true">
        {letter}
      </span>
      <span className="part-name">
        <Breakable text={part.name} />
        {isTouched && <span className="part-touched"> takes it</span>}
      </span>
      <span className="part-state" title={nameTitle(now?.name ?? '')}>
        {violated && '✗ '}
        <Breakable text={now?.name ?? '?'} />
      </span>
      {from !== undefined && (
        <span className="part-moved">● moved from {part.states[from]?.name ?? '?'}</span>
      )}
    </button>
  );
}

/** What the brackets of a state's name mean, where it has some. */
export function nameTitle(name: string): string | undefined {
  return /[([]/.test(name)
    ? `${name}: the state, and in brackets what the machine remembers in its context`
    : undefined;
}
