import { nodePath, nodesOf, type StateNode } from '../lts/snapshot.ts';
import type { OpenMachine } from './open-machine.ts';

/** Something that may happen to an open machine. */
export interface Offer {
  readonly label: string;
  readonly event: { readonly type: string };
  /** When it may: an event, where an active state takes it; the others, while their state is active. */
  readonly of:
    | { readonly kind: 'event'; readonly key: string }
    | { readonly kind: 'answer' | 'snapshot'; readonly invocation: number }
    | { readonly kind: 'timer'; readonly timer: number };
}

/** An event type that no machine names, for what a wildcard alone takes. */
const ELSE = 'anything else';

/** All that may happen to a machine, in document order: events, then answers, then timers. */
export function offersOf(open: OpenMachine): Offer[] {
  const nodes = nodesOf(open.machine.root);
  const keys = [...new Set(nodes.flatMap((node) => [...node.transitions.keys()]))];
  const offers = [
    ...keys.flatMap((key) => eventsFor(open, nodes, key)),
    ...open.invocations.flatMap((_, i) => answersOf(open, keys, i)),
    ...open.timers.map(({ event, name }, timer): Offer => {
      return { label: name, event: { type: event }, of: { kind: 'timer', timer } };
    }),
  ];
  return distinct(offers, (offer) => placeOf(open, offer));
}

/** What stands for the events that a descriptor takes. */
function eventsFor(open: OpenMachine, nodes: readonly StateNode[], key: string): Offer[] {
  const of = { kind: 'event', key } as const;
  if (key.split('.').includes('*')) {
    const type = key.replace(/\*$/, ELSE);
    return key.startsWith('xstate.') ? [] : [{ label: type, event: { type }, of }];
  }
  if (key === 'xstate.route') return nodes.flatMap((node) => routeTo(open, node));
  if (!key.startsWith('xstate.')) return [{ label: key, event: { type: key }, of }];
  const [, what, id] = /^xstate\.(done\.actor|error\.actor|snapshot)\.(.+)$/.exec(key) ?? [];
  // The answers of an actor that a state invokes are offered while it is active.
  if (id === undefined || open.invocations.some((one) => one.id === id)) return [];
  return [{ label: `${what!.replace('.actor', '')}(${id})`, event: { type: key }, of }];
}

function routeTo(open: OpenMachine, { config }: StateNode): Offer[] {
  const { id, route } = config as { id?: string; route?: unknown };
  if (id === undefined || route === undefined) return [];
  const event = { type: 'xstate.route', to: `#${id}` };
  open.declared.add(event);
  return [{ label: `route(${id})`, event, of: { kind: 'event', key: 'xstate.route' } }];
}

function answersOf(open: OpenMachine, keys: readonly string[], invocation: number): Offer[] {
  const { id, name, canEnd, canFail, isObserved } = open.invocations[invocation]!;
  const isTaken = (type: string) =>
    keys.some(
      (key) =>
        key === type || key === '*' || (key.endsWith('.*') && type.startsWith(key.slice(0, -1))),
    );
  const offer = (what: string, type: string, kind: 'answer' | 'snapshot') => {
    return [{ label: `${what}(${name})`, event: { type }, of: { kind, invocation } }];
  };
  const done = `xstate.done.actor.${id}`;
  const error = `xstate.error.actor.${id}`;
  return [
    ...(canEnd && isTaken(done) ? offer('done', done, 'answer') : []),
    ...(canFail || isTaken(error) ? offer('error', error, 'answer') : []),
    ...(isObserved ? offer('snapshot', `xstate.snapshot.${id}`, 'snapshot') : []),
  ];
}

function placeOf(open: OpenMachine, { of }: Offer): string {
  if (of.kind === 'event') return '';
  const { node } = of.kind === 'timer' ? open.timers[of.timer]! : open.invocations[of.invocation]!;
  return nodePath(node);
}

/** Labels by which each offer can be told: with its state, and then with its number. */
function distinct(offers: readonly Offer[], placeOf: (offer: Offer) => string): Offer[] {
  const counts = (list: readonly Offer[]) => {
    const times = new Map<string, number>();
    for (const { label } of list) times.set(label, (times.get(label) ?? 0) + 1);
    return times;
  };
  const plain = counts(offers);
  const placed = offers.map((offer) => {
    const place = placeOf(offer);
    const isOnly = plain.get(offer.label) === 1 || place === '';
    return isOnly ? offer : { ...offer, label: `${offer.label} in ${place}` };
  });
  const seen = new Map<string, number>();
  return placed.map((offer) => {
    const times = (seen.get(offer.label) ?? 0) + 1;
    seen.set(offer.label, times);
    return times === 1 ? offer : { ...offer, label: `${offer.label} (${times})` };
  });
}
