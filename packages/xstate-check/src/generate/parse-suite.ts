import { InputError } from '../base/errors.ts';
import { own } from '../base/own.ts';
import type { Scope } from '../specification/system.ts';
import { infeasibleIn } from './format-suite.ts';
import type { TestCase, TestStep, TestSuite } from './test-suite.ts';

/**
 * Reads the text of a suite.
 *
 * @throws InputError with the number of the line, for anything that `formatSuite` would not write
 */
export function parseSuite(text: string): TestSuite {
  const lines = text
    .split('\n')
    .map((content, i) => ({ content, number: i + 1 }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'));
  const firstTest = lines.findIndex(({ content }) => content.startsWith('test '));
  const end = firstTest < 0 ? lines.length : firstTest;
  const facts = parseFacts(lines.slice(0, end));
  const tests = parseTests(lines.slice(end));
  facts.agree('tests', tests.length);
  facts.agree(
    'steps',
    tests.reduce((sum, { steps }) => sum + steps.length, 0),
  );
  const infeasible = infeasibleIn(facts.obstacles);
  facts.agree('infeasible', infeasible);
  facts.agree('feasible', facts.count('required') - infeasible);
  return {
    system: facts.word('system'),
    revision: facts.word('revision'),
    scope: facts.scope(),
    ...(facts.has('part') && {
      part: { name: facts.word('part'), machine: facts.word('machine') },
    }),
    criterion: facts.word('criterion'),
    states: facts.count('states'),
    transitions: facts.count('transitions'),
    required: facts.count('required'),
    obstacles: facts.obstacles,
    tests,
  };
}

interface Line {
  readonly content: string;
  readonly number: number;
}

const FACTS = [
  ...['system', 'revision', 'scope', 'part', 'machine', 'criterion', 'states', 'transitions'],
  ...['required', 'feasible', 'infeasible', 'tests', 'steps', 'cannot'],
];

function parseFacts(lines: readonly Line[]): Facts {
  const facts = new Facts();
  for (const line of lines) {
    const [, name, value] = /^(\S+) *(.*)$/.exec(line.content) ?? [];
    if (name === undefined || !FACTS.includes(name)) {
      throw problem(line, `expected one of ${FACTS.join(', ')}, or a test`);
    }
    facts.add(line, name, value!);
  }
  return facts;
}

/** What is said about a suite before its tests. */
class Facts {
  readonly obstacles: { obstructs: number; path: string }[] = [];
  readonly #values = new Map<string, { value: string; line: Line }>();

  add(line: Line, name: string, value: string): void {
    if (name === 'cannot') this.#addObstacle(line, value);
    else if (this.#values.has(name)) throw problem(line, `'${name}' is given twice`);
    else this.#values.set(name, { value, line });
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  word(name: string): string {
    return this.#get(name).value;
  }

  count(name: string): number {
    const { value, line } = this.#get(name);
    if (!/^\d+$/.test(value)) throw problem(line, `'${name}' is a number`);
    return Number(value);
  }

  scope(): Scope {
    const { value, line } = this.#get('scope');
    const pairs = value === '' ? [] : value.split(' ');
    return Object.fromEntries(
      pairs.map((pair) => {
        const [, name, count] = /^([^=]+)=(\d+)$/.exec(pair) ?? [];
        if (name === undefined) throw problem(line, "the scope is written 'name=number …'");
        return [name, Number(count)];
      }),
    );
  }

  agree(name: string, counted: number): void {
    if (this.count(name) === counted) return;
    throw problem(this.#get(name).line, `it says ${name} ${this.word(name)}, and has ${counted}`);
  }

  #addObstacle(line: Line, value: string): void {
    const [, obstructs, path] = /^(\d+) +(\S.*)$/.exec(value) ?? [];
    if (path === undefined) throw problem(line, "an obstacle is written 'cannot number path'");
    this.obstacles.push({ obstructs: Number(obstructs), path });
  }

  #get(name: string): { value: string; line: Line } {
    const known = this.#values.get(name);
    if (known === undefined)
      throw new InputError(`not a generated test file: '${name}' is missing`);
    return known;
  }
}

interface OpenTest {
  id: string;
  title: string;
  given: Record<string, string>;
  steps: (TestStep & { shows: Record<string, string> })[];
}

function parseTests(lines: readonly Line[]): TestCase[] {
  const tests: OpenTest[] = [];
  const ids = new Set<string>();
  for (const line of lines) {
    const [, id, title] = /^test ([0-9a-f]{8}) {2}(.*)$/.exec(line.content) ?? [];
    if (id === undefined) parseStep(line, tests.at(-1));
    else if (ids.has(id)) throw problem(line, `the id ${id} is that of an earlier test`);
    else {
      ids.add(id);
      tests.push({ id, title: title!, given: {}, steps: [] });
    }
  }
  return tests;
}

function parseStep(line: Line, test: OpenTest | undefined): void {
  const [, kind, label] = /^ {2}(perform|observe) {2}(\S.*)$/.exec(line.content) ?? [];
  const [, when, key, value] =
    /^(?: {2}(given) {4}| {4}(?:then) {3})(\S.*?) = (.*)$/.exec(line.content) ?? [];
  if (test !== undefined && label !== undefined) {
    test.steps.push({ kind: kind as TestStep['kind'], label, shows: {} });
    return;
  }
  const shown = when === 'given' ? test?.given : test?.steps.at(-1)?.shows;
  const misplaced = when === 'given' && test?.steps.length !== 0;
  if (key === undefined || shown === undefined || misplaced) {
    throw problem(line, "expected 'test', 'given', 'perform', 'observe' or 'then' in its place");
  }
  if (own(shown, key) !== undefined) throw problem(line, `'${key}' is given twice`);
  shown[key] = value!;
}

function problem(line: Line, what: string): InputError {
  return new InputError(`line ${line.number}, '${line.content}': ${what}`);
}
