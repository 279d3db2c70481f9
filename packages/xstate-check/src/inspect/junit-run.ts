import { readFileSync } from 'node:fs';
import sax from 'sax';
import { InputError } from '../base/errors.ts';
import { assertIsFile } from '../base/input-file.ts';

/**
 * The tests that passed in a JUnit file, as a run of the generated tests writes it: their ids by suite. A
 * case has the file below the generated tests as its class (`lamp/lamp.transitions`), and the id of
 * the test in front of its name. One that is there twice has passed where both have.
 *
 * @throws InputError for a file that is no XML, and one that has no such cases
 */
export function passedIn(file: string): Map<string, Set<string>> {
  assertIsFile(file, 'the JUnit file of a run');
  const cases = casesIn(file, readFileSync(file, 'utf8'));
  const passed = new Map<string, Set<string>>();
  const failed = new Set(cases.filter((one) => !one.passed).map(keyOf));
  for (const one of cases) {
    if (failed.has(keyOf(one))) continue;
    passed.set(one.suite, (passed.get(one.suite) ?? new Set()).add(one.id));
  }
  if (cases.length > 0) return passed;
  throw new InputError(
    `'${file}' has no case of a generated test: give the JUnit file of a run of them`,
  );
}

interface Case {
  readonly suite: string;
  readonly id: string;
  passed: boolean;
}

const keyOf = ({ suite, id }: Case): string => `${suite}/${id}`;

/** The cases of generated tests, by a parser: a comment and a text may look like a case. */
function casesIn(file: string, text: string): Case[] {
  const cases: Case[] = [];
  const open: (Case | undefined)[] = [];
  const parser = sax.parser(true);
  parser.onerror = ({ message }) => {
    const [what, line] = message.split('\n');
    const where = /\d+/.exec(line ?? '');
    throw new InputError(
      `'${file}' is no XML: ${what}${where === null ? '' : ` (line ${Number(where[0]) + 1})`}; ` +
        'give the JUnit file of a run',
    );
  };
  parser.onopentag = ({ name, attributes }) => {
    const within = open.at(-1);
    if (within !== undefined && UNPASSED.has(name)) within.passed = false;
    const found = name === 'testcase' ? caseOf(attributes as Record<string, string>) : undefined;
    if (found !== undefined) cases.push(found);
    open.push(found);
  };
  parser.onclosetag = () => {
    open.pop();
  };
  parser.write(text).close();
  return cases;
}

/** What inside a case says that it has not passed. */
const UNPASSED = new Set(['failure', 'error', 'skipped']);

/** What tools that say how a case went, in `status` or `result`, call one that has. */
const PASSED = new Set(['passed', 'pass', 'ok', 'success', 'run', 'completed']);

function caseOf({ classname, name, status, result }: Record<string, string>): Case | undefined {
  const suite = /^([^/]+)\//.exec(classname ?? '')?.[1];
  const id = /^([0-9a-f]{8})\b/.exec(name ?? '')?.[1];
  if (suite === undefined || id === undefined) return undefined;
  const said = [status, result].filter((one) => one !== undefined);
  return { suite, id, passed: said.every((one) => PASSED.has(one.toLowerCase())) };
}
