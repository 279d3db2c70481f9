import type { AnyStateMachine } from 'xstate';
import { check, type SystemResult } from '../check/check.ts';
import type { Bounds } from '../explore/explore.ts';
import type { Part } from '../system/part.ts';
import type { Scope, System, SystemFamily } from '../system/system.ts';
import { machineFrom } from './extracted.ts';
import type { FunctionReading } from './function-readings.ts';
import type { SourceReader } from './judge-source.ts';
import { choiceCalls } from './judge-systems.ts';
import { cSourceOf } from './reading.ts';
import type { Tree } from './tree.ts';

/** A system of a family at a scope and a revision, into which the C of a tree is put. */
export interface Into {
  readonly family: SystemFamily;
  readonly scope: Scope;
  readonly revision: string;
}

/** Whether a part is a function that can be put there: one with steps inside calls of the C is not. */
export function hasC({ machine }: Part): boolean {
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
  const system = family.build({ scope, revision });
  const made = new Map<AnyStateMachine, AnyStateMachine>();
  const parts = system.parts.map((part) => {
    if (!isMeant(part)) return part;
    const known = made.get(part.machine);
    const machine =
      known ?? machineFrom(reader.graph(tree, part.machine), likeOf(part, readings, family, scope));
    made.set(part.machine, machine);
    return { ...part, machine };
  });
  return { ...system, parts, calls: [...system.calls, ...choiceCalls([...made.values()])] };
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

/** What is broken may be claimed after a bound, and nothing else. */
export function checkWithTree(system: System, bounds: Bounds): SystemResult {
  return check(system, { keepSeen: true, ...bounds });
}
