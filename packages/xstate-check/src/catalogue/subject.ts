import { InputError, suggested } from '../base/errors.ts';
import { own } from '../base/own.ts';
import { identity, words } from '../base/program.ts';
import { check, type SystemResult } from '../check/check.ts';
import type { Counterexample } from '../check/verdict.ts';
import type { DiagramOptions } from '../explain/diagram.ts';
import type { Bounds } from '../explore/explore.ts';
import { type Fault, faultySystem } from '../faults/fault.ts';
import { checkReduced } from '../reduce/check-reduced.ts';
import type { Property } from '../specification/property.ts';
import type { Scope, System, SystemFamily } from '../specification/system.ts';
import {
  type Catalogue,
  defaultRevision,
  type Expectation,
  type Finding,
  findByName,
  formatScope,
  parseScope,
  placeOf,
  quoted,
} from './catalogue.ts';
import { parseCounterexampleId } from './counterexample-id.ts';
import { isMeantBy } from './instances.ts';
import { asBefore } from './judge.ts';
import { type Broken, brokenIn, isSameScope } from './known.ts';

/** What of a subject is meant. */
export interface SubjectOptions {
  readonly property?: string;
  readonly revision?: string;
  readonly scope?: string;
  readonly reduce?: boolean;
}

/** A run to be explained, with where it is found. */
export interface Subject {
  readonly title: string;
  readonly source: string;
  readonly where: string;
  /** The system; where a fault was put into it, that. */
  readonly of: { readonly fault: string } | Pick<SystemResult, 'name' | 'revision' | 'scope'>;
  readonly counterexamples: readonly Counterexample[];
  /** The machine that has the fault; its steps are shown one by one. */
  readonly machine?: string;
}

/** @throws InputError for a name that is neither a fault, a finding, a system nor a counterexample */
export function subjectOf(
  catalogue: Catalogue,
  name: string,
  options: SubjectOptions,
  bounds: Bounds,
): Subject {
  const fault = catalogue.faults.find(({ id }) => id === name);
  if (fault !== undefined) return faultSubject(catalogue, fault, options, bounds);
  return askedSubject(catalogue, askedFor(catalogue, name, options), options, bounds);
}

export function askedSubject(
  catalogue: Catalogue,
  { family, finding, ...asked }: Asked,
  options: SubjectOptions,
  bounds: Bounds,
): Subject {
  const revision = asked.revision ?? defaultRevision(catalogue, family);
  findByName('revision', revision, family.revisions, (r) => r);
  const scope = parseScope(options.scope, family, finding?.scope);
  const at = { scope, revision };
  const other =
    finding === undefined && options.scope === undefined
      ? brokenElsewhere(catalogue, family, revision, asked.property)
      : undefined;
  // What only another scope has is not looked for at this one.
  if (other === undefined || hasProperty(family.build(at), asked.property)) {
    const subject = subjectAt(catalogue, { family, finding, ...asked }, at, options, bounds);
    if (other === undefined || subject.counterexamples.length > 0) return subject;
  }
  const { property, scope: where } = other;
  return subjectAt(catalogue, { family, property }, { scope: where, revision }, options, bounds);
}

export function hasProperty({ properties }: System, name: string | undefined): boolean {
  return properties.some(({ id }) => name === undefined || isMeantBy(name, id));
}

/** What is known to break a property, or anything where none is named, at another scope alone. */
function brokenElsewhere(
  catalogue: Catalogue,
  family: SystemFamily,
  revision: string,
  property: string | undefined,
): Broken | undefined {
  const broken = brokenIn(catalogue, family, revision);
  const meant = broken.filter((one) => property === undefined || isMeantBy(property, one.property));
  const isHere = ({ scope }: Broken) => isSameScope(scope, family.defaultScope);
  return meant.some(isHere) ? undefined : meant[0];
}

function subjectAt(
  catalogue: Catalogue,
  { family, finding, ...asked }: Asked,
  { scope, revision }: { readonly scope: Scope; readonly revision: string },
  { reduce }: SubjectOptions,
  bounds: Bounds,
): Subject {
  const system = family.build({ scope, revision });
  const properties = meantBy(asked.property, system.properties);
  const result = (reduce ? checkReduced : check)({ ...system, properties }, bounds);
  return {
    title: finding ? `${finding.id}: ${finding.claim}` : family.title,
    source: finding === undefined ? '' : (system.cite?.(finding.source) ?? finding.source),
    where: placeOf(family.name, revision, scope),
    of: { name: family.name, revision, scope },
    counterexamples: pick(result, asked.property, asBefore(catalogue, family, result)),
  };
}

/** What a name and the options ask for: a finding, a counterexample by its id, or a system. */
interface Asked {
  readonly family: SystemFamily;
  readonly finding?: Finding | undefined;
  readonly revision?: string;
  readonly property?: string;
}

