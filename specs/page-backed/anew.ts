import type { AnyStateMachine } from 'xstate';

/** A state, or the whole machine, as a decision has it: what is not said here stays. */
export interface StateAnew {
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly initial?: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Its answers; `null` is one that it does not give. */
  readonly on?: Readonly<Record<string, unknown>>;
  readonly states?: Readonly<Record<string, StateAnew | null>>;
}

/**
 * What a decision makes of a machine that is written down. Decisions are free of each other, and most
 * are about one answer in each of several states: they write answers anew, and not whole states.
 */
export interface Anew extends StateAnew {
  /** Labels that the machine has not, each ahead of one that it has: that is their order. */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
  readonly actions?: Readonly<Record<string, unknown>>;
}

interface Node extends Omit<StateAnew, 'states'> {
  readonly states?: Readonly<Record<string, Node>>;
}

/** The machine after all of these decisions, the later ones last. */
export function anew(machine: AnyStateMachine, ...decisions: readonly Anew[]): AnyStateMachine {
  return decisions.reduce(written, machine);
}

function written(machine: AnyStateMachine, { labels = {}, actions, ...root }: Anew) {
  const before = machine.config as unknown as Node;
  const config = over(before, root);
  const Machine = machine.constructor as new (c: unknown, i: unknown) => AnyStateMachine;
  const { implementations } = machine;
  const own = { ...implementations, actions: { ...implementations.actions, ...actions } };
  return new Machine({ ...config, meta: metaOf(before, config, labels) }, own);
}

function over(node: Node | undefined, anew: StateAnew): Node {
  const { states, on, ...rest } = { ...node, ...anew };
  const children = { ...node?.states };
  for (const [name, child] of Object.entries(anew.states ?? {})) {
    if (child === null) delete children[name];
    else children[name] = over(children[name], child);
  }
  const answers = Object.entries({ ...node?.on, ...anew.on }).filter(([, to]) => to !== null);
  const meta = { ...node?.meta, ...anew.meta };
  return {
    ...(rest as Node),
    ...(Object.keys(meta).length > 0 && { meta }),
    ...(answers.length > 0 && { on: Object.fromEntries(answers) }),
    ...(Object.keys(children).length > 0 && { states: children }),
  };
}

/**
 * A label that no state has is in the alphabet all the same: the machine keeps others from it. One
 * that it has, and that never happens at its scope, stays declared so.
 */
function metaOf(before: Node, after: Node, ahead: NonNullable<Anew['labels']>) {
  const {
    labels,
    unused = [],
    unreachable = [],
    ...meta
  } = after.meta as {
    readonly labels: readonly string[];
    readonly unused?: readonly string[];
    readonly unreachable?: readonly string[];
  };
  const all = labels.flatMap((label) => [...(ahead[label] ?? []), label]);
  const [had, has] = [seenIn(before), seenIn(after)];
  const never = unused.filter((label) => had.events.has(label));
  return {
    ...meta,
    labels: all,
    unused: all.filter((label) => !has.events.has(label) || never.includes(label)),
    unreachable: unreachable.filter((path) => has.paths.has(path)),
  };
}

/** The events that a machine handles, and the paths of its states. */
function seenIn(root: Node): { events: ReadonlySet<string>; paths: ReadonlySet<string> } {
  const events = new Set<string>();
  const paths = new Set<string>();
  const visit = (node: Node, path: readonly string[]) => {
    paths.add(path.join('.'));
    for (const event of Object.keys(node.on ?? {})) events.add(event);
    for (const [name, child] of Object.entries(node.states ?? {})) visit(child, [...path, name]);
  };
  visit(root, []);
  return { events, paths };
}
