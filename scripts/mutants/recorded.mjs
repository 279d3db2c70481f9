/** Before each test file that is recorded: where its probes, and those of what it starts, tell. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect } from 'vitest';

const { root, hits } = JSON.parse(readFileSync(process.env.MUTANTS_PLAN, 'utf8'));
const file = expect.getState().testPath.slice(root.length + 1);
process.env.MUTANTS_HITS = join(hits, encodeURIComponent(file));
