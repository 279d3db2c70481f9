import { InputError, type System, type SystemFamily } from 'xstate-check';
import { specification } from './catalogue.ts';
import { changedParts, unknown } from './change-machines.ts';
import { type Additions, withAdditions } from './change-parts.ts';
import { type MachineChanges, machinesOf } from './written-anew.ts';

/** A change of design that somebody wants to try. */
export interface Change extends MachineChanges, Additions {
  /** The system it is made to, `hot-reset`; where none is named, every one that has its machines. */
  readonly system?: string;
  /** The version it is made to. */
  readonly from: string;
  /** What the changed system is called where a file has several; else it keeps its name. */
  readonly name?: string;
}

/** A change made to every system that can take it. */
export interface ChangedSystems {
  readonly systems: readonly SystemFamily[];
  /** The systems that have its machines, as others are drawn, and cannot take it. */
  readonly leftOut: readonly { readonly system: string; readonly why: string }[];
}

/**
 * A system with a change of design in it, at every scope of the original, and with its rules; where no
 * system is named, all that have the machines.
 *
 * @throws InputError for a system, version, machine or state that does not exist, and when a changed
 * machine does not do what is written
 */
export function change(changes: Change & { readonly system: string }): SystemFamily;
export function change(changes: Change): ChangedSystems;
export function change(changes: Change): SystemFamily | ChangedSystems {
  const { system, name = system ?? 'change' } = changes;
  if (system === undefined) return everywhere(changes);
  const { families } = specification;
  const family = families.find((candidate) => candidate.name === system);
  if (family === undefined) {
    throw unknown(
      name,
      'system',
      system,
      families.map((f) => f.name),
    );
  }
  if (!family.revisions.includes(changes.from)) {
    throw unknown(name, 'version', changes.from, family.revisions);
  }
  return changed(family, changes, name);
}

function changed(family: SystemFamily, changes: Change, name: string): SystemFamily {
  const { from } = changes;
  const revision = `${from} changed`;
  const one: SystemFamily = {
    name,
    title: `${family.title}, changed`,
    defaultScope: family.defaultScope,
    revisions: [revision],
    changeOf: {
      system: family.name,
      revision: from,
      elsewhere: () =>
        made(changes).systems.filter(({ changeOf }) => changeOf?.system !== family.name),
    },
    build({ scope }): System {
      const built = family.build({ scope, revision: from });
      const parts = changedParts(name, built.parts, changes);
      return { ...withAdditions(name, built, { ...built, parts }, changes), name, revision };
    },
  };
  // A mistake is to be told now, and not when the change is first used.
  one.build({ scope: family.defaultScope, revision });
  return one;
}

/** @throws InputError where no system has the machines, or none can take the change */
function everywhere(changes: Change): ChangedSystems {
  const { name = 'change' } = changes;
  const machines = machinesOf(changes);
  if (machines.length === 0) {
    throw new InputError(
      `change '${name}': it changes no machine that a system could be found by; name one with system: '…'`,
    );
  }
  const found = made(changes);
  const [why] = found.leftOut;
  if (found.systems.length > 0) {
    const { leftOut } = found;
    const systems = found.systems.map((one) => ({
      ...one,
      changeOf: { ...one.changeOf!, leftOut },
    }));
    return { ...found, systems };
  }
  if (why !== undefined) throw new InputError(why.why);
  const known = specification.machines.map((entry) => entry.name);
  const missing = machines.find((machine) => !known.includes(machine));
  if (missing !== undefined) throw unknown(name, 'machine', missing, known);
  throw new InputError(
    `change '${name}': no system has ${machines.join(' and ')} at version '${changes.from}'; name another version`,
  );
}

/** The change in every system that has its version and its machines. */
function made(changes: Change): ChangedSystems {
  const { from, name } = changes;
  const machines = machinesOf(changes);
  const systems: SystemFamily[] = [];
  const leftOut: ChangedSystems['leftOut'][number][] = [];
  for (const family of machines.length === 0 ? [] : specification.families) {
    if (!family.revisions.includes(from)) continue;
    const { parts } = family.build({ scope: family.defaultScope, revision: from });
    const has = (id: string) => parts.some(({ machine }) => machine.id === id);
    if (!machines.every(has)) continue;
    try {
      systems.push(
        changed(family, changes, name === undefined ? family.name : `${name}-${family.name}`),
      );
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      leftOut.push({ system: family.name, why: error.message });
    }
  }
  return { systems, leftOut };
}
