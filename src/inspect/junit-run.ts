import { readFileSync } from 'node:fs';
import { InputError } from '../errors.ts';
import { assertIsFile } from '../input-file.ts';

/**
 * The tests that passed in a JUnit file, as `kernel run --junit` writes it: their ids by suite. A
 * case has the file below the generated tests as its class (`lamp/lamp.transitions`), and the id of
 * the test in front of its name.
 *
 * @throws InputError for a file that has no such cases
 */
export function passedIn(file: string): Map<string, Set<string>> {
  assertIsFile(file, 'the JUnit file of a run');
  const text = readFileSync(file, 'utf8');
  const passed = new Map<string, Set<string>>();
  let cases = 0;
  for (const [, attributes = '', inside = ''] of text.matchAll(TEST_CASE)) {
    const suite = /\bclassname="([^"/]+)\//.exec(attributes)?.[1];
    const id = /\bname="([0-9a-f]{8})\b/.exec(attributes)?.[1];
    if (suite === undefined || id === undefined) continue;
    cases++;
    if (/<(?:failure|error|skipped)\b/.test(inside)) continue;
    passed.set(suite, (passed.get(suite) ?? new Set()).add(id));
  }
  if (cases > 0) return passed;
  throw new InputError(
    `'${file}' has no case of a generated test: give the JUnit file of a run of them`,
  );
}

const TEST_CASE = /<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;
