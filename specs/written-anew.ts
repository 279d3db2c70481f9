import type { AnyStateMachine, AnyStateNodeConfig } from 'xstate';
import {
  expandTemplate,
  ltsOf,
  MachineError,
  type Patch,
  patched,
  transitionsOf,
} from 'xstate-check';
import { metaOf, nodePath, nodesOf } from 'xstate-check/engine';

/**
 * What a change does to machines, by their names. The machines are those of the newest release; any
 * other version of one is a change to it, and so is what somebody wants to try (`change()`).
 */
export interface MachineChanges {
  /**
   * States that are written anew, or added: `hot_reset.unwind` is `unwind` of machine `hot_reset`.
   * One that there is no more is `'gone'`.
   */
  readonly states?: Readonly<Record<string, AnyStateNodeConfig | 'gone'>>;
  /**
   * States, or whole machines, of which something is written anew, by their paths: what is not said
   * stays. `null` is a state that is not there any more, if it was.
   */
  readonly steps?: Readonly<Record<string, StepsAnew | null>>;
  /** Actions that calculate otherwise, or more of them, by machine and by their names. */
  readonly actions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Small changes to steps, by machine. */
  readonly patches?: Readonly<Record<string, readonly Patch[]>>;
  /**
   * Labels that a machine gets beside its own, by machine. Behind one that it has stands what comes
   * behind it in the C.
   */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
}

/** What of a state is another than before. */
export interface StepsAnew {
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly initial?: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Its answers; `null` is one that it does not give any more. */
  readonly on?: Readonly<Record<string, unknown>>;
}

/** What is done to one machine. */
export interface Edit {
  readonly states: readonly {
    readonly path: readonly string[];
    readonly anew: AnyStateNodeConfig | 'gone' | { readonly steps: StepsAnew | null };
  }[];
  readonly labels: readonly string[];
  readonly actions: Readonly<Record<string, unknown>>;
  readonly patches: readonly Patch[];
}

/** The machines that a change is made to. */
export function machinesOf({
  states = {},
  steps = {},
  actions = {},
  patches = {},
  labels = {},
}: MachineChanges): string[] {
  const ofStates = [...Object.keys(states), ...Object.keys(steps)].map(
    (path) => path.split('.')[0]!,
  );
  const others = [actions, patches, labels].flatMap(Object.keys);
  return [...new Set([...ofStates, ...others])];
}

/** States are put in from the outside inwards, in whatever order they are written. */
export function editOf(
  id: string,
  { states = {}, steps = {}, actions = {}, patches = {}, labels = {} }: MachineChanges,
): Edit {
  const said = Object.entries(steps).map(([path, one]) => [path, { steps: one }] as const);
  const own = [...Object.entries(states), ...said].flatMap(([dotted, anew]) => {
    const [machine, ...path] = dotted.split('.');
    return machine === id ? [{ path, anew }] : [];
  });
  return {
    states: own.sort((a, b) => a.path.length - b.path.length),
    labels: labels[id] ?? [],
    actions: actions[id] ?? {},
    patches: patches[id] ?? [],
  };
}

/** A machine with an edit made. @throws what XState says of a machine that is none */
export function writtenAnew(machine: AnyStateMachine, edit: Edit): AnyStateMachine {
  const written = withStates(machine, edit);
  return edit.patches.length === 0 ? written : patched(written, edit.patches);
}

/**
 * The machine after changes, the later ones on top; those of other machines leave it as it is. The
 * same changes make the same machine of it, so that it is flattened once.
 */
export function afterChanges(
  machine: AnyStateMachine,
  changes: readonly MachineChanges[],
): AnyStateMachine {
  return changes.reduce(afterChange, machine);
}

const changed = new WeakMap<AnyStateMachine, WeakMap<MachineChanges, AnyStateMachine>>();

function afterChange(machine: AnyStateMachine, change: MachineChanges): AnyStateMachine {
  if (!machinesOf(change).includes(machine.id)) return machine;
  const known = changed.get(machine) ?? new WeakMap<MachineChanges, AnyStateMachine>();
  changed.set(machine, known);
  const after = known.get(change) ?? writtenAnew(machine, editOf(machine.id, change));
  known.set(change, after);
  return after;
}

/** A state's configuration, with its children. */
interface Node extends StepsAnew {
  readonly states?: Readonly<Record<string, Node>>;
}

type Anew = Edit['states'][number]['anew'];

