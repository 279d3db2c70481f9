import { InputError } from '../base/errors.ts';
import { identity } from '../base/program.ts';
import { paint, type Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import { type Catalogue, type Finding, findByName, placeOf } from '../catalogue/catalogue.ts';
import { labelsOf } from '../catalogue/judge.ts';
import { familyOf, statesAt } from '../catalogue/judge-place.ts';
import { findingsAt, newestRelease } from '../catalogue/known.ts';
import { plainTask, type Work } from '../catalogue/work.ts';
import { check, type PropertyResult } from '../check/check.ts';
import { lengthInWords } from '../explain/run-length.ts';
import type { Bounds } from '../explore/explore.ts';
import type { Scope, SystemFamily } from '../specification/system.ts';

export interface FindingsOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** A finding beside the run that shows it, which is missing where the property does not break. */
interface Shown {
  readonly finding: Finding;
  readonly scope: Scope;
  readonly run?: readonly string[];
  /** For leads-to: what is repeated for ever after the run. */
  readonly cycle?: readonly string[];
}

/** Lists findings, each with the run that shows it; 1 where one of them has none. */
export async function findingsCommand(
  work: Work,
  options: FindingsOptions,
  terminal: Terminal,
): Promise<number> {
  const { catalogue } = work.means;
  const revision = options.all ? undefined : releaseOf(catalogue);
  // Of a release each is shown there, although it may have been found in another.
  const findings =
    revision === undefined
      ? catalogue.findings
      : findingsAt(catalogue, revision).map((finding) => ({ ...finding, revision }));
  const shown = await runsOf(work, findings);
  terminal.progress('');
  const wrong = shown.filter(({ run }) => run === undefined);
  if (options.json) terminal.out(`${JSON.stringify(shown.map(asJson), null, 2)}\n`);
  else {
    for (const one of shown) for (const line of asText(one, terminal)) terminal.out(line);
    terminal.out(footer(catalogue, shown.length, revision));
  }
  for (const { finding, scope } of wrong) {
    terminal.error(
      `${identity().name}: the finding ${finding.id} is an error in the specification: '${finding.property}' ` +
        `does not break in ${placeOf(finding.system, finding.revision, scope)}\n`,
    );
  }
  return wrong.length === 0 ? 0 : 1;
}

function releaseOf(catalogue: Catalogue): string {
  const release = newestRelease(catalogue);
  if (release !== undefined) return release.name;
  throw new InputError('no revision is a release: list the findings of all with --all');
}

/** Findings of one system at one revision and scope are looked for in one state space. */
async function runsOf(work: Work, findings: readonly Finding[]): Promise<Shown[]> {
  const { catalogue } = work.means;
  const places = new Map<string, Finding[]>();
  for (const finding of findings) {
    const family = familyOf(catalogue, finding.system);
    findByName('revision', finding.revision, family.revisions, (r) => r);
    const key = keyOf(finding, family);
    const here = places.get(key);
    if (here === undefined) places.set(key, [finding]);
    else here.push(finding);
  }
  const here = [...places.values()];
  const answers = await work.all(showFindings, here);
  const shown = new Map(here.flat().map((finding, i) => [finding, answers.flat()[i]!]));
  return findings.map((finding) => ({ finding, ...shown.get(finding)! }));
}

/** Shows the findings of one system at one revision and scope. */
export const showFindings = plainTask({
  name: 'findings',
  about: (_, here: readonly Finding[]) => `${here[0]!.system} ${here[0]!.revision}`,
  size: (catalogue, here) => {
    const { system, revision, scope } = here[0]!;
    return statesAt(catalogue, {
      ...{ system, revision },
      scope: scope ?? familyOf(catalogue, system).defaultScope,
    });
  },
  of({ catalogue, bounds, progress }, here) {
    const { system, revision } = here[0]!;
    progress(`${system} ${revision} …`);
    return showAll(familyOf(catalogue, system), here, bounds);
  },
});

function keyOf({ revision, scope }: Finding, family: SystemFamily): string {
  return JSON.stringify([family.name, revision, scope ?? family.defaultScope]);
}

/** @param here - findings of one system at one revision and scope */
function showAll(
  family: SystemFamily,
  here: readonly Finding[],
  bounds: Bounds,
): Omit<Shown, 'finding'>[] {
  const { revision, scope = family.defaultScope } = here[0]!;
  const system = family.build({ scope, revision });
  for (const { property } of here) findByName('property', property, system.properties, (p) => p.id);
  const properties = system.properties.filter(({ id }) => here.some((f) => f.property === id));
  const result = check({ ...system, properties }, bounds);
  return here.map((finding) => {
    const judged = result.properties.find(({ property }) => property.id === finding.property)!;
    return { scope, ...walkOf(judged) };
  });
}

function walkOf(judged: PropertyResult): Pick<Shown, 'run' | 'cycle'> {
  if (judged.verdict !== 'broken') return {};
  const { run, cycle, space } = judged.counterexample;
  return {
    run: labelsOf({ space }, run.vectors),
    ...(cycle !== undefined && { cycle: labelsOf({ space }, cycle.vectors) }),
  };
}

function* asText({ finding, scope, run, cycle }: Shown, terminal: Terminal): Generator<string> {
  const { id, claim, property, source, derived } = finding;
  yield `${paint(terminal, 'bold', id)}\n`;
  for (const line of wrap(claim, 78)) yield `  ${line}\n`;
  const found =
    run === undefined
      ? paint(terminal, 'red', 'NONE: the property does not break here')
      : `${lengthInWords(run.length, cycle?.length)}: ${identity().name} explain ${id}`;
  yield* field('breaks', property);
  yield* field('in', placeOf(finding.system, finding.revision, scope));
  yield* field('run', found);
  yield* field('source', source);
  yield* field('stated', derived ? 'by nobody; derived here' : 'by the source');
  yield '\n';
}

function* field(name: string, text: string): Generator<string> {
  for (const [i, line] of wrap(text, 68).entries()) {
    yield `  ${(i === 0 ? name : '').padEnd(8)}${line}\n`;
  }
}

function footer({ findings }: Catalogue, shown: number, revision: string | undefined): string {
  if (revision === undefined) return `${shown} findings of all revisions\n`;
  const others = findings.length - shown;
  const more =
    others === 0 ? '' : `; ${others} of other revisions: ${identity().name} findings --all`;
  return `${shown} ${shown === 1 ? 'finding' : 'findings'} of ${revision}${more}\n`;
}

function asJson({ finding, scope, run, cycle }: Shown) {
  const { id, system, revision, property, claim, source, derived } = finding;
  return {
    id,
    system,
    revision,
    scope,
    property,
    claim,
    run: run ?? null,
    ...(cycle !== undefined && { cycle }),
    source,
    derived,
  };
}
