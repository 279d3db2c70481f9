import type { PartView, Play, SystemView } from '../../src/inspect/protocol.ts';
import { Breakable } from '../ui.tsx';

const KINDS = {
  procedure: ['P', 'procedure: a call of the kernel'],
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
  return (
    <>
      <PartList {...props} parts={system.parts.filter(isLoud)} />
      {quiet.length > 0 && (
        <details className="not-live">
          <summary>{quiet.length} monitors, none of them violated</summary>
          <PartList {...props} parts={quiet} />
        </details>
      )}
    </>
  );
}

function PartList(props: Props & { readonly parts: readonly PartView[] }) {
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
  onSelect,
}: {
  readonly part: PartView;
  readonly state: number;
  readonly from: number | undefined;
  readonly isTouched: boolean;
  readonly isSelected: boolean;
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
      <span className="part-state">
        {violated && '✗ '}
        <Breakable text={now?.name ?? '?'} />
      </span>
      {from !== undefined && (
        <span className="part-moved">● moved from {part.states[from]?.name ?? '?'}</span>
      )}
    </button>
  );
}
