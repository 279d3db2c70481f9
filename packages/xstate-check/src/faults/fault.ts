import type { AnyStateMachine } from 'xstate';
import { InputError, nearest } from '../base/errors.ts';
import { check } from '../check/check.ts';
import type { Counterexample } from '../check/verdict.ts';
import type { Bounds } from '../explore/explore.ts';
import { type LintRule, lint } from '../lts/lint.ts';
import type { Lts } from '../lts/lts.ts';
import type { Scope, System, SystemFamily } from '../specification/system.ts';
import { ltsOf } from '../system/product.ts';
import { Bases, only } from './bases.ts';
import { type Patch, patched } from './patch.ts';

/** One known defect: what it changes, where, and the properties that must catch it. */
export interface Fault {
  /** The name by which it is known: `P4`. */
  readonly id: string;
  /** The known defect that it is, where several systems show one; the id itself where absent. */
  readonly defect?: string;
  readonly title: string;
  /** The machine that has it. */
  readonly machine: string;
  /** A version of the design that had it, or the change that puts it in. */
  readonly change:
    | { readonly revision: string }
    | { readonly patches: readonly Patch[] }
    /** The machine with states written anew; a mistake in them is told under the name of the fault. */
    | { readonly anew: (machine: AnyStateMachine, fault: string) => AnyStateMachine };
  /** The revision that the change is made to, and that keeps the properties. */
  readonly base: string;
  /** The system in which it shows, and the smallest scope at which it does. */
  readonly system: string;
  readonly scope: Scope;
  /** The properties that must break; the first is the one to explain. */
  readonly expected: readonly string[];
  readonly source: string;
}

/** What checking a fault found out. */
export interface FaultResult {
  readonly fault: Fault;
  /** The expected properties that broke, by a run that contains the changed step. */
  readonly caughtBy: readonly string[];
  /** Expected properties that the unchanged system does not keep either. */
  readonly brokenAnyway: readonly string[];
  readonly counterexamples: readonly Counterexample[];
}

/**
 * The system with the fault in it.
 *
 * @throws InputError for a revision, a machine or a step that does not exist, a patch that changes
 * nothing, and one after which XState would do something else than the machine says
 */
export function faultySystem(family: SystemFamily, fault: Fault): System {
  const { change } = fault;
  if ('revision' in change) return buildAt(family, fault, change.revision);
  const made = (machine: AnyStateMachine) =>
    'patches' in change ? patched(machine, change.patches) : change.anew(machine, fault.id);
  const system = buildAt(family, fault, fault.base);
  assertKnown(
    fault,
    'machine',
    fault.machine,
    system.parts.map(({ machine }) => machine.id),
  );
  const parts = system.parts.map((part) =>
    part.machine.id === fault.machine ? { ...part, machine: made(part.machine) } : part,
  );
  parts.forEach((part, i) => {
    if (part !== system.parts[i]) assertMeant(fault, part.machine, system.parts[i]!.machine);
  });
  return { ...system, parts };
}

function buildAt(family: SystemFamily, fault: Fault, revision: string): System {
  assertKnown(fault, 'revision', revision, family.revisions);
  return family.build({ scope: fault.scope, revision });
}

function assertKnown(fault: Fault, kind: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new InputError(
    `fault '${fault.id}': system '${fault.system}' has no ${kind} '${name}'; ` +
      nearest(name, known),
  );
}

/** What the linter finds where a machine does not do what is written. */
const NOT_MEANT: readonly LintRule[] = [
  'dropped',
  'falls-through',
  'shared-label',
  'undeclared-label',
];

function assertMeant(fault: Fault, after: AnyStateMachine, before: AnyStateMachine): void {
  const known = lint(before).map(({ rule, state }) => `${rule} ${state}`);
  const found = lint(after).find(
    ({ rule, state }) => NOT_MEANT.includes(rule) && !known.includes(`${rule} ${state}`),
  );
  if (found === undefined) return;
  throw new InputError(
    `fault '${fault.id}': the patched machine '${after.id}' does not do what is written: ` +
      `${found.state}: ${found.message}`,
  );
}

/**
 * A fault is caught when an expected property breaks, the run contains a step that the unchanged
 * machine does not have, and the unchanged system keeps the property.
 *
 * @param bases - of the faults that are checked one after the other
 */
export function checkFault(
  family: SystemFamily,
  fault: Fault,
  bounds: Bounds = {},
  bases = new Bases([fault], bounds),
): FaultResult {
  const base = buildAt(family, fault, fault.base);
  for (const id of fault.expected) {
    assertKnown(
      fault,
      'property',
      id,
      base.properties.map((property) => property.id),
    );
  }
  const brokenAnyway = bases.brokenAnyway(family, fault, base);
  const broken = check(only(faultySystem(family, fault), fault.expected), bounds);
  const isChanged = (machine: string) => 'revision' in fault.change || machine === fault.machine;
  const unchanged = edgesOf(base, isChanged);
  const counterexamples = broken.properties.flatMap((result) =>
    result.verdict === 'broken' && containsChange(result.counterexample, isChanged, unchanged)
      ? [result.counterexample]
      : [],
  );
  return {
    fault,
    caughtBy: counterexamples.map(({ property }) => property.id),
    brokenAnyway,
    counterexamples,
  };
}

/** Every step of the machines that the change is about, by part. */
function edgesOf(system: System, isChanged: (machine: string) => boolean): Set<string> {
  const edges = new Set<string>();
  for (const part of system.parts) {
    if (!isChanged(part.machine.id)) continue;
    const lts = ltsOf(part.machine);
    lts.states.forEach((_, state) => {
      lts.labels.forEach((_label, label) => {
        const to = lts.next[state * lts.labels.length + label]!;
        if (to >= 0) edges.add(edge(part.machine.id, lts, state, label, to));
      });
    });
  }
  return edges;
}

function edge(machine: string, lts: Lts, from: number, label: number, to: number): string {
  return `${machine}: ${lts.states[from]!.name} --${lts.labels[label]}--> ${lts.states[to]!.name}`;
}

/** Whether a machine takes a step in the run that it would not have had without the change. */
function containsChange(
  { space, run, cycle }: Counterexample,
  isChanged: (machine: string) => boolean,
  unchanged: ReadonlySet<string>,
): boolean {
  const { product, table, stepper } = space;
  const isNew = (state: number, vector: number): boolean => {
    const local = stepper.local(table, state);
    return product.vectors[vector]!.participants.some(({ part, next, local: labels }) => {
      const at = local[part]!;
      return (
        isChanged(product.parts[part]!.machine.id) &&
        product.parts[part]!.kind !== 'monitor' &&
        next[at]! >= 0 &&
        labels[at]! >= 0 &&
        !unchanged.has(
          edge(product.parts[part]!.machine.id, product.ltss[part]!, at, labels[at]!, next[at]!),
        )
      );
    });
  };
  return [run, cycle].some((walk) => walk?.vectors.some((v, i) => isNew(walk.states[i]!, v)));
}
