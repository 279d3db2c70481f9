import type { AnyStateMachine } from 'xstate';
import { AS_LOADED } from '../catalogue/catalogue.ts';
import { metaOf } from '../lts/alphabet.ts';
import { lint } from '../lts/lint.ts';
import type { LtsState } from '../lts/lts.ts';
import { remember, textOf } from '../lts/lts-of.ts';
import { MachineError } from '../lts/machine-error.ts';
import { nodesOf } from '../lts/snapshot.ts';
import { freeLabels, left, unreached, untaken } from '../open/asked.ts';
import { type OpenWalk, openWalk } from '../open/open-walk.ts';
import { openingsText } from '../open/openings.ts';
import type { Part } from '../specification/part.ts';
import { always } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { SystemFamily } from '../specification/system.ts';
import { ltsOf } from '../system/product.ts';
import { foreign, saidOf } from './foreign.ts';

/** Something that is in the way of checking a machine. */
export interface Complaint {
  /** Where in the machine; empty for the machine as a whole. */
  readonly state: string;
  readonly message: string;
}

/** Everything that is in the way of checking a machine of somebody's file. */
export function complaintsOf(file: string, machine: AnyStateMachine): readonly Complaint[] {
  const whole = (message: string) => [{ state: '', message }];
  try {
    if (isOld(machine))
      return whole('it was made with an XState older than 5.31; use 5.31 to 5.33');
    const doing = `is being flattened (machine '${machine.id}')`;
    return foreign(doing, () => (isOpen(machine) ? refusalOf(machine) : lint(machine)));
  } catch (error) {
    return whole(`it cannot be looked at: ${saidOf(error, file)}`);
  }
}

/** What was made before XState had what is read here cannot be drawn either. */
export const isOld = ({ options }: AnyStateMachine): boolean => options === undefined;

/** A machine that declares its labels is a part of a specification; any other is opened. */
const isOpen = (machine: AnyStateMachine): boolean => metaOf(machine).labels === undefined;

const opened = new WeakMap<AnyStateMachine, OpenWalk>();

function refusalOf(machine: AnyStateMachine): Complaint[] {
  try {
    opened.set(machine, openWalkTwice(machine));
    return [];
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    return [{ state: error.state, message: error.reason }];
  }
}

/** Makes the table of a machine of somebody's file, opened where it is no part of a specification. */
export function tabled(machine: AnyStateMachine): void {
  if (isOpen(machine)) openWalkTwice(machine);
  else ltsOf(machine);
}

/** A clock, a random number or a counter outside the context shows when it is done twice. */
function openWalkTwice(machine: AnyStateMachine): OpenWalk {
  const walked = openWalk(machine);
  const table = ({ lts }: OpenWalk) => JSON.stringify([lts.labels, lts.states, [...lts.next]]);
  if (textOf(machine) === undefined && table(openWalk(machine)) !== table(walked)) {
    const reason =
      'flattened twice it gives two different tables; guards and assigns may depend on nothing but context and event';
    throw new MachineError('impure', machine.id, '', reason);
  }
  remember(machine, walked.lts);
  return walked;
}

/**
 * Anybody's XState v5 machine, of which there is no complaint, as a system of its own.
 *
 * It is asked whether each state can be entered and each transition taken, whether every step settles
 * and whether somebody takes the error of each actor. By tags it says more: a state tagged `violation`
 * must not be reached, and where states are tagged `quiescent`, one of them must stay reachable, and
 * a state from which nothing can happen must be one or final.
 */
export function familyOfMachine(
  file: string,
  machine: AnyStateMachine,
  stubbed: readonly string[] = [],
): SystemFamily {
  const walked = opened.get(machine);
  return {
    name: machine.id,
    title: `machine '${machine.id}' of ${file}`,
    defaultScope: {},
    revisions: [AS_LOADED],
    ...(walked !== undefined && { opened: openedOf(walked, stubbed) }),
    build: () => ({
      name: machine.id,
      revision: AS_LOADED,
      scope: {},
      parts: [soloPart(machine)],
      calls: [],
      environment: [],
      properties: [...askedOfAny(machine, walked), ...propertiesOf(machine)],
    }),
  };
}