/** The machine with all its new states and labels at once, so that one may lead to another. */
function withStates(machine: AnyStateMachine, { states, labels, actions }: Edit): AnyStateMachine {
  if (states.length + labels.length + Object.keys(actions).length === 0) return machine;
  const before = machine.config as Node;
  const root = states.reduce<Node>((node, { path, anew }) => replaced(node, path, anew)!, before);
  const all = withLabels((root.meta?.labels as readonly string[] | undefined) ?? [], labels);
  const meta = { ...root.meta, labels: all, unused: unusedIn(all, before, root) };
  const Machine = machine.constructor as new (c: unknown, i: unknown) => AnyStateMachine;
  const own = { ...machine.implementations.actions, ...actions };
  const implementations = { ...machine.implementations, actions: own };
  const made = new Machine({ ...root, meta }, implementations);
  const { unused = [], unreachable = [] } = metaOf(machine);
  if (unused.length + unreachable.length === 0) return made;
  const never = { ...meta, ...neverIn(made, machine) };
  return new Machine({ ...root, meta: never }, implementations);
}

/**
 * Of a machine that says what never happens at its scope, or with its kind of importer, what of it
 * never happens after a change.
 */
function neverIn(made: AnyStateMachine, before: AnyStateMachine) {
  const { labels = [], index = {} } = metaOf(before);
  try {
    const lts = ltsOf(made);
    const happening = new Set([...transitionsOf(lts)].map(({ label }) => lts.labels[label]!));
    const entered = new Set(lts.states.flatMap(({ nodes }) => nodes));
    const happens = (label: string) =>
      expandTemplate(label, index).some((one) => happening.has(one));
    const there = new Set(nodesOf(made.root).map(nodePath));
    return {
      unused: labels.filter((label) => !happens(label)),
      unreachable: nodesOf(before.root)
        .map(nodePath)
        .filter((path) => path !== '' && there.has(path) && !entered.has(path)),
    };
  } catch (error) {
    // Whoever looks at the machine is told what is wrong with it.
    if (error instanceof MachineError) return {};
    throw error;
  }
}

/** Labels are in the order of the C: a new one comes behind the one that it is named behind, or last. */
function withLabels(own: readonly string[], named: readonly string[]): string[] {
  return named.reduce<string[]>(
    (labels, label, i) => {
      if (labels.includes(label)) return labels;
      const behind = labels.indexOf(named[i - 1]!);
      return behind < 0 ? labels.concat(label) : labels.toSpliced(behind + 1, 0, label);
    },
    [...own],
  );
}

function replaced(
  node: Node | undefined,
  [key, ...deeper]: readonly string[],
  anew: Anew,
): Node | undefined {
  if (key === undefined) {
    if (anew === 'gone') {
      if (node === undefined) throw new Error('there is no such state that could be gone');
      return undefined;
    }
    return 'steps' in anew ? over(node, anew.steps) : keepingTags(node, anew as Node);
  }
  const { [key]: child, ...others } = node?.states ?? {};
  const after = replaced(child, deeper, anew);
  if (after === undefined) return { ...node, states: others };
  // A state that is written anew stays where it was.
  return { ...node, states: { ...node?.states, [key]: after } };
}

/** A state with what is said of it; the rest of it stays. */
function over(node: Node | undefined, steps: StepsAnew | null): Node | undefined {
  if (steps === null) return undefined;
  if (node === undefined) throw new Error('there is no such state of which the rest could stay');
  const { on, meta, ...rest } = { ...node, ...steps };
  const answers = Object.entries({ ...node.on, ...steps.on }).filter(([, to]) => to !== null);
  return {
    ...rest,
    ...((meta ?? node.meta) !== undefined && { meta: { ...node.meta, ...steps.meta } }),
    ...(answers.length > 0 && { on: Object.fromEntries(answers) }),
  };
}

/** What rules know a state by stays with it, where the state that replaces it does not say its own. */
function keepingTags(before: Node | undefined, config: Node): Node {
  if (before === undefined) return config;
  const states = Object.entries(config.states ?? {}).map(
    ([key, child]) => [key, keepingTags(before.states?.[key], child)] as const,
  );
  return {
    ...(before.tags !== undefined && { tags: before.tags }),
    ...config,
    ...(states.length > 0 && { states: Object.fromEntries(states) }),
  };
}

/**
 * Labels that the change took from the last state that had them, and those that never happened: the
 * alphabet does not shrink.
 */
function unusedIn(labels: readonly string[], before: Node, after: Node): string[] {
  const declared = (before.meta?.unused as readonly string[] | undefined) ?? [];
  const [had, has] = [new Set(eventsOf(before)), new Set(eventsOf(after))];
  return labels.filter((label) => declared.includes(label) || (had.has(label) && !has.has(label)));
}

function eventsOf({ on = {}, states = {} }: Node): string[] {
  return [...Object.keys(on), ...Object.values(states).flatMap(eventsOf)];
}
