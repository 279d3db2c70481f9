import { InputError } from '../base/errors.ts';
import type { Scope } from '../specification/system.ts';
import type { Observables, TestCase, TestStep, TestSuite } from './test-suite.ts';

/** How every generated file begins; files that don't are never overwritten. */
export const GENERATED = '# Generated';

/** How the tests are written and run. */
export interface Commands {
  readonly generate: string;
  /** What comes after "Run it with". */
  readonly run: string;
}

/**
 * The text of a suite: comments, one line for each fact about the suite, then the tests, one line
 * for each step and each thing that can be seen to change. `parseSuite` reads it back.
 *
 * @throws InputError for a name that the format cannot hold, such as one of two lines
 */
export function formatSuite(suite: TestSuite, commands: Commands): string {
  const lines = [...comments(commands), '', ...facts(suite), ...suite.tests.flatMap(testLines)];
  return `${lines.join('\n')}\n`;
}

function comments({ generate, run }: Commands): string[] {
  return [
    `${GENERATED} by \`${generate}\`. Do not edit: it is made anew and compared.`,
    `# Run it with ${run}.`,
    '#',
    '# given    what can be seen before the first step',
    '# perform  a step that the test does',
    '# observe  a step that the test waits for',
    '# then     what can be seen to have changed after the step; ? is unknown from here on',
    '# cannot   in how many required paths there is something that no run of the system contains',
  ];
}

function facts(suite: TestSuite): string[] {
  const { part, required, obstacles, tests } = suite;
  const infeasible = infeasibleIn(obstacles);
  const table: [string, string | number][] = [
    ['system', suite.system],
    ['revision', suite.revision],
    ['scope', formatScope(suite.scope)],
    ...(part === undefined
      ? []
      : ([
          ['part', part.name],
          ['machine', part.machine],
        ] as [string, string][])),
    ['criterion', suite.criterion],
    ['states', suite.states],
    ['transitions', suite.transitions],
    ['required', required],
    ['feasible', required - infeasible],
    ['infeasible', infeasible],
    ['tests', tests.length],
    ['steps', tests.reduce((sum, { steps }) => sum + steps.length, 0)],
    ...obstacles.map(({ obstructs, path }): [string, string] => [
      'cannot',
      `${String(obstructs).padEnd(4)} ${path}`,
    ]),
  ];
  return table.map(([name, value]) => `${name.padEnd(11)} ${oneLine(String(value))}`.trimEnd());
}

/** How many required paths are infeasible. */
export function infeasibleIn(obstacles: TestSuite['obstacles']): number {
  return obstacles.reduce((sum, { obstructs }) => sum + obstructs, 0);
}

function formatScope(scope: Scope): string {
  return Object.entries(scope)
    .map(([name, count]) => `${name}=${count}`)
    .join(' ');
}

function testLines({ id, title, given, steps }: TestCase): string[] {
  return [
    '',
    `test ${id}  ${oneLine(title)}`,
    ...observableLines('  given    ', given),
    ...steps.flatMap(stepLines),
  ];
}

function stepLines({ kind, label, shows }: TestStep): string[] {
  return [`  ${kind}  ${oneLine(label)}`, ...observableLines('    then   ', shows)];
}

function observableLines(lead: string, observables: Observables): string[] {
  return Object.entries(observables).map(([key, value]) => {
    if (key.includes(' = ')) throw new InputError(`the observable '${key}' has ' = ' in its name`);
    return `${lead}${oneLine(key)} = ${oneLine(value)}`;
  });
}

function oneLine(text: string): string {
  if (/^\S(.*\S)?$/.test(text) || text === '') return text;
  throw new InputError(
    `${JSON.stringify(text)} cannot be written on a line of a test: give it a name without line ` +
      'breaks and without spaces at its ends',
  );
}
