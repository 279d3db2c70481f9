import type { AnyStateMachine } from 'xstate';
import type { Lts } from '../lts/lts.ts';
import type { Part } from '../specification/part.ts';
import type { Predicate } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { compose, ltsOf, type Product } from '../system/product.ts';

/** A step of a machine that a change adds, takes away or sends elsewhere. */
export interface ChangedStep {
  readonly machine: string;
  /** The dotted path of its state. */
  readonly node: string;
  readonly event: string;
}

/** What a system sees of a change. */
export interface Visibility {
  readonly changed: readonly ChangedStep[];
  /** The changed steps that make no difference to another part, and that no rule speaks of. */
  readonly unseen: readonly ChangedStep[];
  /** Whether anything is changed at all. */
  readonly isChange: boolean;
  /** Whether the changed system can do anything that the one without the change cannot, or less. */
  readonly isSeen: boolean;
}

/**
 * What a system sees of a change that was made to it.
 *
 * A label of a changed part makes a difference where another part depends on it: it leads that part
 * to another state, or has to wait for it somewhere. A part that takes a label in every state and
 * stays where it is says nothing about it. Without the labels that make no difference, a changed part
 * has a language; where it has the same one as before, and nothing was added, the rules of the system
 * were not asked about the change, and that they hold says nothing of it.
 */
export function visibilityOf(before: System, after: System): Visibility {
  const [one, other] = [compose(before), compose(after)];
  const pairs = before.parts.flatMap((part) => {
    const now = after.parts.find(({ name }) => name === part.name);
    return now === undefined || isSameText(now.machine, part.machine) ? [] : [{ part, now }];
  });
  const isAdded =
    after.parts.some(({ name }) => before.parts.every((part) => part.name !== name)) ||
    after.properties.some(({ id }) => before.properties.every((property) => property.id !== id));
  const depends = dependence(one, other);
  const changed = pairs.flatMap(({ part, now }) =>
    changedSteps(part.machine, now.machine).map((step) => ({
      step,
      isSeen: labelsOf(part, now, step.event).some((label) => depends(label, part.name)),
    })),
  );
  const steps = unique(changed.map(({ step }) => step));
  const seen = changed.filter(({ isSeen }) => isSeen).map(({ step }) => keyOf(step));
  return {
    changed: steps,
    unseen: steps.filter((step) => !seen.includes(keyOf(step))),
    isChange: isAdded || pairs.length > 0,
    isSeen:
      isAdded ||
      pairs.some(
        ({ part }) =>
          !isSame(
            seenOf(part.name, one, before.properties, depends),
            seenOf(part.name, other, after.properties, depends),
          ),
      ),
  };
}

function keyOf({ machine, node, event }: ChangedStep): string {
  return JSON.stringify([machine, node, event]);
}

function unique(steps: readonly ChangedStep[]): ChangedStep[] {
  return [...new Map(steps.map((step) => [keyOf(step), step])).values()];
}

interface Node {
  readonly on?: Readonly<Record<string, unknown>>;
  readonly states?: Readonly<Record<string, Node>>;
}

/** The steps that are not written alike in two versions of a machine. */
function changedSteps(before: AnyStateMachine, after: AnyStateMachine): ChangedStep[] {
  const walk = (one: Node, other: Node, path: readonly string[]): ChangedStep[] => {
    const [was, is] = [one.on ?? {}, other.on ?? {}];
    const events = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    const own = events.filter((event) => textOf(was[event]) !== textOf(is[event]));
    const children = new Set([
      ...Object.keys(one.states ?? {}),
      ...Object.keys(other.states ?? {}),
    ]);
    return [
      ...own.map((event) => ({ machine: after.id, node: path.join('.'), event })),
      ...[...children].flatMap((key) =>
        walk(one.states?.[key] ?? {}, other.states?.[key] ?? {}, [...path, key]),
      ),
    ];
  };
  return walk(before.config as Node, after.config as Node, []);
}

/** Whether two machines are written alike; whoever builds a system twice makes them twice. */
function isSameText(one: AnyStateMachine, other: AnyStateMachine): boolean {
  return one === other || asText(one.config) === asText(other.config);
}

function asText(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'function' ? String(member) : member,
  );
}

/** A transition as text, however it is written. */
function textOf(transition: unknown): string {
  if (transition === undefined) return '';
  const list = Array.isArray(transition) ? transition : [transition];
  const candidates = list.map((one: unknown) => (typeof one === 'string' ? { target: one } : one));
  return asText(candidates);
}

/** The labels of the system that an event of a part stands for, an index in it filled in. */
function labelsOf(before: Part, after: Part, event: string): string[] {
  const pattern = event
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\\\[[a-z]\w*\\\]/g, '\\[\\d+\\]');
  const isMeant = new RegExp(`^${pattern}$`);
  return [before, after].flatMap((part) =>
    ltsOf(part.machine)
      .labels.filter((label) => isMeant.test(label))
      .flatMap(part.rename),
  );
}

