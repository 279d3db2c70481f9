import type { AnyStateMachine } from 'xstate';
import { nodesOf, type StateNode } from '../lts/snapshot.ts';

export type Transition = NonNullable<StateNode['always']>[number];

/** The name of a state node: the keys on the way to it. */
export function idOf(node: StateNode): string {
  return node.path.join('__') || 'root';
}

/** All transitions of a state node, the eventless ones last. */
export function transitionsOf(node: StateNode): Transition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

/** For each state that a node leads to all labels by which it does. */
export function labelsByTarget(node: StateNode): Map<StateNode, string[]> {
  const byTarget = new Map<StateNode, string[]>();
  for (const transition of transitionsOf(node)) {
    for (const target of transition.target ?? [node]) {
      const labels = byTarget.get(target) ?? [];
      byTarget.set(target, labels);
      const label = labelOf(transition);
      if (!labels.includes(label)) labels.push(label);
    }
  }
  return byTarget;
}

const DONE = 'xstate.done.state.';

/** The state whose end an event of XState's own tells. */
export function doneNode(machine: AnyStateMachine, event: string): StateNode | undefined {
  if (!event.startsWith(DONE)) return undefined;
  return nodesOf(machine.root).find(({ id }) => id === event.slice(DONE.length));
}

/** What makes a transition be taken: a label, the end of the state, or nothing but being there. */
export function eventInWords(eventType: string): string {
  if (eventType === '') return 'always';
  return eventType.startsWith(DONE) ? 'done' : eventType;
}

/** `dev[i].owned:false [first]`; a guard without a name is written `[...]`. */
export function labelOf(transition: Transition): string {
  const label = eventInWords(transition.eventType);
  const condition = conditionOf(transition);
  return condition === undefined ? label : `${label} [${condition}]`;
}

/** What a transition asks for: the name of its guard, with what it is given. */
export function guardOf({ guard }: Transition): string | undefined {
  if (guard === undefined) return undefined;
  const named = typeof guard === 'string' ? { type: guard } : guard;
  if (typeof named === 'function') return '...';
  const { type, params } = named as { type: string; params?: unknown };
  return params === undefined ? type : `${type} ${String(params)}`;
}

/** When it is taken: its guard, or `else` where it has none and the candidates before it have. */
export function conditionOf(transition: Transition): string | undefined {
  const { source, eventType } = transition;
  const candidates = eventType === '' ? source.always : source.transitions.get(eventType);
  return guardOf(transition) ?? ((candidates?.indexOf(transition) ?? 0) > 0 ? 'else' : undefined);
}
