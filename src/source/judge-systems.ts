import type { AnyStateMachine } from 'xstate';
import { check, type PropertyResult, type SystemResult } from '../check/check.ts';
import type { Bounds } from '../explore/explore.ts';
import { alphabetOf } from '../lts/alphabet.ts';
import { parseLabel } from '../lts/label.ts';
import type { Call } from '../system/call.ts';
import type { System, SystemFamily } from '../system/system.ts';
import { machineFrom } from './extracted.ts';
import type { SourceReader } from './judge-source.ts';
import { cSourceOf } from './reading.ts';
import type { Tree } from './tree.ts';

/** A rule whose verdict a patch changes, in one system. */
export interface ChangedVerdict {
  readonly property: string;
  readonly title: string;
  readonly before: string;
  readonly after: PropertyResult;
}

/** A system with the C of a tree in it, before and after a patch. */
export interface JudgedSystem {
  readonly system: System;
  readonly before: SystemResult;
  readonly after: SystemResult;
  readonly verdicts: readonly ChangedVerdict[];
}

/**
 * The systems that have a changed machine, smallest first, each with the C before the patch in the
 * machine's place, and with that after it.
 */
export function* judgeSystems(
  reader: SourceReader,
  families: readonly SystemFamily[],
  changed: { readonly functions: ReadonlySet<string>; readonly before: Tree; readonly after: Tree },
  revision: string,
  bounds: Bounds,
): Generator<JudgedSystem> {
  for (const family of families) {
    if (!family.revisions.includes(revision)) continue;
    const system = family.build({ scope: family.defaultScope, revision });
    if (!system.parts.some(({ machine }) => isMeant(machine, changed.functions))) continue;
    const inC = (tree: Tree) => withC(reader, system, tree, changed.functions);
    const before = check(inC(changed.before), bounds);
    // What a rule does to a space is no reason to go through all of a much larger one.
    const most = Math.max(200_000, 3 * before.states);
    const after = check(inC(changed.after), { ...bounds, keepSeen: true, states: most });
    yield { system, before, after, verdicts: changedVerdicts(before, after) };
  }
}

/** A machine with steps inside calls of the C is not replaced: the C does not have them. */
function isMeant(machine: AnyStateMachine, functions: ReadonlySet<string>): boolean {
  const source = cSourceOf(machine);
  return source !== undefined && source.inside === undefined && functions.has(source.function);
}

/** The system with the C of a tree in the place of the machines that stand for some functions. */
function withC(
  reader: SourceReader,
  system: System,
  tree: Tree,
  functions: ReadonlySet<string>,
): System {
  const made = new Map<AnyStateMachine, AnyStateMachine>();
  const parts = system.parts.map((part) => {
    if (!isMeant(part.machine, functions)) return part;
    const machine =
      made.get(part.machine) ?? machineFrom(reader.graph(tree, part.machine), part.machine);
    made.set(part.machine, machine);
    return { ...part, machine };
  });
  return { ...system, parts, calls: [...system.calls, ...choiceCalls([...made.values()])] };
}

/** A choice of the C is a step that its thread takes alone. */
export function choiceCalls(machines: readonly AnyStateMachine[]): Call[] {
  const labels = machines.flatMap((machine) => alphabetOf(machine).labels);
  const names = labels.filter((label) => label.startsWith('choice.'));
  return [...new Set(names)].map((label) => ({
    name: `choice.${parseLabel(label).operation}`,
    caller: 'thread',
    callee: '',
    outcomes: [parseLabel(label).outcome ?? ''],
    source: 'a choice of the C that no label shows',
  }));
}

function changedVerdicts(before: SystemResult, after: SystemResult): ChangedVerdict[] {
  return after.properties.flatMap((result) => {
    const old = before.properties.find(({ property }) => property.id === result.property.id)!;
    if (old.verdict === result.verdict || result.verdict === 'unfinished') return [];
    const { id: property, title } = result.property;
    return [{ property, title, before: old.verdict, after: result }];
  });
}
