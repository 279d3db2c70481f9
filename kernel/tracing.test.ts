import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FUNCTIONS, PROBES } from './tracing.ts';

/** The page with the commands for one's own machine. */
const page = readFileSync('docs/traces.md', 'utf8');

test('kernel run traces what the page says', () => {
  for (const name of FUNCTIONS) expect(page).toContain(name);
  const probes = page.match(/^ +[pr]:\w+ .*$/gm)?.map((line) => line.trim());
  expect(PROBES.map((probe) => probe.replace(/^r32:/, 'r:'))).toEqual(probes);
});
