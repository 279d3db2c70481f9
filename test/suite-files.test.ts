import { expect, test } from 'vitest';
import { generateSuites } from 'xstate-check';
import { suites } from '../specs/suites.ts';

test('two parts of one machine are refused: the tests of one would overwrite the other', () => {
  const source = suites.find(({ name }) => name === 'sysfs-reset')!;
  expect(() => generateSuites({ ...source, parts: ['root', 'root'] })).toThrow(
    "suite 'sysfs-reset': two of its parts are of the machine 'sysfs_reset', so that one file would overwrite the other",
  );
});
