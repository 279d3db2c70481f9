import { InputError } from '../base/errors.ts';
import { identity } from '../base/program.ts';
import { type Commands, formatSuite } from '../generate/format-suite.ts';
import { testSuiteOf } from '../generate/make-suite.ts';
import { observablesOf } from '../generate/observables.ts';
import { suitePath, type TestSuite } from '../generate/test-suite.ts';
import { exploreForPaths } from '../paths/projection.ts';
import {
  MACHINE_CRITERIA,
  machineSuite,
  type Omission,
  type SuiteOrOmission,
  SYSTEM_CRITERIA,
  systemSuite,
} from '../paths/suite.ts';
import type { System } from '../specification/system.ts';
import type { Product } from '../system/product.ts';
import { compose } from '../system/product.ts';
import { type Catalogue, findByName } from './catalogue.ts';
import type { Task } from './work.ts';

/** A closed system whose runs become tests, and the machines in it that they are to cover. */
export interface SuiteSource<Scope = unknown> {
  /** Unique; the folder of its files. */
  readonly name: string;
  /** What it is about, as of families. */
  readonly subject?: string;
  readonly system: System;
  /** The parts whose machines are covered here, in the smallest system that closes them. */
  readonly parts: readonly string[];
  /** Whether the system's own transitions and transition pairs are covered too. */
  readonly whole: boolean;
  /** What the target makes before each test. */
  readonly targetScope: Scope;
  /** Whether a test does a step, or waits for the target to do it. */
  readonly performed: (product: Product, vector: number) => boolean;
}

/** The suites of one source; a part is left out where it cannot move at this scope. */
export interface GeneratedSuites {
  readonly source: SuiteSource;
  readonly suites: readonly TestSuite[];
  readonly omissions: readonly (Omission & { readonly of: string })[];
}

/** A suite whose system is built when it is asked for, once. */
export function suiteOf<Scope>(
  suite: Omit<SuiteSource<Scope>, 'system'>,
  build: () => System,
): SuiteSource<Scope> {
  let system: System | undefined;
  return {
    ...suite,
    get system() {
      system ??= build();
      return system;
    },
  };
}

export function generateSuites(source: SuiteSource): GeneratedSuites {
  const explored = exploreForPaths(compose(source.system));
  const { product } = explored;
  const suites: TestSuite[] = [];
  const omissions: (Omission & { of: string })[] = [];
  const vocabulary = {
    performed: (vector: number) => source.performed(product, vector),
    observables: observablesOf(product),
  };
  const keep = (of: string, made: SuiteOrOmission) => {
    if (made.kind === 'omitted') omissions.push({ ...made.omission, of });
    else {
      const named = { ...source.system, name: source.name };
      const suite = testSuiteOf(named, explored, made.suite, vocabulary);
      if (suites.some((one) => suitePath(one) === suitePath(suite))) {
        throw new InputError(
          `suite '${source.name}': two of its parts are of the machine '${of}', so that one file would overwrite the other`,
        );
      }
      suites.push(suite);
    }
  };
  for (const name of source.parts) {
    const part = product.parts.findIndex((candidate) => candidate.name === name);
    if (part < 0) throw new InputError(`suite '${source.name}': its system has no part '${name}'`);
    for (const criterion of MACHINE_CRITERIA) {
      keep(product.ltss[part]!.name, machineSuite(explored, part, criterion));
    }
  }
  if (source.whole) {
    for (const criterion of SYSTEM_CRITERIA) keep('system', systemSuite(explored, criterion));
  }
  return { source, suites, omissions };
}

/** Makes the suites of one source. */
export const makeSuites: Task<string, GeneratedSuites, Omit<GeneratedSuites, 'source'>> = {
  name: 'suites',
  about: (_, name) => `the tests of ${name}`,
  size: () => SIZE_OF_SUITE,
  of({ catalogue, progress }, name) {
    progress(`tests of ${name} …`);
    return generateSuites(sourceOf(catalogue, name));
  },
  tell: ({ source: _, ...told }) => told,
  hear: ({ catalogue }, name, told) => ({ ...told, source: sourceOf(catalogue, name) }),
};

/** A system of which tests are made is small, and the manifest does not say how small. */
export const SIZE_OF_SUITE = 10_000;

function sourceOf({ suites }: Catalogue, name: string): SuiteSource {
  return findByName('suite', name, suites, (source) => source.name);
}

/** How the tests of the specification are written and run. */
const commandsOfProgram = (): Commands => ({
  generate: `${identity().name} generate`,
  run: `\`${identity().name} test\``,
});

/** The files of generated suites: path below the directory, and text. */
export function filesOf(
  generated: readonly GeneratedSuites[],
  commands = commandsOfProgram(),
): { path: string; text: string }[] {
  return generated.flatMap(({ suites }) =>
    suites
      .filter((suite) => suite.tests.length > 0)
      .map((suite) => ({
        path: suitePath(suite),
        text: formatSuite(suite, commands),
      })),
  );
}
