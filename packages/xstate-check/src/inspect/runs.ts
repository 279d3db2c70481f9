import { InputError } from '../base/errors.ts';
import { identity } from '../base/program.ts';
import { type Catalogue, findByName, quoted } from '../catalogue/catalogue.ts';
import { optionsOf, type Subject, subjectOf } from '../catalogue/subject.ts';
import { type GeneratedSuites, generateSuites } from '../catalogue/suites.ts';
import type { Counterexample } from '../check/verdict.ts';
import { drawn } from '../explain/diagram.ts';
import { ruleBroken } from '../explain/diagrams.ts';
import type { TestSuite } from '../generate/test-suite.ts';
import { mailText } from './mail.ts';
import type { CounterexampleEntry, PathList, RunView } from './protocol.ts';
import { scopeText } from './subjects.ts';

/** What of the catalogue is not the program's own, so that its commands need the file. */
export interface RunsOptions {
  readonly file?: { readonly path: string; readonly systems: readonly string[] };
}

/** The runs that the specification has: of faults and findings, and those of the generated tests. */
export class Runs {
  readonly #catalogue: Catalogue;
  readonly #options: RunsOptions;
  readonly #counterexamples = new Map<string, RunView>();
  readonly #generated = new Map<string, GeneratedSuites>();

  constructor(catalogue: Catalogue, options: RunsOptions = {}) {
    this.#catalogue = catalogue;
    this.#options = options;
  }

  /** Everything that is known by name to have a counterexample. */
  entries(): CounterexampleEntry[] {
    const { faults, findings } = this.#catalogue;
    return [
      ...findings.map(({ id, claim, system, revision, property, source }) => ({
        ...{ id, kind: 'finding' as const, title: claim, system, revision, property, source },
      })),
      ...faults.map(({ id, title, system, change, base, expected, source }) => ({
        ...{ id, kind: 'fault' as const, title, system, source },
        revision: 'revision' in change ? change.revision : base,
        property: expected[0]!,
      })),
    ];
  }

  /**
   * The shortest run of a fault (`P4`), a finding, or a broken property (`door/calm/v2`), looked for
   * when it is first asked for.
   *
   * @throws InputError where there is none
   */
  counterexample(id: string): RunView {
    const known = this.#counterexamples.get(id);
    if (known !== undefined) return known;
    const subject = subjectOf(this.#catalogue, id, {}, {});
    const [counterexample] = subject.counterexamples;
    if (counterexample === undefined) {
      throw new InputError(`there is no run that breaks '${id}' in ${subject.where}`);
    }
    const { property, run, cycle, space, finding } = counterexample;
    const labels = (vectors: readonly number[]) =>
      vectors.map((vector) => space.product.vectors[vector]!.label);
    const { of } = subject;
    const { text, length, said } = drawn(counterexample, optionsOf(subject));
    const title = subject.title;
    const source = subject.source || property.source;
    const mail = mailText({
      ...{ title, source, where: subject.where, text, rule: ruleBroken(counterexample) },
      length: `${counterexample.isShortest === false ? 'A run' : 'The shortest run'} that breaks it, ${length}`,
      command: this.#commandOf(id, of, property.id),
    });
    const view: RunView = {
      id,
      ...{ title, source, said, mail },
      subject:
        'fault' in of ? of : { system: of.name, revision: of.revision, scope: scopeText(of.scope) },
      steps: labels(run.vectors),
      ...loopOf(cycle, labels),
      property: property.id,
      finding: finding.replace(/^always, and yet /, ''),
      text: `${length}:\n\n${text}`,
    };
    this.#counterexamples.set(id, view);
    return view;
  }

  /** The words of the command that explains the same. */
  #commandOf(id: string, of: Subject['of'], property: string): string[] {
    if ('fault' in of) return ['explain', quoted(id)];
    const { file } = this.#options;
    if (file?.systems.includes(of.name)) {
      return ['explain', quoted(`${file.path}/${of.name}/${property}`)];
    }
    const family = this.#catalogue.families.find(({ name }) => name === of.name);
    const tree = family?.changeOf?.source;
    return ['explain', quoted(id), ...(tree === undefined ? [] : ['--source', quoted(tree)])];
  }

  /** The tests of a suite, made when they are first asked for. @throws InputError for an unknown one */
  generated(name: string): GeneratedSuites {
    const source = findByName('suite', name, this.#catalogue.suites, (suite) => suite.name);
    let generated = this.#generated.get(name);
    if (generated === undefined) {
      generated = generateSuites(source);
      this.#generated.set(name, generated);
    }
    return generated;
  }

  /** How many different paths a suite has, where it was made already. */
  count(name: string): number | undefined {
    const generated = this.#generated.get(name);
    if (generated === undefined) return undefined;
    return new Set(generated.suites.flatMap(({ tests }) => tests.map(({ id }) => id))).size;
  }

  paths(name: string): PathList {
    const paths = this.generated(name).suites.flatMap((suite) =>
      suite.tests.map((test) => ({
        id: `${name}/${test.id}`,
        title: test.title,
        criterion: criterionOf(suite),
        steps: test.steps.length,
      })),
    );
    return { suite: name, paths };
  }

  /** The path of a test by its id alone, as generated files and runs of them name it. */
  find(test: string): string | undefined {
    const suite = this.#catalogue.suites.find(({ name }) =>
      this.generated(name).suites.some(({ tests }) => tests.some(({ id }) => id === test)),
    );
    return suite && `${suite.name}/${test}`;
  }

  /**
   * The run of a generated test: `SUITE/TEST`, as the generated files call it. The same run may be in
   * the files of several criteria.
   *
   * @throws InputError where there is none
   */
  path(id: string): RunView {
    const [name = '', test = ''] = id.split('/');
    const { source, suites } = this.generated(name);
    for (const suite of suites) {
      const found = suite.tests.find((one) => one.id === test);
      if (found === undefined) continue;
      return {
        id,
        title: found.title,
        source: `${criterionOf(suite)}: ${identity().name} test ${source.name}`,
        subject: { suite: name },
        steps: found.steps.map(({ label }) => label),
      };
    }
    throw new InputError(`the tests of '${name}' have none with the id '${test}'`);
  }
}

function loopOf(
  cycle: Counterexample['cycle'],
  labels: (vectors: readonly number[]) => string[],
): Pick<RunView, 'loop'> {
  return cycle === undefined || cycle.vectors.length === 0 ? {} : { loop: labels(cycle.vectors) };
}

/** `prime paths of buffer`. */
function criterionOf({ criterion, part }: TestSuite): string {
  return `${criterion} of ${part?.machine ?? 'the system'}`;
}