function askedFor(catalogue: Catalogue, name: string, options: SubjectOptions): Asked {
  const { revision, property } = options;
  const own = {
    ...(revision !== undefined && { revision }),
    ...(property !== undefined && { property }),
  };
  const finding = catalogue.findings.find(({ id }) => id === name);
  if (finding !== undefined) {
    const family = findByName('system', finding.system, catalogue.families, (f) => f.name);
    return { family, finding, revision: finding.revision, property: finding.property, ...own };
  }
  const family = catalogue.families.find((f) => f.name === name);
  if (family !== undefined) return { family, ...own };
  const id = parseCounterexampleId(name);
  if (id === undefined) throw unknown(catalogue, name);
  if (revision !== undefined || property !== undefined) {
    throw new InputError(
      `'${name}' names a property and a revision: leave out --property and --revision`,
    );
  }
  return { ...id, family: findByName('system', id.system, catalogue.families, (f) => f.name) };
}

/**
 * The properties that a name means: one, or all instances of one; all where there is no name.
 *
 * @throws InputError for a name that means none
 */
function meantBy(name: string | undefined, properties: readonly Property[]): readonly Property[] {
  if (name === undefined) return properties;
  const exact = properties.filter(({ id }) => id === name);
  if (exact.length > 0) return exact;
  const instances = properties.filter(({ id }) => isMeantBy(name, id));
  if (instances.length > 0) return instances;
  return [findByName('property', name, properties, ({ id }) => id)];
}

/**
 * Of instances of one property the shortest run; without a name what breaks first, and of a change
 * rather what it breaks itself.
 */
function pick(
  { properties }: Pick<SystemResult, 'properties'>,
  name: string | undefined,
  before: Expectation | undefined,
): Counterexample[] {
  const broken = properties.flatMap((p) => (p.verdict === 'broken' ? [p.counterexample] : []));
  const length = ({ run }: Counterexample) => run.vectors.length;
  const wasSound = ({ property }: Counterexample) =>
    own(before?.properties, property.id) === 'holds';
  const chosen =
    name === undefined
      ? [...broken.filter(wasSound), ...broken]
      : [...broken].sort((a, b) => length(a) - length(b));
  return chosen.slice(0, 1);
}

/** A fault has a scope and a change of its own; any property of its system may be asked for. */
function faultSubject(
  catalogue: Catalogue,
  fault: Fault,
  options: SubjectOptions,
  bounds: Bounds,
): Subject {
  if (options.revision !== undefined || options.scope !== undefined) {
    throw new InputError(
      `${fault.id} is a change at a scope of its own: leave out --revision and --scope, or explain ` +
        `the system '${fault.system}'`,
    );
  }
  const family = findByName('system', fault.system, catalogue.families, (f) => f.name);
  const system = faultySystem(family, fault);
  const wanted = options.property ?? fault.expected[0]!;
  const property = findByName('property', wanted, system.properties, (p) => p.id);
  const result = check({ ...system, properties: [property] }, bounds);
  const change =
    'revision' in fault.change ? `${words().revision} ${fault.change.revision}` : fault.base;
  return {
    title: `${fault.id}: ${fault.title}`,
    source: fault.source,
    where: [fault.system, change, formatScope(fault.scope)].filter(Boolean).join(', '),
    of: { fault: fault.id },
    counterexamples: result.properties.flatMap((p) =>
      p.verdict === 'broken' ? [p.counterexample] : [],
    ),
    machine: fault.machine,
  };
}

function unknown(catalogue: Catalogue, name: string): InputError {
  const systems = systemsWithRule(catalogue, name);
  const [first] = systems;
  if (first !== undefined) {
    const where = counted(systems.length, systems.slice(0, 3));
    return new InputError(
      `'${name}' is a rule, of ${where}: name one, as in ` +
        `'${identity().name} explain ${first} --property ${quoted(name)}'`,
    );
  }
  const names = [...catalogue.faults, ...catalogue.findings]
    .map(({ id }) => id)
    .concat(catalogue.families.map((family) => family.name));
  const listed = `see '${identity().name} list' and '${identity().name} findings --all'`;
  return new InputError(
    `there is no fault, finding or system '${name}'; ${suggested(name, names, listed)}`,
  );
}

/** The systems that have a rule, those with the fewest states first. */
function systemsWithRule(catalogue: Catalogue, name: string): string[] {
  const states = ({ name: system }: SystemFamily) =>
    catalogue.expectations.find((one) => one.system === system)?.states ?? 0;
  const at = (family: SystemFamily) => ({
    scope: family.defaultScope,
    revision: defaultRevision(catalogue, family),
  });
  return catalogue.families
    .filter((family) => hasProperty(family.build(at(family)), name))
    .sort((a, b) => states(a) - states(b))
    .map((family) => family.name);
}

function counted(count: number, first: readonly string[]): string {
  const rest = count - first.length;
  return `${first.join(', ')}${rest > 0 ? ` and ${rest} more systems` : ''}`;
}

/** How the runs of a subject are drawn. */
export function optionsOf({ machine }: Subject): DiagramOptions {
  return machine === undefined ? {} : { expand: [machine] };
}
