import type { AnyStateMachine } from 'xstate';
import type { LtsState } from '../lts/lts.ts';
import { nodesOf } from '../lts/snapshot.ts';
import { unreached, untaken } from '../open/asked.ts';
import type { OpenWalk } from '../open/open-walk.ts';
import { always } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import { ltsOf } from '../system/product.ts';

/**
 * The rules of a machine of somebody's file.
 *
 * @param walked - of an opened one; of a part of a specification the linter has asked the others
 */
export function rulesOf(machine: AnyStateMachine, walked: OpenWalk | undefined): Property[] {
  const asked = walked === undefined ? [] : askedOfAny(machine, walked);
  return [...asked, ...byItsTags(machine, walked !== undefined)];
}

/** The rules of every machine. */
function askedOfAny(machine: AnyStateMachine, walked: OpenWalk): Property[] {
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
    source: 'asked of every machine',
  };
}

/** What a machine says of itself by its tags; one that says nothing may wait for its user. */
function byItsTags(machine: AnyStateMachine, isOpened: boolean): Property[] {
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
  const isFree = ({ name }: LtsState) => !stuck.has(name);
  const deadlock = { ...invariant(machine, 'deadlock', title, fails, isFree), source };
  return [
    ...(tags.has('violation') ? [violation] : []),
    ...(tags.has('quiescent') ? [rest, deadlock] : []),
    ...(isOpened || tags.has('quiescent') ? [] : [deadlock]),
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
