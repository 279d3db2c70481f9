import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { programOf, run } from 'xstate-check/command';
import { specification } from '../catalogue.ts';
import { designsPage } from './designs-page.ts';

it('docs/designs.md is what the command prints', async () => {
  let printed = '';
  const keep = (text: string) => {
    printed += text;
  };
  const terminal = { out: keep, error: keep, progress: () => {}, colour: false };
  const program = programOf({ ...specification, targets: [] });
  expect(await run(program, ['compare', 'p2p-memory'], terminal)).toBe(0);
  const page = readFileSync(new URL('../../docs/designs.md', import.meta.url), 'utf8');
  expect(page).toBe(designsPage(printed));
});
