import { check } from '../check/check.ts';
import { inWords } from '../check/predicate.ts';
import type { Counterexample } from '../check/verdict.ts';
import { InputError, nearest } from '../errors.ts';
import { type DiagramOptions, diagram } from '../explain/diagram.ts';
import type { Bounds } from '../explore/explore.ts';
import { type Fault, faultySystem } from '../faults/fault.ts';
import { withoutVariant } from '../lts/label.ts';
import { wrap } from '../text.ts';
import { type Catalogue, findByName, formatScope, parseScope } from './catalogue.ts';
import type { Terminal } from './terminal.ts';

export interface ExplainOptions {
  readonly property?: string;
  readonly revision?: string;
  readonly scope?: string;
  readonly json?: boolean;
}

/** Explains a fault (`P4`), a finding, or the first broken property of a system. */
export function explain(
  catalogue: Catalogue,
  name: string,
  options: ExplainOptions,
  bounds: Bounds,
  terminal: Terminal,
): number {
  const subject = subjectOf(catalogue, name, options, bounds);
  if (options.json) terminal.out(`${JSON.stringify(asJson(subject), null, 2)}\n`);
  else for (const line of asText(subject)) terminal.out(line);
  return 0;
}

interface Subject {
  readonly title: string;
  readonly source: string;
  readonly where: string;
  readonly counterexamples: readonly Counterexample[];
  /** The machine that has the fault; its steps are shown one by one. */
  readonly machine?: string;
}

function subjectOf(
  catalogue: Catalogue,
  name: string,
  options: ExplainOptions,
  bounds: Bounds,
): Subject {
  const fault = catalogue.faults.find(({ id }) => id === name);
  if (fault !== undefined) return faultSubject(catalogue, fault, options, bounds);
  const finding = catalogue.findings.find(({ id }) => id === name);
  const family = catalogue.families.find((f) => f.name === (finding?.system ?? name));
  if (family === undefined) throw unknown(catalogue, name);
  const revision = options.revision ?? finding?.revision ?? family.revisions[0]!;
  findByName('revision', revision, family.revisions, (r) => r);
  const scope = parseScope(options.scope, family);
  const result = check(family.build({ scope, revision }), bounds);
  const broken = result.properties.flatMap((p) =>
    p.verdict === 'broken' ? [p.counterexample] : [],
  );
  const wanted = options.property ?? finding?.property;
  if (wanted !== undefined) {
    findByName('property', wanted, result.properties, (p) => p.property.id);
  }
  return {
    title: finding ? `${finding.id}: ${finding.claim}` : family.title,
    source: finding?.source ?? '',
    where: `${family.name}, revision ${revision}, ${formatScope(scope)}`,
    counterexamples: pick(broken, wanted ?? broken[0]?.property.id),
  };
}

/** A fault has a scope and a change of its own; any property of its system may be asked for. */
function faultSubject(
  catalogue: Catalogue,
  fault: Fault,
  options: ExplainOptions,
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
  const change = 'revision' in fault.change ? `revision ${fault.change.revision}` : fault.base;
  return {
    title: `${fault.id}: ${fault.title}`,
    source: fault.source,
    where: `${fault.system}, ${change}, ${formatScope(fault.scope)}`,
    counterexamples: result.properties.flatMap((p) =>
      p.verdict === 'broken' ? [p.counterexample] : [],
    ),
    machine: fault.machine,
  };
}

function pick(all: readonly Counterexample[], property: string | undefined): Counterexample[] {
  return all.filter((counterexample) => counterexample.property.id === property);
}

function unknown(catalogue: Catalogue, name: string): InputError {
  const names = [...catalogue.faults, ...catalogue.findings]
    .map(({ id }) => id)
    .concat(catalogue.families.map((family) => family.name));
  return new InputError(
    `there is no fault, finding or system '${name}'; the nearest are ${nearest(name, names).join(', ')}`,
  );
}

function* asText(subject: Subject): Generator<string> {
  yield* lines(subject.title);
  if (subject.source) yield* lines(`Source: ${subject.source}`);
  if (subject.counterexamples.length === 0) {
    yield '\n';
    yield* lines(`There is no run that breaks it in ${subject.where}.`);
    return;
  }
  for (const counterexample of subject.counterexamples) {
    const { property, run } = counterexample;
    yield '\n';
    yield* lines(`Rule '${property.id}': ${property.title}.`);
    yield* lines(`The shortest run that breaks it, ${run.vectors.length} steps; ${subject.where}:`);
    yield `\n${diagram(counterexample, optionsOf(subject))}`;
  }
}

function optionsOf({ machine }: Subject): DiagramOptions {
  return machine === undefined ? {} : { expand: machine };
}

function lines(text: string): string[] {
  return wrap(text, 75).map((line) => `${line}\n`);
}

function asJson(subject: Subject): unknown {
  return {
    title: subject.title,
    source: subject.source,
    where: subject.where,
    counterexamples: subject.counterexamples.map((counterexample) => {
      const { property, run, cycle, space, finding } = counterexample;
      return {
        property: property.id,
        kind: property.kind,
        rule:
          'when' in property
            ? `${inWords(property.when)} -> ${inWords(property.then)}`
            : property.title,
        steps: run.vectors.map((v) => withoutVariant(space.product.vectors[v]!.label)),
        ...(cycle && {
          cycle: cycle.vectors.map((v) => withoutVariant(space.product.vectors[v]!.label)),
        }),
        finding,
        diagram: diagram(counterexample, optionsOf(subject)),
      };
    }),
  };
}
