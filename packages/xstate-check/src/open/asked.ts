import type { AnyStateMachine } from 'xstate';
import { metaOf } from '../lts/alphabet.ts';
import { transitionsOf as written } from '../lts/finite.ts';
import { transitionKey } from '../lts/flatten.ts';
import { transitionsOf as edgesOf } from '../lts/lts.ts';
import { nodePath, nodesOf, type StateNode } from '../lts/snapshot.ts';
import type { OpenWalk } from './open-walk.ts';

/** The states that no run enters, of those whose parent is entered. */
export function unreached(machine: AnyStateMachine, { entered }: OpenWalk): string[] {
  const declared = metaOf(machine).unreachable ?? [];
  return nodesOf(machine.root)
    .filter((node) => node.type !== 'history' && !entered.has(nodePath(node)))
    .filter(({ parent }) => parent === undefined || entered.has(nodePath(parent)))
    .map(nodePath)
    .filter((path) => !declared.includes(path));
}

/**
 * The transitions that no run takes, of states that are entered: of an earlier one without a guard, by
 * a guard that never answers so, or of an actor that never ends.
 */
export function untaken(machine: AnyStateMachine, { entered, taken }: OpenWalk): string[] {
  return nodesOf(machine.root)
    .filter((node) => entered.has(nodePath(node)))
    .flatMap((node) => written(node).flatMap((one) => untakenAt(node, one, taken)));
}

type Transition = ReturnType<typeof written>[number];

function untakenAt(node: StateNode, one: Transition, taken: ReadonlySet<string>): string[] {
  const refuses = one.target === undefined && one.actions.length === 0;
  const isDeclared = (one.meta as { unused?: boolean } | undefined)?.unused === true;
  if (refuses || isDeclared || taken.has(transitionKey(one))) return [];
  const event = wordsOf(one.eventType as string);
  const candidates = [...node.transitions.values(), node.always ?? []].find((all) =>
    all.includes(one),
  )!;
  const certain = candidates.findIndex(({ guard }) => guard === undefined);
  const place = candidates.indexOf(one);
  const which = candidates.length === 1 ? '' : ` (candidate ${place + 1})`;
  const why =
    certain >= 0 && certain < place ? `, behind candidate ${certain + 1}, which has no guard` : '';
  return [`${nodePath(node) || 'the root'} for ${event}${which}${why}`];
}

/** `done(load)` for XState's own name of the event. */
function wordsOf(event: string): string {
  if (event === '') return 'always';
  const [, what, id] = /^xstate\.(done|error|after|snapshot)\.(.+)$/.exec(event) ?? [];
  if (what === undefined) return `'${event}'`;
  return `${what}(${id!.replace(/^(?:actor|state)\./, '').replace(/^(\d+)\..*$/, '$1')})`;
}

/** The states that nothing leaves and that are not final; a machine may wait there for ever. */
export function left({ lts }: OpenWalk): string[] {
  const leaves = new Set(
    [...edgesOf(lts)].filter(({ from, to }) => from !== to).map(({ from }) => from),
  );
  return lts.states.flatMap(({ name, done, failed }, i) =>
    leaves.has(i) || done || failed ? [] : [name],
  );
}

/** The labels by which a run takes an answer that nobody declared. */
export function freeLabels({ lts }: OpenWalk): ReadonlySet<string> {
  const free = [...edgesOf(lts)].filter(({ edge }) => edge.meta.may !== undefined);
  return new Set(free.map(({ label }) => lts.labels[label]!));
}

/** The states that are entered only by runs that take an answer which nobody declared. */
export function onlyByFreeAnswers({ lts }: OpenWalk): string[] {
  const next = new Map<number, number[]>();
  for (const { from, to, edge } of edgesOf(lts)) {
    if (edge.meta.may === undefined) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const certain = new Set([0]);
  for (const state of certain) for (const to of next.get(state) ?? []) certain.add(to);
  const nodes = (states: Iterable<number>) =>
    new Set([...states].flatMap((state) => lts.states[state]!.nodes));
  const sure = nodes(certain);
  return [...nodes(lts.states.keys())].filter((node) => !sure.has(node));
}