/** What is said beside the verdicts of an opened machine. */
function openedOf(
  walked: OpenWalk,
  stubbed: readonly string[],
): NonNullable<SystemFamily['opened']> {
  const waits = left(walked);
  const ends =
    waits.length === 0 ? [] : [`Nothing leaves, and it is not final: ${waits.join('; ')}.`];
  const missing =
    stubbed.length === 0
      ? []
      : [`Not installed beside the file, and not asked for: ${stubbed.join(', ')}.`];
  return {
    said: [...ends, ...openingsText(walked.openings), ...missing],
    free: freeLabels(walked),
  };
}

function soloPart(machine: AnyStateMachine): Part {
  return {
    name: machine.id,
    machine,
    kind: 'contract',
    roles: [],
    rename: (label) => [label],
    renameCommit: (label) => label,
  };
}

/** The rules of every machine; of a part of a specification the linter has asked them. */
function askedOfAny(machine: AnyStateMachine, walked: OpenWalk | undefined): Property[] {
  if (walked === undefined) return [];
  const answered = (id: string, title: string, against: readonly string[], never: string) => {
    const fails = `${against.join('; ')} ${never}`;
    const whole = against.length === 0 ? title : `${title}; not so: ${against.join('; ')}`;
    return invariant(machine, id, whole, fails, () => against.length === 0);
  };
  const loops = walked.unsettled.map(({ state, event }) => `${event} in ${state}`);
  return [
    answered(
      'reached',
      'every state can be entered',
      unreached(machine, walked).map(quoted),
      'is never entered',
    ),
    answered('taken', 'every transition can be taken', untaken(machine, walked), 'is never taken'),
    answered('settles', 'every step comes to an end', loops, 'never comes to an end'),
    ...(walked.openings.some(({ kind }) => kind === 'actor') ? [errorsTaken(machine, walked)] : []),
  ];
}

function errorsTaken(machine: AnyStateMachine, { lts }: OpenWalk): Property {
  const failing = new Set(lts.states.filter(({ failed }) => failed).map(({ name }) => name));
  const title = "somebody takes every actor's error";
  const fails = 'nobody takes the error, and XState ends the machine with it';
  return invariant(machine, 'errors-taken', title, fails, ({ name }) => !failing.has(name));
}

const quoted = (path: string): string => `'${path}'`;

/** @param fails - what is so where it does not hold, as a sentence */
function invariant(
  machine: AnyStateMachine,
  id: string,
  title: string,
  fails: string,
  test: (state: LtsState) => boolean,
): Property {
  return {
    ...{ id, title, kind: 'invariant', when: always },
    then: {
      ...{ kind: 'atom', part: machine.id, words: title, test },
      said: { holds: title, fails },
    },
    source: `asked of every machine`,
  };
}

/** What a machine says of itself by its tags. */
function propertiesOf(machine: AnyStateMachine): Property[] {
  const tags = new Set(nodesOf(machine.root).flatMap((node) => node.tags));
  const source = `the tags of machine '${machine.id}'`;
  const violation: Property = {
    id: 'violation',
    kind: 'monitor',
    title: 'no state tagged violation is reached',
    parts: [machine.id],
    source,
  };
  const rest: Property = {
    id: 'rest',
    kind: 'rest',
    title: 'a state tagged quiescent can be reached from everywhere',
    source,
  };
  const stuck = stuckStates(machine);
  const title = 'something can always happen, except in a final or quiescent state';
  const fails = 'nothing can happen here, and the state is neither final nor quiescent';
  const deadlock = invariant(machine, 'deadlock', title, fails, ({ name }) => !stuck.has(name));
  return [
    ...(tags.has('violation') ? [violation] : []),
    ...(tags.has('quiescent') ? [rest, deadlock] : []),
    ...(isOpen(machine) || tags.has('quiescent') ? [] : [deadlock]),
  ];
}

/** The states from which nothing can happen, and which do not say that this is meant. */
function stuckStates(machine: AnyStateMachine): Set<string> {
  const lts = ltsOf(machine);
  const width = lts.labels.length;
  const stuck = lts.states.filter(
    (state, id) =>
      lts.next.subarray(id * width, (id + 1) * width).every((to) => to < 0) &&
      !state.tags.includes('quiescent') &&
      !state.done &&
      !state.failed,
  );
  return new Set(stuck.map((state) => state.name));
}
