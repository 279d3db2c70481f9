import type { AnyStateMachine } from 'xstate';
import { own } from '../base/own.ts';
import { MachineError, type Refusal } from './machine-error.ts';
import { nodePath, nodesOf, type StateNode } from './snapshot.ts';

/**
 * Refuses a machine that uses more than the finite part of XState: `on`, `always`, `onDone`,
 * guards, `assign`, `raise` without a delay, history, tags, meta and descriptions.
 *
 * @throws MachineError for the first thing outside it
 */
export function assertFiniteMachine(machine: AnyStateMachine): void {
  const [first] = outsideTheFinitePart(machine);
  if (first !== undefined) throw first;
}

/** Everything in a machine that is outside the finite part of XState, in document order. */
export function outsideTheFinitePart(machine: AnyStateMachine): MachineError[] {
  return nodesOf(machine.root).flatMap((node) =>
    problemsOf(machine, node).map(
      ({ rule, reason }) =>
        new MachineError(rule, machine.id, nodePath(node) || 'the root', reason),
    ),
  );
}

interface Problem {
  readonly rule: Refusal;
  readonly reason: string;
}

/** Refuses a machine at which XState throws when it comes to a state. @throws MachineError */
export function assertWellFormed(machine: AnyStateMachine): void {
  for (const node of nodesOf(machine.root)) {
    const [first] = malformed(machine, node);
    if (first === undefined) continue;
    const place = nodePath(node) || 'the root';
    throw new MachineError(first.rule, machine.id, place, first.reason);
  }
}

function malformed(machine: AnyStateMachine, node: StateNode): Problem[] {
  const problems = [wrongInitial(node), wrongHistoryTarget(machine, node)];
  return problems.filter((problem) => problem !== undefined);
}

function problemsOf(machine: AnyStateMachine, node: StateNode): Problem[] {
  const problems = [...malformed(machine, node), ...foreignFeatures(node)];
  const actions = actionsOf(node).map((action) => unsupportedAction(machine, action));
  const guards = transitionsOf(node).flatMap(({ guard }) => missingGuards(machine, guard));
  return [...problems, ...actions, ...guards].filter((problem) => problem !== undefined);
}

/** All transitions that are written at a node: of events in document order, then `always`. */
export function transitionsOf(node: StateNode) {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

function foreignFeatures(node: StateNode): Problem[] {
  const problems: Problem[] = [];
  const refuse = (reason: string) => problems.push({ rule: 'not-finite', reason });
  if (node.invoke.length > 0) {
    refuse(
      'it invokes an actor, whose behaviour no table can hold; make the actor a machine of its own and compose the two',
    );
  }
  if (node.after.length > 0) {
    refuse("it has an 'after' transition, and there is no clock; make the timeout a label");
  }
  if ('route' in node.config) {
    refuse("it has a 'route', whose event carries data; make it a label with a target");
  }
  for (const event of node.transitions.keys()) {
    if (event.split('.').includes('*')) {
      refuse(
        `it takes the wildcard '${event}', which would answer labels nobody declared; name each label`,
      );
    }
  }
  return problems;
}

/** XState looks an initial state up when the parent is entered, and throws then. */
function wrongInitial(node: StateNode): Problem | undefined {
  if (node.type !== 'compound') return undefined;
  try {
    return node.initial.target.length > 0
      ? undefined
      : { rule: 'wrong-initial', reason: NO_INITIAL };
  } catch {
    const { initial } = node.config as { initial?: unknown };
    const name = typeof initial === 'string' ? initial : (initial as { target?: string }).target;
    const children = Object.keys(node.states).join(', ');
    const reason = `its initial state '${name}' does not exist; name one of ${children}`;
    return { rule: 'wrong-initial', reason };
  }
}

const NO_INITIAL = "it has states and no 'initial'; say in which of them it starts";

/** XState looks the default of a history state up when it is first needed, and throws then. */
function wrongHistoryTarget(machine: AnyStateMachine, node: StateNode): Problem | undefined {
  if (node.type !== 'history') return undefined;
  const target = (node.config as { target?: unknown }).target;
  if (typeof target !== 'string' || exists(machine, node.parent!, target)) return undefined;
  const reason =
    `its default target '${target}' does not exist; name a state below the history state's ` +
    'parent, or an id';
  return { rule: 'wrong-target', reason };
}

function exists(machine: AnyStateMachine, parent: StateNode, target: string): boolean {
  if (target.startsWith('#')) return hasId(machine, target);
  let node: StateNode | undefined = parent;
  for (const key of target.split('.')) node = own(node?.states, key);
  return node !== undefined;
}

function hasId(machine: AnyStateMachine, id: string): boolean {
  try {
    return machine.getStateNodeById(id) !== undefined;
  } catch {
    return false;
  }
}

function actionsOf(node: StateNode): unknown[] {
  return [
    ...node.entry,
    ...node.exit,
    ...initialActionsOf(node),
    ...transitionsOf(node).flatMap((transition) => [...transition.actions]),
  ];
}

function initialActionsOf(node: StateNode): readonly unknown[] {
  const { initial } = node.config as { initial?: unknown };
  if (initial === null || typeof initial !== 'object') return [];
  const { actions } = initial as { actions?: unknown };
  return actions === undefined ? [] : [actions].flat();
}

function unsupportedAction(machine: AnyStateMachine, action: unknown): Problem | undefined {
  const name = typeof action === 'string' ? action : (action as { type?: string }).type;
  const resolved =
    typeof action === 'function' ? action : own(machine.implementations.actions, name ?? '');
  if (resolved === undefined) {
    const reason = `the action '${name}' is not implemented; implement it with assign or take it away`;
    return { rule: 'not-implemented', reason };
  }
  const { type, delay } = resolved as { type?: string; delay?: unknown };
  if (type === 'xstate.assign' || (type === 'xstate.raise' && delay === undefined))
    return undefined;
  const what =
    type === 'xstate.raise'
      ? "a 'raise' with a delay"
      : `the action '${name || (resolved as { name?: string }).name || 'function'}'`;
  return {
    rule: 'not-finite',
    reason: `${what} is outside the finite part of XState; use assign, or raise without a delay`,
  };
}

/** Guards that a guard names and nobody implements; XState throws when it comes to them. */
function missingGuards(
  machine: AnyStateMachine,
  guard: unknown,
  above: readonly unknown[] = [],
): Problem[] {
  if (guard === undefined || above.includes(guard)) return [];
  const within = [...above, guard];
  if (typeof guard === 'function') {
    const { guards = [] } = guard as { guards?: readonly unknown[] };
    return guards.flatMap((inner) => missingGuards(machine, inner, within));
  }
  const name = typeof guard === 'string' ? guard : (guard as { type: string }).type;
  const resolved: unknown = own(machine.implementations.guards, name);
  if (resolved !== undefined) return missingGuards(machine, resolved, within);
  const reason = `the guard '${name}' is not implemented; implement it in setup({ guards })`;
  return [{ rule: 'not-implemented', reason }];
}
