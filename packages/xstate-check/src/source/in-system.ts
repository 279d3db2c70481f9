import type { AnyStateMachine } from 'xstate';
import { InputError } from '../base/errors.ts';
import { check, type SystemResult } from '../check/check.ts';
import type { Bounds } from '../explore/explore.ts';
import { alphabetOf } from '../lts/alphabet.ts';
import { flatten } from '../lts/flatten.ts';
import { parseLabel, plainLabel } from '../lts/label.ts';
import { type Call, CallTable } from '../specification/call.ts';
import {
  joining,
  newLabels,
  type Part,
  alphabetOf as partLabels,
  takingToo,
} from '../specification/part.ts';
import type { Scope, System, SystemFamily } from '../specification/system.ts';
import { machineFrom } from './extracted.ts';
import type { FunctionReading } from './function-readings.ts';
import type { AcceptedDifference, SourceReader, Surroundings } from './judge-source.ts';
import { fitted, type LeftOut } from './left-out.ts';
import { cSourceOf } from './reading.ts';
import type { Tree } from './tree.ts';

/** A system of a family at a scope and a revision, into which the C of a tree is put. */
export interface Into {
  readonly family: SystemFamily;
  readonly scope: Scope;
  readonly revision: string;
}

/** Whether a part is a function that can be put there: one with steps inside calls of the C is not. */
export function hasC({ machine }: Pick<Part, 'machine'>): boolean {
  const source = cSourceOf(machine);
  return source !== undefined && source.inside === undefined;
}

/** The reading of the function that a part stands for. */
export function readingOfPart(
  readings: readonly FunctionReading[],
  { machine }: Part,
): FunctionReading | undefined {
  const name = cSourceOf(machine)?.function;
  return readings.find((one) => one.machine === machine.id && one.function === name);
}

/**
 * Puts the C of a tree in the place of some parts of a system. What a machine says besides its
 * labels, its tags and its contract labels, is that of the version that the C is or is nearest to.
 *
 * @throws NotRead, or InputError where the C has labels that nobody of the system takes
 */
export function withTree(
  reader: SourceReader,
  tree: Tree,
  readings: readonly FunctionReading[],
  { family, scope, revision }: Into,
  isMeant: (part: Part) => boolean,
): System {
  const made = (part: Part) =>
    isMeant(part)
      ? machineOfC(reader, tree, part.machine, {
          like: likeOf(part, readings, family, scope),
        })
      : undefined;
  return withMachines(family.build({ scope, revision }), made, reader.specification.calls);
}

/**
 * The C of a machine, to stand in its place: without what is known to differ, which `meta.leftOut`
 * has.
 *
 * @throws NotRead
 */
export function machineOfC(
  reader: SourceReader,
  tree: Tree,
  machine: AnyStateMachine,
  { like = machine, around = {}, accepted = reader.specification.accepted }: HowItIsMade = {},
): AnyStateMachine {
  const { graph, leftOut } = fitted(reader.graph(tree, machine, around), like, accepted);
  return machineFrom(graph, like, { leftOut });
}

export interface HowItIsMade {
  /** The machine of the version that the C is. */
  readonly like?: AnyStateMachine;
  readonly around?: Surroundings;
  /** What is known to differ. */
  readonly accepted?: readonly AcceptedDifference[];
}

/** What of the C is not in a machine that was made of it, or only in the machine. */
export function leftOutOf({ root }: AnyStateMachine): readonly LeftOut[] {
  return (root.meta as { leftOut?: readonly LeftOut[] } | undefined)?.leftOut ?? [];
}

function likeOf(
  part: Part,
  readings: readonly FunctionReading[],
  family: SystemFamily,
  scope: Scope,
): AnyStateMachine {
  for (const name of readingOfPart(readings, part)?.names ?? []) {
    if (!family.revisions.includes(name)) continue;
    const same = family
      .build({ scope, revision: name })
      .parts.find((one) => one.name === part.name && one.machine.id === part.machine.id);
    if (same !== undefined) return same.machine;
  }
  return part.machine;
}

/**
 * A system with other machines in the place of some of its own.
 *
 * @param madeFor - the machine for a part, asked once for each machine; undefined where it stays
 * @param known - the calls of steps that the system has not, and that the others may have
 */
export function withMachines(
  system: System,
  madeFor: (part: Part) => AnyStateMachine | undefined,
  known: readonly Call[] = [],
): System {
  const made = new Map<AnyStateMachine, AnyStateMachine>();
  const parts = system.parts.map((part) => {
    const machine = made.get(part.machine) ?? madeFor(part);
    if (machine === undefined) return part;
    made.set(part.machine, machine);
    return { ...part, machine };
  });
  const fresh = newLabels(system.parts, parts);
  const own = [...system.calls, ...choiceCalls([...made.values()])];
  const calls = [...own, ...callsOf(fresh, own, known)];
  return { ...system, parts: hearing({ ...system, parts, calls }, fresh), calls };
}

