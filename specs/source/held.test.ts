import { expect, test } from 'vitest';
import { CReader, directoryTree, SourceReader } from 'xstate-check/kernel';
import { Held, metIn, superfluous } from './held.fixture.ts';
import { cSpecification } from './index.ts';
import { widened } from './widened.fixture.ts';

const path = process.env.LINUX_TREE;
const reader = await CReader.load(cSpecification.dialect);
const source = new SourceReader(cSpecification, reader);

/** Small ones; the whole table is held in held.source.test.ts. */
const MACHINES = ['cleanup', 'release', 'low_power_exit', 'attach', 'revoke_notify', 'munmap'];

const metWith = (ids: readonly string[]) => {
  const machines = cSpecification.machines.filter(({ id }) => ids.includes(id));
  const tree = directoryTree(path!);
  return metIn(machines.map((machine) => new Held(machine, tree, source, reader)));
};

test.skipIf(path === undefined)(
  'with LINUX_TREE: without any row that is met in some functions, the C of one of them differs',
  { timeout: 60_000 },
  () => {
    const met = metWith(MACHINES);
    expect(met.size).toBeGreaterThan(30);
    expect(superfluous(met)).toEqual([]);
  },
);

test.skipIf(path === undefined)(
  'with LINUX_TREE: what a row asks for is held: C with another object differs, and with a row that takes any it does not',
  { timeout: 60_000 },
  () => {
    const verdicts = widened(metWith(['release', 'low_power_exit', 'attach']));
    expect(verdicts.length).toBeGreaterThan(12);
    expect(verdicts.filter(({ heldBy }) => heldBy === 'stranger').length).toBeGreaterThan(10);
    expect(verdicts.filter(({ heldBy }) => !['right', 'stranger'].includes(heldBy))).toEqual([]);
  },
);
