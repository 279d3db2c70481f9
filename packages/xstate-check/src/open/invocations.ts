import type { AnyStateMachine } from 'xstate';
import { own } from '../base/own.ts';
import { isMachine } from '../lts/is-machine.ts';
import { nodesOf, type StateNode } from '../lts/snapshot.ts';

/** An actor that a state invokes: it is active while the state is, and answers once. */
export interface Invocation {
  /** XState's own: what its events are named by. */
  readonly id: string;
  /** How it is called: its source, with its place where the state invokes several of one source. */
  readonly name: string;
  readonly node: StateNode;
  /** Whether it can end by itself. */
  readonly canEnd: boolean;
  /** Whether it can fail. */
  readonly canFail: boolean;
  /** Whether its state listens to what it is in between. */
  readonly isObserved: boolean;
}

/** The invocations of a node of an open machine; the original says what they are. */
export function invocationsOf(original: AnyStateMachine, node: StateNode): Invocation[] {
  return node.invoke.map((invoke) => {
    const { id, src } = invoke as { id: string; src: string };
    const written = src.startsWith('xstate.invoke.') ? id : src;
    const logic = logicOf(original, node, id, src);
    return {
      ...{ id, node, name: written },
      canEnd: endsByItself(logic),
      canFail: mayFail(logic),
      isObserved: 'onSnapshot' in invoke && invoke.onSnapshot !== undefined,
    };
  });
}

/** The logic of an invocation; `undefined` where nobody implements it. */
function logicOf(original: AnyStateMachine, node: StateNode, id: string, src: string): unknown {
  const named = own(original.implementations.actors as Record<string, unknown>, src);
  if (named !== undefined) return named;
  const inline = [node.config.invoke].flat().find((one, i) => {
    const own = one as { id?: string; src?: unknown } | undefined;
    return typeof own?.src === 'object' && (own.id === id || node.invoke[i]?.id === id);
  });
  return (inline as { src?: unknown } | undefined)?.src;
}

/** What tells the kinds of actors apart: what they make of what XState tells them. */
const ENDS = ['xstate.promise.resolve', 'xstate.observable.complete'];

/** A promise and an observable end; a machine where it has a final state; a callback never does. */
function endsByItself(logic: unknown): boolean {
  if (logic === undefined) return true;
  if (isMachine(logic)) return nodesOf(logic.root).some(({ type }) => type === 'final');
  return ENDS.some((type) => statusAfter(logic, type) === 'done');
}

/** What nobody implements may be anything; a machine fails where it throws, which is its own matter. */
function mayFail(logic: unknown): boolean {
  if (logic === undefined) return true;
  if (isMachine(logic)) return false;
  const fails = ['xstate.promise.reject', 'xstate.observable.error'];
  return fails.some((type) => statusAfter(logic, type) === 'error');
}

function statusAfter(logic: unknown, type: string): unknown {
  try {
    const { transition } = logic as {
      transition: (snapshot: unknown, event: unknown, scope: unknown) => { status?: unknown };
    };
    return transition({ status: 'active' }, { type, data: undefined }, {}).status;
  } catch {
    return undefined;
  }
}
