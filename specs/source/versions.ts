import type { AnyStateMachine } from 'xstate';
import { flatten, type Lts, transitionsOf } from 'xstate-check';
import { alphabetOf } from 'xstate-check/engine';
import type { FunctionVersion } from 'xstate-check/kernel';
import { type Subject, subjects } from '../revisions/functions.ts';
import {
  base,
  type Design,
  type Difference,
  type Done,
  designOf,
  differsAt,
  gapOf,
  isPoint,
  pointsOf,
  revisions,
  type WhatIf,
  whatIfs,
} from '../revisions/index.ts';

/** A version of which a function may be, with the differences from the newest that it consists of. */
interface Candidate {
  readonly name: string;
  readonly design: Design;
  readonly differs: readonly (Done & Partial<Difference>)[];
}

/** Newest first; what has a single known defect put in comes after what was posted or released. */
const candidates: readonly Candidate[] = [
  ...revisions
    .map(({ name, differs }): Candidate => ({ name, design: designOf(name), differs }))
    .reverse(),
  ...Object.entries(whatIfs)
    // What somebody proposes is no version that a tree would have; of two defects at once, the defect
    // of a function would not be told.
    .filter(([name, { title }]) => title === undefined && name.split('+').length === 2)
    .map(([name, whatIf]): Candidate => {
      const defects = name.split('+').slice(1);
      return { name, design: designOf(name), differs: [{ defects, ...whatIf } as WhatIf] };
    }),
];

/**
 * The versions of the machine of a function, of those versions that were read as far as it needs.
 *
 * @param machinesOf - the machines of a design, in the same order for each
 */
export function versionsOf(
  machine: AnyStateMachine,
  machinesOf: (design: Design) => readonly AnyStateMachine[],
): readonly FunctionVersion[] {
  const at = machinesOf(base).indexOf(machine);
  const about = subjectsOf(machine.id);
  const points = about.filter(isPoint);
  const same = new Map<string, AnyStateMachine>([[behaviourOf(machine), machine]]);
  return candidates.flatMap(({ name, design, differs }) => {
    const touching = differs.filter((one) => pointsOf(one).some((point) => points.includes(point)));
    const isOther = name.includes('+') && touching.length === 0;
    if (isOther || gapOf(name, about) !== undefined) return [];
    const own = touching.length === 0 ? machine : machinesOf(design)[at]!;
    const key = behaviourOf(own);
    const shared = same.get(key) ?? own;
    same.set(key, shared);
    // What is drawn as in the newest has none of the defects that are drawn elsewhere.
    const defects = shared === machine ? [] : touching.flatMap((one) => one.defects ?? []);
    const elsewhere = elsewhereIn(name, design, shared);
    const version = { name, machine: shared, defects: [...new Set(defects)] };
    return [{ ...version, ...(elsewhere !== undefined && { elsewhere }) }];
  });
}

/** Importers are drawn with the counting of mappings, also for versions that did not count. */
const COUNTS = {
  labels: ['buf.kref.get', 'buf.kref.put'],
  because: 'it counts no mappings, and is drawn with the count',
};

/** Before 40ef3edf151e it was pci_num_vf() that was asked, which is drawn as the same flag. */
const FLAG = {
  labels: ['dev.sriov_active.set', 'dev.sriov_active.clear'],
  because: 'what refuses a change of power is drawn as a flag, which the PCI core sets there',
};

function countsNothing({ anew }: Design): boolean {
  return anew.some(({ states = {} }) => states['feature_dma_buf.make.count'] === 'gone');
}

function elsewhereIn(
  name: string,
  design: Design,
  machine: AnyStateMachine,
): FunctionVersion['elsewhere'] {
  if (countsNothing(design) && has(machine, COUNTS.labels)) return COUNTS;
  if (differsAt(name, 'sriov') && has(machine, FLAG.labels)) return FLAG;
  return undefined;
}

function has(machine: AnyStateMachine, steps: readonly string[]): boolean {
  return alphabetOf(machine).labels.some((label) => steps.includes(label.replace(/:.*/, '')));
}

function subjectsOf(machine: string): Subject[] {
  return (Object.keys(subjects) as Subject[]).filter((subject) =>
    subjects[subject].machines.includes(machine as never),
  );
}

const behaviours = new WeakMap<AnyStateMachine, string>();

/** All that a machine does, whatever its states are called. */
function behaviourOf(machine: AnyStateMachine): string {
  const known = behaviours.get(machine);
  if (known !== undefined) return known;
  const lts: Lts = flatten(machine);
  const steps = [...transitionsOf(lts)].map(
    ({ from, label, to }) => `${from} ${lts.labels[label]} ${to}`,
  );
  const text = steps.join('\n');
  behaviours.set(machine, text);
  return text;
}
