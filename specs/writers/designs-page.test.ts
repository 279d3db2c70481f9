import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { comparedMarkdown, comparedOf, expectedBands, familiesOf } from 'xstate-check/cli';
import { specification } from '../catalogue.ts';
import { p2pMemory } from '../comparisons/p2p-memory.ts';
import { designsPage } from './designs-page.ts';

const whole = { ...specification, targets: [] };

/**
 * The page without what only a check says: how long the shortest run is, which of several systems has
 * it, and what some run answers. designs-page.long.test.ts asks that.
 */
function withoutRuns(page: string): string {
  return page
    .replace(/^\| `.*$/gm, (row) => row.replace(/ \d+(?= )/g, ' X'))
    .replace(/\n### The runs[\s\S]*/, '');
}

describe('docs/designs.md', () => {
  const page = readFileSync(new URL('../../docs/designs.md', import.meta.url), 'utf8');

  it('has the verdicts of the manifest, and the searches', () => {
    const bands = expectedBands(whole, familiesOf(whole, p2pMemory));
    const compared = comparedOf(whole, p2pMemory, bands);
    const printed = [...comparedMarkdown(compared, [])].join('');
    expect(withoutRuns(page)).toBe(withoutRuns(designsPage(printed)));
  });

  it('gives the run of each broken cell, and how long it is', () => {
    const rows = page.match(/^\| `.*$/gm)!;
    const broken = rows.flatMap((row) => row.match(/ \d+(?: !)? (?=\|)/g) ?? []);
    expect(rows.join().includes(' X ')).toBe(false);
    expect(page.match(/^ {2}- \d, `/gm)).toHaveLength(broken.length);
  });

  it('has no line that is too long for a mail', () => {
    const [, ...sections] = page.split('\n## ');
    const lines = sections.flatMap((section) => section.split('\n'));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});
