import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { identity } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import { type Catalogue, defaultRevision, optionsFor, quoted } from '../catalogue/catalogue.ts';
import {
  askedSubject,
  hasProperty,
  optionsOf,
  type Subject,
  type SubjectOptions,
  subjectOf,
} from '../catalogue/subject.ts';
import { diagram, drawn } from '../explain/diagram.ts';
import { ruleBroken } from '../explain/diagrams.ts';
import type { Bounds } from '../explore/explore.ts';
import { familiesNamed, withRefused } from '../load/file.ts';
import { type FileArgument, parseFileArgument } from '../load/file-argument.ts';
import { withoutVariant } from '../lts/label.ts';
import { inWords } from '../specification/predicate.ts';
import type { SystemFamily } from '../specification/system.ts';

export interface ExplainOptions extends SubjectOptions {
  readonly json?: boolean;
}

/**
 * Explains a fault (`P4`), a finding, a counterexample by its id, or what a system breaks first;
 * of the systems of a file the first that breaks anything.
 */
export async function explain(
  catalogue: Catalogue,
  name: string,
  options: ExplainOptions,
  bounds: Bounds,
  terminal: Terminal,
): Promise<number> {
  const argument = parseFileArgument(name);
  const { subject, refused } =
    argument === undefined
      ? { subject: subjectOf(catalogue, name, options, bounds), refused: [] }
      : await fileSubject(catalogue, argument, options, bounds);
  if (options.json) terminal.out(`${JSON.stringify(asJson(subject), null, 2)}\n`);
  else {
    for (const line of asText(subject)) terminal.out(line);
    if ('fault' in subject.of) for (const line of namesake(catalogue, name)) terminal.out(line);
  }
  return withRefused(EXIT.ok, refused, terminal);
}

/** Where a finding has the name of a fault, which goes first: how its run is printed. */
function* namesake(catalogue: Catalogue, name: string): Generator<string> {
  const finding = catalogue.findings.find(({ id }) => id === name);
  const family = catalogue.families.find((one) => one.name === finding?.system);
  if (finding === undefined || family === undefined) return;
  const { revision, scope = family.defaultScope } = finding;
  const property = `--property ${quoted(finding.property)}`;
  const options = optionsFor(catalogue, family, { revision, scope });
  yield '\n';
  yield* lines(`${name} is a finding too: ${finding.claim}`);
  yield `  ${[`${identity().name} explain`, family.name, property, options].filter(Boolean).join(' ')}\n`;
}

/** Of a file what is asked for, or the first of its systems that breaks anything. */
async function fileSubject(
  catalogue: Catalogue,
  { file, inside }: FileArgument,
  options: ExplainOptions,
  bounds: Bounds,
): Promise<{ readonly subject: Subject; readonly refused: readonly string[] }> {
  const { families, refused } = await familiesNamed(catalogue, file);
  const [first = '', ...rest] = inside?.split('/') ?? [];
  const one = families.find((family) => family.name === first);
  const property = one === undefined ? inside : rest.join('/') || undefined;
  if (property !== undefined && options.property !== undefined) {
    throw new InputError(`'${file}/${inside}' names a property: leave out --property`);
  }
  const wanted = property ?? options.property;
  const asked = { ...options, ...(wanted !== undefined && { property: wanted }) };
  let subject: Subject | undefined;
  for (const family of one === undefined ? havingProperty(catalogue, families, wanted) : [one]) {
    subject = askedSubject(catalogue, { family, ...asked }, options, bounds);
    if (subject.counterexamples.length > 0) break;
  }
  return { subject: subject!, refused };
}

/** The systems that have a property; all of them where none has it, so that one is told. */
function havingProperty(
  catalogue: Catalogue,
  families: readonly SystemFamily[],
  name: string | undefined,
): readonly SystemFamily[] {
  const have = families.filter((family) =>
    hasProperty(
      family.build({ scope: family.defaultScope, revision: defaultRevision(catalogue, family) }),
      name,
    ),
  );
  return have.length > 0 ? have : families;
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
    const { text, length } = drawn(counterexample, optionsOf(subject));
    const article = counterexample.isShortest === false ? 'A' : 'The shortest';
    yield '\n';
    yield* lines(ruleBroken(counterexample));
    const isAtStart = counterexample.run.vectors.length === 0 && counterexample.cycle === undefined;
    const how = isAtStart
      ? 'Broken before the first step'
      : `${article} run that breaks it, ${length}`;
    yield* lines(`${how}; ${subject.where}:`);
    yield `\n${text}`;
  }
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
