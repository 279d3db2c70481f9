import type { AnyStateMachine } from 'xstate';
import { AS_LOADED } from '../catalogue/catalogue.ts';
import { metaOf } from '../lts/alphabet.ts';
import { lint } from '../lts/lint.ts';
import { remember, textOf } from '../lts/lts-of.ts';
import { MachineError } from '../lts/machine-error.ts';
import { freeLabels, left, onlyByFreeAnswers } from '../open/asked.ts';
import { type OpenWalk, openWalk } from '../open/open-walk.ts';
import { openingsText } from '../open/openings.ts';
import type { Part } from '../specification/part.ts';
import type { SystemFamily } from '../specification/system.ts';
import { ltsOf } from '../system/product.ts';
import { foreign, saidOf } from './foreign.ts';
import { rulesOf } from './machine-rules.ts';

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
      properties: rulesOf(machine, walked),
    }),
  };
}

/** What is said beside the verdicts of an opened machine. */
function openedOf(
  walked: OpenWalk,
  stubbed: readonly string[],
): NonNullable<SystemFamily['opened']> {
  const line = (title: string, names: readonly string[], separator = '; ') =>
    names.length === 0 ? [] : [`${title}: ${names.join(separator)}.`];
  return {
    said: [
      ...line('Nothing leaves, and it is not final', left(walked)),
      ...line('Entered only where free guards answer so', onlyByFreeAnswers(walked)),
      ...openingsText(walked.openings),
      ...line('Not installed beside the file, and not asked for', stubbed, ', '),
    ],
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
