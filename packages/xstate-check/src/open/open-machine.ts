import type { AnyStateMachine } from 'xstate';
import { own } from '../base/own.ts';
import { nodePath, nodesOf, type StateNode } from '../lts/snapshot.ts';
import { OpenActions } from './actions.ts';
import type { Asked } from './ask.ts';
import { FreeAnswers } from './free-answers.ts';
import { OpenGuards } from './guards.ts';
import { initialContext } from './initial-context.ts';
import { type Invocation, invocationsOf } from './invocations.ts';
import { type Kept, Wants } from './kept.ts';
import type { Opening } from './openings.ts';
import { type Timer, timersOf } from './timers.ts';

/** A copy of a machine that XState can step without actors, clock and data. */
export interface OpenMachine {
  readonly machine: AnyStateMachine;
  readonly invocations: readonly Invocation[];
  readonly timers: readonly Timer[];
  readonly answers: FreeAnswers;
  /** The nodes that were entered since the step began, also again. */
  readonly entered: StateNode[];
  /** What the step did to the world since it began. */
  readonly effects: string[];
  readonly declared: WeakSet<object>;
  readonly wants: Wants;
  readonly kept: Kept;
  readonly sets: Map<string, Set<string>>;
  readonly fields: readonly string[];
  readonly openings: () => readonly Opening[];
  note(opening: Opening): void;
}

/** What the parts of an open machine share while it steps. */
export interface Opener {
  readonly name: string;
  readonly implementations: AnyStateMachine['implementations'];
  readonly kept: Kept;
  readonly fields: readonly string[];
  readonly answers: FreeAnswers;
  readonly effects: string[];
  readonly openings: Map<string, Opening>;
  /** Events whose data is as the machine's config says. */
  readonly declared: WeakSet<object>;
  readonly wants: Wants;
  /** For each kept field the values that the step has set it to. */
  readonly sets: Map<string, Set<string>>;
  note(opening: Opening): void;
}

/**
 * Opens a machine: its actors are not started but may answer, its timers are not set but may run out,
 * its effects are not run, guards on what nobody declared are free, and of its context only what is
 * asked for is kept. The rest is XState's own.
 */
export function openMachine(original: AnyStateMachine, kept: Kept): OpenMachine {
  const { values, fields } = initialContext(original, kept);
  const openings = new Map<string, Opening>();
  const opener: Opener = {
    name: original.id,
    implementations: original.implementations,
    ...{ kept, fields, openings },
    answers: new FreeAnswers(),
    effects: [],
    declared: new WeakSet(),
    wants: new Wants(),
    sets: new Map(),
    note: (opening) => openings.set(JSON.stringify(opening), opening),
  };
  for (const field of fields) {
    if (!kept.fields.has(field)) opener.note({ kind: 'dropped', name: field });
  }
  const machine = copyOf(original, values);
  const entered: StateNode[] = [];
  const nodes = nodesOf(machine.root);
  const invocations = nodes.flatMap((node) => invocationsOf(original, node));
  const timers = timersOf(nodes);
  for (const { name, node } of invocations)
    opener.note({ kind: 'actor', name, state: nodePath(node) });
  for (const { name, node } of timers) opener.note({ kind: 'timer', name, state: nodePath(node) });
  for (const node of nodes) openNode(node, opener, entered);
  return {
    ...opener,
    ...{ machine, invocations, timers, entered },
    openings: () => [...openings.values()],
  };
}

/** A machine of the same config by the same XState, with a context of its own and no output. */
function copyOf(
  original: AnyStateMachine,
  context: Readonly<Record<string, unknown>>,
): AnyStateMachine {
  const Machine = original.constructor as new (
    config: unknown,
    implementations: unknown,
  ) => AnyStateMachine;
  const { output: _, ...config } = original.config as Record<string, unknown>;
  return new Machine({ ...config, context }, original.implementations);
}

function openNode(node: StateNode, opener: Opener, entered: StateNode[]): void {
  const guards = new OpenGuards(opener);
  const actions = new OpenActions(opener, guards);
  // New lists: those that are there are the ones of the config, which the original has, too.
  const all = (some: readonly unknown[]) => some.flatMap((one) => actions.open(one)) as never[];
  node.entry = [entering(node, entered), ...all(node.entry)] as never[];
  node.exit = all(node.exit);
  if (node.type === 'compound') node.initial.actions = all(node.initial.actions);
  for (const transition of [...[...node.transitions.values()].flat(), ...(node.always ?? [])]) {
    transition.actions = all(transition.actions);
    if (transition.guard !== undefined) {
      const place = `of ${nodePath(node) || 'the root'} for '${transition.eventType || 'always'}'`;
      transition.guard = guards.open(transition.guard, place) as never;
    }
  }
  node.invoke.length = 0;
  node.output = undefined;
}

/** A built-in action, which XState resolves and does not hand out. */
export function resolved(resolve: (...args: never[]) => unknown): Asked {
  return Object.assign(() => {}, { resolve });
}

function entering(node: StateNode, entered: StateNode[]): Asked {
  return resolved((_: never, snapshot: never) => {
    entered.push(node);
    return [snapshot, undefined, undefined];
  });
}

/** What a name or an inline function of a machine stands for; `undefined` where nobody implements it. */
export function implementationOf(
  implementations: Readonly<Record<string, unknown>>,
  reference: unknown,
): { readonly name?: string; readonly asked: unknown; readonly params?: unknown } {
  if (typeof reference === 'function') return { asked: reference };
  const name = typeof reference === 'string' ? reference : (reference as { type: string }).type;
  const params =
    typeof reference === 'string' ? undefined : (reference as { params?: unknown }).params;
  return { name, asked: own(implementations, name), ...(params !== undefined && { params }) };
}
