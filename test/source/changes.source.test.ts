import { describe, expect, test } from 'vitest';
import { CReader, directoryTree, SourceReader } from 'xstate-check/kernel';
import { specification } from '../../specs/catalogue.ts';
import { cSpecification } from '../../specs/source/index.ts';
import { answerTo, summary } from './answers.fixture.ts';
import type { CChange } from './change.fixture.ts';
import { expected } from './expected.fixture.ts';
import { harmless } from './harmless.fixture.ts';
import { functionsRead, otherFunctions, pinnedFunctions } from './pinned.fixture.ts';
import { slips } from './slips.fixture.ts';

const reader = new SourceReader(cSpecification, await CReader.load(cSpecification.dialect));
const path = process.env.LINUX_TREE;

/** Ten slips that break a rule in one of the smallest systems, so that each takes a second or two. */
const quick = slips
  .filter(({ name }) =>
    /^(?:hot-reset-order|attach-not-p2p):/.test(expected[name]?.breaks[0] ?? ''),
  )
  .slice(0, 10);
const rest = slips.filter((slip) => !quick.includes(slip));

describe.skipIf(path === undefined)('with LINUX_TREE, the source of Linux 7.3.4', () => {
  const tree = directoryTree(path ?? '.');

  test('a part: its functions are those for which the answers were written down', () => {
    expect(otherFunctions(reader, tree)).toEqual([]);
  });

  test('of every function that is read, or changed, it is known whether it is that one', () => {
    expect(functionsRead(reader, tree, [...slips, ...harmless])).toEqual(pinnedFunctions);
  });

  const judged = async (change: CChange) =>
    summary(await answerTo(reader, specification, tree, change));
  const answers = (name: string, changes: readonly CChange[]) =>
    test.each(changes.map((change) => [change.name, change] as const))(
      `${name}: %s`,
      async (key, change) => {
        const { why: _, ...answer } = expected[key]!;
        expect(await judged(change)).toEqual(answer);
      },
    );

  answers('a part, a slip', quick);
  answers('a part, harmless', harmless.slice(0, 5));
  answers('a slip', rest);
  answers('harmless', harmless.slice(5));
});

test.skipIf(path !== undefined)(
  'a part: not run, there is no source of Linux: npm run linux-source',
  () => {},
);
