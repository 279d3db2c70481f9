import { expect, test } from 'vitest';
import { SourceReader } from '../../src/source/judge-source.ts';
import { CReader } from '../../src/source/parse.ts';
import { directoryTree } from '../../src/source/tree.ts';
import { Held, metIn, superfluous } from './held.fixture.ts';
import { cSpecification } from './index.ts';

const path = process.env.LINUX_TREE;
const reader = await CReader.load(cSpecification.dialect);
const source = new SourceReader(cSpecification, reader);

/** Small ones; the whole table is held in held.long.test.ts. */
const MACHINES = ['cleanup', 'release', 'low_power_exit', 'attach', 'revoke_notify', 'munmap'];

test.skipIf(path === undefined)(
  'with LINUX_TREE: without any row that is met in some functions, the C of one of them differs',
  { timeout: 60_000 },
  () => {
    const machines = cSpecification.machines.filter(({ id }) => MACHINES.includes(id));
    const tree = directoryTree(path!);
    const met = metIn(machines.map((machine) => new Held(machine, tree, source, reader)));
    expect(met.size).toBeGreaterThan(30);
    expect(superfluous(met)).toEqual([]);
  },
);
