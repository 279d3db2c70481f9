import type { AnyStateMachine } from 'xstate';
import { InputError } from '../base/errors.ts';
import { check } from '../check/check.ts';
import type { Bounds } from '../explore/explore.ts';
import { alphabetOf, type Part } from '../specification/part.ts';
import { partsNamedBy } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { Scope, System, SystemFamily } from '../specification/system.ts';
import { type Patch, patched } from './patch.ts';

/** A machine with one step left out, to see whether anybody notices. */
export interface Mutant {
  /** `writer: without lock in waiting`. */
  readonly name: string;
  readonly patches: readonly Patch[];
}

/**
 * One mutant for each step that leads somewhere; last those that leave a state of rest, without
 * which a thread is never idle, as everybody notices. What follows a violation is no part of the
 * design, and the root has no step that can be left out.
 */
export function mutantsOf(machine: AnyStateMachine): Mutant[] {
  const steps = stepsBelow(machine.root);
  const within = steps.filter(({ starts }) => !starts);
  const starting = steps.filter(({ starts }) => starts);
  return [...within, ...starting].map(({ starts, ...step }) => ({
    name: `${machine.id}: without ${step.event} in ${step.node}`,
    patches: [{ kind: 'skip', step }],
  }));
}

type Node = AnyStateMachine['root'];

interface SkippedStep {
  readonly node: string;
  readonly event: string;
  /** Whether it leaves a state of rest. */
  readonly starts: boolean;
}

function stepsBelow(node: Node): SkippedStep[] {
  return Object.values(node.states).flatMap((child) => {
    if (child.tags.includes('violation')) return [];
    const own = [...child.transitions].flatMap(([event, candidates]) =>
      !event.startsWith('xstate.') && candidates.some(({ target }) => target !== undefined)
        ? [{ node: child.path.join('.'), event, starts: child.tags.includes('quiescent') }]
        : [],
    );
    return [...own, ...stepsBelow(child)];
  });
}

export interface MutationOptions {
  /** Where the mutants are tried; the smallest scope at which every property is tested will do. */
  readonly scope?: Scope;
  readonly revision: string;
  /** Properties that a fault breaks already. */
  readonly broken?: readonly string[];
  readonly bounds?: Bounds;
  /** Called before each mutant with its name and how many properties are left. */
  readonly progress?: (mutant: string, left: number) => void;
}

export interface MutationResult {
  /** For each property that a mutant breaks the name of the first that does. */
  readonly brokenBy: ReadonlyMap<string, string>;
  /** Properties that hold, and that neither a fault nor a mutant breaks. */
  readonly untested: readonly string[];
  /** Properties that do not hold without a mutant either. */
  readonly notHolding: readonly string[];
  /** How many mutants were tried. */
  readonly tried: number;
}

/**
 * The properties that notice no skipped step: each is tried on the mutants of the machines that it
 * names, and of those that share a label with them, until one breaks it. A mutant that is no
 * machine any more is passed over; of one whose system has more than four times the states those
 * that a search comes to first are judged.
 */
export function untestedProperties(family: SystemFamily, options: MutationOptions): MutationResult {
  const { scope = family.defaultScope, revision, bounds = {} } = options;
  const system = family.build({ scope, revision });
  const sound = check(system, bounds);
  const holding = sound.properties.flatMap((p) => (p.verdict === 'holds' ? [p.property] : []));
  const left = new Set(holding.filter(({ id }) => !options.broken?.includes(id)));
  const machines = new Map([...left].map((property) => [property, machinesOf(property, system)]));
  const brokenBy = new Map<string, string>();
  const most = { states: Math.min(sound.states * 4, bounds.states ?? Infinity) };
  let tried = 0;
  for (const mutant of mutantsOfAll(system)) {
    const noticing = [...left].filter((property) => machines.get(property)!.has(mutant.machine));
    if (noticing.length === 0) continue;
    options.progress?.(mutant.name, left.size);
    tried++;
    for (const property of brokenIn(mutant.applied(), noticing, {
      ...bounds,
      ...most,
      keepSeen: true,
    })) {
      brokenBy.set(property.id, mutant.name);
      left.delete(property);
    }
  }
  const notHolding = sound.properties.flatMap((p) =>
    p.verdict === 'holds' ? [] : [p.property.id],
  );
  return { brokenBy, untested: [...left].map(({ id }) => id), notHolding, tried };
}

/** Those of the properties that break in a system; none where it is no system. */
function brokenIn(
  system: System | undefined,
  properties: readonly Property[],
  bounds: Bounds,
): Property[] {
  if (system === undefined) return [];
  try {
    const result = check({ ...system, properties }, bounds);
    return result.properties.flatMap((p) => (p.verdict === 'broken' ? [p.property] : []));
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

interface SystemMutant extends Mutant {
  readonly machine: string;
  /** The system with the mutant in every part whose machine has the step. */
  readonly applied: () => System | undefined;
}

/**
 * The mutants of all machines of a system: one of each machine in turn, because neighbouring steps
 * tend to break the same property; procedures first, because they are what a patch changes.
 */
function mutantsOfAll(system: System): SystemMutant[] {
  const order = ['procedure', 'contract', 'resource'];
  const parts = system.parts
    .filter(({ kind }) => order.includes(kind))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const byMachine = new Map<string, Map<string, { mutant: Mutant; parts: Part[] }>>();
  for (const part of parts) {
    const mutants = byMachine.get(part.machine.id) ?? new Map();
    byMachine.set(part.machine.id, mutants);
    for (const mutant of mutantsOf(part.machine)) {
      const known = mutants.get(mutant.name) ?? { mutant, parts: [] };
      mutants.set(mutant.name, known);
      known.parts.push(part);
    }
  }
  const lists = [...byMachine].map(([machine, mutants]) =>
    [...mutants.values()].map(({ mutant, parts: changed }) => ({
      ...mutant,
      machine,
      applied: () => withMutant(system, mutant, changed),
    })),
  );
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat();
}

function withMutant(system: System, mutant: Mutant, changed: readonly Part[]): System | undefined {
  try {
    const parts = system.parts.map((part) =>
      changed.includes(part) ? { ...part, machine: patched(part.machine, mutant.patches) } : part,
    );
    return { ...system, parts };
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** The machines that a property is about: of the parts it names and those that share a label. */
function machinesOf(property: Property, system: System): Set<string> {
  const named = namedParts(property, system);
  const labels = new Set(named.flatMap(systemLabels));
  const near = system.parts.filter(
    (part) => named.includes(part) || systemLabels(part).some((label) => labels.has(label)),
  );
  return new Set(near.flatMap(({ kind, machine }) => (kind === 'monitor' ? [] : [machine.id])));
}

function namedParts(property: Property, system: System): readonly Part[] {
  switch (property.kind) {
    case 'invariant':
    case 'leads-to': {
      const names = [...partsNamedBy(property.when), ...partsNamedBy(property.then)];
      return system.parts.filter(({ name }) => names.includes(name));
    }
    case 'monitor':
    case 'rest':
      return system.parts.filter(({ name }) => property.parts?.includes(name) ?? true);
    default:
      return system.parts;
  }
}

function systemLabels(part: Part): string[] {
  return alphabetOf(part).flatMap((label) => part.rename(label));
}
