import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CReader, cSourceOf, directoryTree, readingOf } from 'xstate-check/kernel';
import { broken, endOf } from 'xstate-check/testing';
import { cSpecification } from './index.ts';

const path = process.env.LINUX_TREE;
const { machines, calls, leads, dialect } = cSpecification;
const reader = await CReader.load(dialect);

/** One machine of each function. */
const all = [...new Map(machines.map((one) => [cSourceOf(one)!.function, one])).entries()];

describe.skipIf(path === undefined)(
  'with LINUX_TREE: a function of the kernel that is cut off or whose words are mixed ends in states or in one sentence',
  { timeout: 60_000 },
  () => {
    test.each(all)('%s()', (name, machine) => {
      const { file } = cSourceOf(machine)!;
      const text = directoryTree(path!).read(file)!;
      const { line, endLine } = reader.read(file, text).functions.get(name)!;
      const own = text.split('\n').slice(line - 1, endLine);
      const reading = readingOf(machine, cSourceOf(machine)!, calls, leads);
      fc.assert(
        fc.property(broken([own.join('\n')]), (one) => {
          expect(endOf(file, one, reading)).toBeDefined();
        }),
        { numRuns: 25 },
      );
    });
  },
);
