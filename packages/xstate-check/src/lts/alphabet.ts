import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { expandTemplate, fillTemplate, indicesOf } from './label.ts';
import { MachineError } from './machine-error.ts';
import { describe, nodesOf, type StateNode } from './snapshot.ts';

/** What a machine says about itself in the `meta` of its root. */
export interface MachineMeta {
  /** The event types, which are the labels or templates of labels. */
  readonly labels?: readonly string[];
  /** For each index of a template, how many values it has. */
  readonly index?: Readonly<Record<string, number>>;
  /** For the linter: labels that two regions take in one step on purpose. */
  readonly shared?: readonly string[];
  /** For the linter: paths of state nodes that only a fault or another variant enters. */
  readonly unreachable?: readonly string[];
  /** For the linter: labels that only a fault or another variant takes. */
  readonly unused?: readonly string[];
}

export function metaOf(machine: AnyStateMachine): MachineMeta {
  return (machine.root.meta ?? {}) as MachineMeta;
}

/** The events that are offered to a machine, and the labels that they stand for. */
export interface Alphabet {
  readonly events: readonly string[];
  readonly labels: readonly string[];
  /** The label that an event stands for in a state, its indices filled in from the context. */
  labelOf(event: string, snapshot: AnyMachineSnapshot): number;
}

/**
 * The alphabet that a machine declares in `meta.labels`; of a machine that declares none, all
 * events that it handles.
 *
 * @throws MachineError for a label in XState's own name space
 */
export function alphabetOf(machine: AnyStateMachine): Alphabet {
  const known = alphabets.get(machine);
  if (known !== undefined) return known;
  const alphabet = declaredBy(machine);
  alphabets.set(machine, alphabet);
  return alphabet;
}

const alphabets = new WeakMap<AnyStateMachine, Alphabet>();

function declaredBy(machine: AnyStateMachine): Alphabet {
  const meta = metaOf(machine);
  const events = [...new Set(meta.labels ?? handledEvents(machine.root))];
  const reserved = events.find((event) => event === '' || event.startsWith('xstate.'));
  if (reserved !== undefined) {
    const reason = `the label '${reserved}' belongs to XState, which acts on it by itself; rename it`;
    throw new MachineError('label', machine.id, '', reason);
  }
  const ranges = meta.index ?? {};
  const labels = [...new Set(events.flatMap((event) => expandTemplate(event, ranges)))];
  const idOf = new Map(labels.map((label, id) => [label, id]));
  const labelOf = (event: string, snapshot: AnyMachineSnapshot): number => {
    const id = idOf.get(fillTemplate(event, snapshot.context));
    if (id === undefined) throw outOfRange(machine, event, snapshot);
    return id;
  };
  return { events, labels, labelOf };
}

/** Event types named by any state node, in document order: the alphabet of a foreign machine. */
export function handledEvents(root: StateNode): string[] {
  const events = nodesOf(root).flatMap((node) => [...node.transitions.keys()]);
  return [...new Set(events.filter((event) => !event.startsWith('xstate.')))];
}

function outOfRange(machine: AnyStateMachine, event: string, snapshot: AnyMachineSnapshot) {
  const filled = fillTemplate(event, snapshot.context);
  return new MachineError(
    'label',
    machine.id,
    describe(snapshot),
    `the label '${event}' reads '${filled}' here, which is not in the alphabet; keep ` +
      `${indicesOf(event).join(', ')} in the context, within the range of the root's meta.index`,
  );
}
