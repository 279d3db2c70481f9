import type { AnyStateMachine } from 'xstate';
import { nodePath, nodesOf, type StateNode } from '../lts/snapshot.ts';
import { OpenActions } from './actions.ts';
import type { Asked } from './ask.ts';
import { FreeAnswers } from './free-answers.ts';
import { OpenGuards } from './guards.ts';
import { resolved } from './implementation.ts';
import { initialContext } from './initial-context.ts';
import { type Invocation, invocationsOf } from './invocations.ts';
import { type Kept, Wants } from './kept.ts';
import type { Opening } from './openings.ts';
import { type Timer, timersOf } from './timers.ts';

/** What the parts of an open machine share while it steps. */
export interface Opener {
  readonly name: string;
  readonly implementations: AnyStateMachine['implementations'];
  readonly kept: Kept;
  readonly fields: readonly string[];
  readonly answers: FreeAnswers;
  readonly openings: Map<string, Opening>;
  /** Events whose data is as the machine's config says. */
  readonly declared: WeakSet<object>;
  readonly wants: Wants;
  /** For each kept field the values that the step has set it to. */
  readonly sets: Map<string, Set<string>>;
  note(opening: Opening): void;
}

/** A copy of a machine that XState can step without actors, clock and data. */
export interface OpenMachine extends Opener {
  readonly machine: AnyStateMachine;
  readonly invocations: readonly Invocation[];
  readonly timers: readonly Timer[];
  /** The nodes that were entered since the step began, also again. */
  readonly entered: StateNode[];
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
  return { ...opener, machine, invocations, timers, entered };
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

function entering(node: StateNode, entered: StateNode[]): Asked {
  return resolved((_: never, snapshot: never) => {
    entered.push(node);
    return [snapshot, undefined, undefined];
  });
}
