import type { AnyStateMachine } from 'xstate';
import { AS_LOADED } from '../catalogue/catalogue.ts';
import { lint } from '../lts/lint.ts';
import { nodesOf } from '../lts/snapshot.ts';
import type { Part } from '../specification/part.ts';
import { always } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { SystemFamily } from '../specification/system.ts';
import { ltsOf } from '../system/product.ts';
import { foreign, saidOf } from './foreign.ts';

export function isMachine(value: unknown): value is AnyStateMachine {
  return (
    typeof value === 'object' &&
    value !== null &&
    'root' in value &&
    'getTransitionData' in value &&
    'implementations' in value
  );
}

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
    return foreign(`is being flattened (machine '${machine.id}')`, () => lint(machine));
  } catch (error) {
    return whole(`it cannot be looked at: ${saidOf(error, file)}`);
  }
}

/** What was made before XState had what is read here cannot be drawn either. */
export const isOld = ({ options }: AnyStateMachine): boolean => options === undefined;

/**
 * Anybody's XState v5 machine, of which there is no complaint, as a system of its own.
 *
 * A machine says what is wrong with it by tags: a state tagged `violation` must not be reached,
 * and where states are tagged `quiescent`, one of them must stay reachable. A state from which
 * nothing can happen must be final.
 */
export function familyOfMachine(file: string, machine: AnyStateMachine): SystemFamily {
  return {
    name: machine.id,
    title: `machine '${machine.id}' of ${file}`,
    defaultScope: {},
    revisions: [AS_LOADED],
    build: () => ({
      name: machine.id,
      revision: AS_LOADED,
      scope: {},
      parts: [soloPart(machine)],
      calls: [],
      environment: [],
      properties: propertiesOf(machine),
    }),
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
  const deadlock: Property = {
    id: 'deadlock',
    kind: 'invariant',
    title: 'something can always happen, except in a final or quiescent state',
    when: always,
    then: {
      kind: 'atom',
      part: machine.id,
      words: `${machine.id} can go on, or is final or quiescent`,
      test: (state) => !stuck.has(state.name),
    },
    source,
  };
  return [
    ...(tags.has('violation') ? [violation] : []),
    ...(tags.has('quiescent') ? [rest] : []),
    deadlock,
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
      !state.done,
  );
  return new Set(stuck.map((state) => state.name));
}
