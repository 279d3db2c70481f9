import type { AnyStateMachine } from 'xstate';
import { own } from '../base/own.ts';
import { alphabetOf as labelsOf } from '../lts/alphabet.ts';
import { plainLabel } from '../lts/label.ts';

/** An instance of a machine in a system, with its labels renamed. */
export interface Part {
  /** Unique in the system: `lamp[0].lock`, `switch`. */
  readonly name: string;
  readonly machine: AnyStateMachine;
  readonly kind: 'contract' | 'procedure' | 'resource' | 'monitor';
  /** The roles it plays in calls. */
  readonly roles: readonly string[];
  /** The thread on which the steps it initiates run. */
  readonly thread?: string;
  /** The system labels that a label of the machine stands for: a relation. */
  readonly rename: (label: string) => readonly string[];
  /** The contract label that a `meta.commits` of the machine stands for, if for any. */
  readonly renameCommit: (label: string) => string | undefined;
}

/** Objects that a machine names in general, bound to those of a system: `{ buf: 'buf[1]' }`. */
export type Binding = Readonly<Record<string, string>>;

/** A part whose labels are those of one object: `revoke` becomes `buf[0].revoke`. */
export function contract(
  name: string,
  machine: AnyStateMachine,
  options: {
    readonly roles: readonly string[];
    readonly also?: Readonly<Record<string, readonly string[]>>;
    readonly thread?: string;
  },
): Part {
  const named = (label: string) => (label.startsWith('.') ? label.slice(1) : `${name}.${label}`);
  return {
    name,
    machine,
    kind: 'contract',
    roles: options.roles,
    ...(options.thread !== undefined && { thread: options.thread }),
    rename: (label) => own(options.also, label) ?? [named(label)],
    renameCommit: named,
  };
}

/**
 * A part that carries out one operation on one thread: `buf.resv.lock` becomes
 * `buf[0].resv.lock@importer0`. A part that is called by another one of the same thread has a
 * `variant`, so that the two can use the same resource without meaning the same step.
 */
export function procedure(
  name: string,
  machine: AnyStateMachine,
  options: {
    readonly thread: string;
    readonly bind?: Binding;
    readonly roles?: readonly string[];
    /** The part's own steps carry it; the labels by which it is called do not. */
    readonly variant?: string;
    /** Labels of the machine by which it calls or is called, and the system labels they stand for. */
    readonly also?: Readonly<Record<string, readonly string[]>>;
  },
): Part {
  const bind = (label: string) => bindObjects(label, options.bind ?? {});
  return {
    name,
    machine,
    kind: 'procedure',
    roles: ['thread', ...(options.roles ?? [])],
    thread: options.thread,
    rename: (label) => {
      const variant = options.variant ? `#${options.variant}` : '';
      return own(options.also, label) ?? [`${bind(label)}${variant}@${options.thread}`];
    },
    renameCommit: bind,
  };
}

/**
 * A lock, refcount, completion or flag: one label for each step of each user that names it.
 *
 * @param object - what the labels of the machine are operations on, where it is not the part itself
 */
export function resource(
  name: string,
  machine: AnyStateMachine,
  users: readonly Part[],
  role: string,
  object = name,
): Part {
  const used = users.flatMap((user) => alphabetOf(user).flatMap((label) => user.rename(label)));
  const rename = (label: string) => [
    ...new Set(used.filter((candidate) => plainLabel(candidate) === `${object}.${label}`)),
  ];
  return { name, machine, kind: 'resource', roles: [role], rename, renameCommit: (l) => l };
}

/** A part that only observes: each of its labels stands for all system labels that it watches. */
export function monitor(
  name: string,
  machine: AnyStateMachine,
  watch: Readonly<Record<string, readonly string[]>>,
): Part {
  return {
    name,
    machine,
    kind: 'monitor',
    roles: [],
    rename: (label) => own(watch, label) ?? [],
    renameCommit: (label) => label,
  };
}

/** The labels of a part's machine, templates filled in, before renaming. */
export function alphabetOf(part: Part): readonly string[] {
  return labelsOf(part.machine).labels;
}

/** Replaces the object names at the front of a label: `buf.resv.lock` by `buf[0].resv.lock`. */
export function bindObjects(label: string, binding: Binding): string {
  const bound = Object.keys(binding)
    .sort((a, b) => b.length - a.length)
    .find((name) => label.startsWith(`${name}.`));
  return bound === undefined ? label : binding[bound]! + label.slice(bound.length);
}

/** What the labels of a part are operations on: `dev[0]` for `dev[0].power`. */
export function objectOf(part: Part): string {
  for (const label of alphabetOf(part)) {
    const named = part.rename(label).find((own) => plainLabel(own).endsWith(`.${label}`));
    if (named !== undefined) return plainLabel(named).slice(0, -label.length - 1);
  }
  return part.name;
}

/** A part that is shared takes new steps as it takes those of the same name of other threads. */
export function joining(part: Part, fresh: readonly string[]): Part {
  // What watches one thread goes on watching it.
  if (part.kind === 'monitor' && part.name.includes('@')) return part;
  const object = objectOf(part);
  return takingToo(part, (label) => {
    const own = new Set(part.rename(label).map(plainLabel));
    if (own.size === 0 && part.kind === 'resource') own.add(`${object}.${label}`);
    return fresh.filter((one) => own.has(plainLabel(one)));
  });
}

/** A part that takes more labels of the system as what its machine calls a step. */
export function takingToo(part: Part, more: (label: string) => readonly string[]): Part {
  return { ...part, rename: (label) => [...new Set([...part.rename(label), ...more(label)])] };
}

/** The labels that some parts have, and no part had before. */
export function newLabels(before: readonly Part[], now: readonly Part[]): string[] {
  const known = new Set(systemLabelsOf(before));
  return systemLabelsOf(now).filter((label) => !known.has(label));
}

function systemLabelsOf(parts: readonly Part[]): string[] {
  return [...new Set(parts.flatMap((part) => alphabetOf(part).flatMap(part.rename)))];
}