/** The calls of steps that a system newly has, where it declares none. */
function callsOf(fresh: readonly string[], own: readonly Call[], known: readonly Call[]): Call[] {
  const [declared, others] = [new CallTable(own), new CallTable(known)];
  return [
    ...new Set(
      fresh.flatMap((label) =>
        declared.find(label) === undefined ? (others.find(label) ?? []) : [],
      ),
    ),
  ];
}

/**
 * The parts, where what is shared takes the steps that the machines have newly, and what watches a
 * thread those of that thread; but a step that monitors of other threads alone watch would be none to
 * them, and a lock would seem to be taken by nobody.
 */
function hearing(system: System, fresh: readonly string[]): readonly Part[] {
  const { parts, calls } = system;
  if (fresh.length === 0) return parts;
  const watching = parts.filter(isOfThread).flatMap((one) => partLabels(one).flatMap(one.rename));
  const watched = new Set(watching.map(plainLabel));
  const watchedThere = new Set(watching.map(onItsThread));
  const heard = fresh.filter(
    (label) => !watched.has(plainLabel(label)) || watchedThere.has(onItsThread(label)),
  );
  const table = new CallTable(calls);
  const entrances = entrancesOf(parts, table);
  const called = parts.map((part) => answering(part, entrances(part), fresh));
  const answered = new Set(called.flatMap((part) => entrances(part).flatMap(part.rename)));
  // A call that the environment answers ends by itself.
  const isLost = (label: string) =>
    plainLabel(label).endsWith(':begin') &&
    !answered.has(label) &&
    !system.environment.includes(table.rolesOf(label)?.callee ?? '');
  const lost = fresh.find(isLost);
  if (lost !== undefined) {
    const { thread } = parseLabel(lost);
    const call = plainLabel(lost).replace(/:begin$/, '()');
    throw new InputError(`${call} is called by ${thread}, for which this system does not have it`);
  }
  return called.map((part) => {
    if (isOfThread(part)) return watchingToo(part, heard);
    return part.kind === 'resource' ? joining(part, heard) : part;
  });
}

/** Whether a part watches what one thread does. */
function isOfThread({ kind, name }: Part): boolean {
  return kind === 'monitor' && name.includes('@');
}

const onItsThread = (label: string) => `${plainLabel(label)}@${parseLabel(label).thread}`;

/** What watches a thread takes its new steps as those of the same name. */
function watchingToo(part: Part, fresh: readonly string[]): Part {
  return takingToo(part, (label) => {
    const own = new Set(part.rename(label).map(onItsThread));
    return fresh.filter((one) => own.has(onItsThread(one)));
  });
}

/** A procedure that is called newly on its thread does what it does for those that call it already. */
function answering(part: Part, entrances: readonly string[], fresh: readonly string[]): Part {
  const calls = entrances.map((label) => label.replace(/:begin$/, ':'));
  const own = fresh.filter((label) => parseLabel(label).thread === part.thread);
  if (own.length === 0) return part;
  return takingToo(part, (label) => {
    if (!calls.some((call) => label.startsWith(call))) return [];
    const known = new Set(part.rename(label).map(plainLabel));
    return own.filter((one) => known.has(plainLabel(one)));
  });
}

/** The labels of a part by which it is entered. */
type Entrances = (part: Part) => readonly string[];

/** A procedure is entered by what it takes first, of the calls in which it has the callee's role. */
function entrancesOf(parts: readonly Part[], calls: CallTable): Entrances {
  const found = new Map(
    parts.map(({ kind, machine, name, roles, rename }) => {
      if (kind !== 'procedure') return [name, []];
      const { labels, next } = flatten(machine);
      const isCalled = (label: string) => roles.includes(calls.rolesOf(label)?.callee ?? '');
      const first = labels.filter((label, l) => next[l]! >= 0 && label.endsWith(':begin'));
      return [name, first.filter((label) => rename(label).some(isCalled))];
    }),
  );
  return ({ name }) => found.get(name) ?? [];
}

/** A choice of the C is a step that its thread takes alone, and so is a return that nobody expects. */
function choiceCalls(machines: readonly AnyStateMachine[]): Call[] {
  const labels = machines.flatMap((machine) => alphabetOf(machine).labels);
  const names = labels.filter((label) => /^(?:choice|return)\./.test(label));
  return [...new Set(names)].map((label) => {
    const { object, operation, outcome = '' } = parseLabel(label);
    return {
      name: object === undefined ? operation : `${object}.${operation}`,
      caller: 'thread',
      callee: '',
      outcomes: [outcome],
      source: 'a choice of the C that no label shows, or a return that the machine does not have',
    };
  });
}

/** What is broken may be claimed after a bound, and nothing else. */
export function checkWithTree(system: System, bounds: Bounds): SystemResult {
  return check(system, { keepSeen: true, ...bounds });
}