type Dependence = (label: string, except: string) => boolean;

/** Whether a part other than the one named depends on a label, or what it commits is asked for. */
function dependence(...products: readonly Product[]): Dependence {
  const dependents = new Map<string, Set<string>>();
  for (const { vectors, parts, ltss } of products) {
    for (const { label, participants } of vectors) {
      const own = dependents.get(label) ?? new Set();
      dependents.set(label, own);
      for (const { part, next } of participants) {
        const staysEverywhere = ltss[part]!.states.every((_, state) => next[state] === state);
        if (!staysEverywhere) own.add(parts[part]!.name);
      }
    }
  }
  return (label, except) => [...(dependents.get(label) ?? [])].some((name) => name !== except);
}

/** A part of a product without what makes no difference, as far as it is seen from outside. */
interface Seen {
  readonly lts: Lts;
  /** By label of the machine: what is seen of it, or nothing. */
  readonly names: readonly string[];
  /** Whether what a step decides is compared with a contract. */
  readonly commits: boolean;
  /** What rules say of a state. */
  readonly says: readonly string[];
}

function seenOf(
  name: string,
  product: Product,
  properties: readonly Property[],
  depends: Dependence,
): Seen {
  const part = product.parts.findIndex((candidate) => candidate.name === name);
  const lts = product.ltss[part]!;
  const { rename } = product.parts[part]!;
  const asked = properties.flatMap(predicatesOf).flatMap((of) => atomsAbout(name, of));
  return {
    lts,
    names: lts.labels.map((label) =>
      rename(label)
        .filter((own) => depends(own, name))
        .sort()
        .join(' '),
    ),
    commits: properties.some(({ kind }) => kind === 'refinement'),
    says: lts.states.map((state) =>
      [state.tags.includes('quiescent'), ...asked.map((atom) => atom.test(state))].join(),
    ),
  };
}

function predicatesOf(property: Property): Predicate[] {
  return 'when' in property ? [property.when, property.then] : [];
}

/** What a predicate asks of a part. */
function atomsAbout(name: string, predicate: Predicate): Extract<Predicate, { kind: 'atom' }>[] {
  if (predicate.kind === 'atom') return predicate.part === name ? [predicate] : [];
  if (predicate.kind === 'not') return atomsAbout(name, predicate.of);
  return predicate.of.flatMap((child) => atomsAbout(name, child));
}

/** Whether two parts have the same runs, as sets of states that a run of what is seen leads to. */
function isSame(one: Seen, other: Seen): boolean {
  const start = [closed(one, [0]), closed(other, [0])] as const;
  const known = new Set<string>();
  const open = [start];
  for (const [left, right] of open) {
    const key = `${left.join()}|${right.join()}`;
    if (known.has(key)) continue;
    known.add(key);
    if (saidIn(one, left) !== saidIn(other, right)) return false;
    const [ofLeft, ofRight] = [stepsFrom(one, left), stepsFrom(other, right)];
    const names = [...new Set([...ofLeft.keys(), ...ofRight.keys()])];
    if (names.some((seen) => !ofLeft.has(seen) || !ofRight.has(seen))) return false;
    open.push(...names.map((seen) => [ofLeft.get(seen)!, ofRight.get(seen)!] as const));
  }
  return true;
}

function saidIn({ says }: Seen, states: readonly number[]): string {
  return [...new Set(states.map((state) => says[state]!))].sort().join('|');
}

/** The steps of a state, each with what is seen of it. */
function edgesOf({ lts, names, commits }: Seen, from: number): { to: number; seen: string }[] {
  const { labels, next, edges } = lts;
  return labels.flatMap((_, label) => {
    const index = from * labels.length + label;
    const to = next[index]!;
    const decided = commits ? edges.get(index)?.commits : undefined;
    const seen = [names[label], decided].filter(Boolean).join(' ');
    return to < 0 ? [] : [{ to, seen }];
  });
}

/** The states that unseen steps lead to. */
function closed(part: Seen, from: readonly number[]): number[] {
  const found = new Set(from);
  for (const state of found) {
    for (const { to, seen } of edgesOf(part, state)) if (seen === '') found.add(to);
  }
  return [...found].sort((a, b) => a - b);
}

function stepsFrom(part: Seen, states: readonly number[]): Map<string, number[]> {
  const targets = new Map<string, number[]>();
  for (const state of states) {
    for (const { to, seen } of edgesOf(part, state)) {
      if (seen !== '') targets.set(seen, [...(targets.get(seen) ?? []), to]);
    }
  }
  return new Map([...targets].map(([seen, to]) => [seen, closed(part, to)]));
}
