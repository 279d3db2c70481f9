import type { AnyStateMachine, AnyStateNodeConfig } from 'xstate';
import { type Patch, patched } from 'xstate-check';

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
  /** Small changes to steps, by machine. */
  readonly patches?: Readonly<Record<string, readonly Patch[]>>;
  /**
   * Labels that a machine gets beside its own, by machine. Behind one that it has stands what comes
   * behind it in the C.
   */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
}

/** What is done to one machine. */
export interface Edit {
  readonly states: readonly {
    readonly path: readonly string[];
    config: AnyStateNodeConfig | 'gone';
  }[];
  readonly labels: readonly string[];
  readonly patches: readonly Patch[];
}

/** The machines that a change is made to. */
export function machinesOf({ states = {}, patches = {}, labels = {} }: MachineChanges): string[] {
  const ofStates = Object.keys(states).map((path) => path.split('.')[0]!);
  return [...new Set([...ofStates, ...Object.keys(patches), ...Object.keys(labels)])];
}

/** States are put in from the outside inwards, in whatever order they are written. */
export function editOf(
  id: string,
  { states = {}, patches = {}, labels = {} }: MachineChanges,
): Edit {
  const own = Object.entries(states).flatMap(([dotted, config]) => {
    const [machine, ...path] = dotted.split('.');
    return machine === id ? [{ path, config }] : [];
  });
  return {
    states: own.sort((a, b) => a.path.length - b.path.length),
    labels: labels[id] ?? [],
    patches: patches[id] ?? [],
  };
}

/** A machine with an edit made. @throws what XState says of a machine that is none */
export function writtenAnew(machine: AnyStateMachine, edit: Edit): AnyStateMachine {
  const written = withStates(machine, edit);
  return edit.patches.length === 0 ? written : patched(written, edit.patches);
}

/** A state's configuration, with its children. */
interface Node {
  readonly states?: Readonly<Record<string, Node>>;
  readonly on?: Readonly<Record<string, unknown>>;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly tags?: unknown;
}

/** The machine with all its new states and labels at once, so that one may lead to another. */
function withStates(machine: AnyStateMachine, { states, labels }: Edit): AnyStateMachine {
  if (states.length + labels.length === 0) return machine;
  const before = machine.config as Node;
  const root = states.reduce<Node>(
    (node, { path, config }) => replaced(node, path, config as Node | 'gone')!,
    before,
  );
  const own = withLabels((root.meta?.labels as readonly string[] | undefined) ?? [], labels);
  const meta = { ...root.meta, labels: own, unused: unusedIn(own, before, root) };
  const Machine = machine.constructor as new (c: unknown, i: unknown) => AnyStateMachine;
  return new Machine({ ...root, meta }, machine.implementations);
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
  config: Node | 'gone',
): Node | undefined {
  if (key === undefined) {
    if (config !== 'gone') return keepingTags(node, config);
    if (node === undefined) throw new Error('there is no such state that could be gone');
    return undefined;
  }
  const { [key]: child, ...others } = node?.states ?? {};
  const after = replaced(child, deeper, config);
  if (after === undefined) return { ...node, states: others };
  // A state that is written anew stays where it was.
  return { ...node, states: { ...node?.states, [key]: after } };
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

/** Labels that the change took from the last state that had them: the alphabet does not shrink with it. */
function unusedIn(labels: readonly string[], before: Node, after: Node): string[] {
  const declared = (before.meta?.unused as readonly string[] | undefined) ?? [];
  const had = new Set([...declared, ...eventsOf(before)]);
  const has = new Set(eventsOf(after));
  return labels.filter((label) => had.has(label) && !has.has(label));
}

function eventsOf({ on = {}, states = {} }: Node): string[] {
  return [...Object.keys(on), ...Object.values(states).flatMap(eventsOf)];
}
