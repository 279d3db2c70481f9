/** Before each test file that is recorded: where its probes, and those of what it starts, tell. */
import { join } from 'node:path';
import process from 'node:process';
import { expect } from 'vitest';

const { root, hits } = JSON.parse(process.env.MUTANTS_RECORDED);
const file = expect.getState().testPath.slice(root.length + 1);
process.env.MUTANTS_HITS = join(hits, encodeURIComponent(file));
