import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pagesOfCommands, tryPage } from './try-page.ts';
import { readme } from './write-docs.ts';

const isThere = process.env.LINUX_TREE !== undefined;

describe.skipIf(!isThere)('a part: with LINUX_TREE, the root of the source of Linux 7.3.4', () => {
  test.each(pagesOfCommands())('%s shows what its commands print', async (path) => {
    const page = readFileSync(path, 'utf8');
    expect(await tryPage(page)).toBe(page);
  });

  test('the first screen of README.md shows the run of its patch', async () => {
    const text = readFileSync('README.md', 'utf8');
    const [block = ''] = /<!-- patch [\s\S]*?<!-- end -->/.exec(text) ?? [];
    expect(block).toContain('CPU0');
    expect(await readme(block)).toBe(block);
  });
});

test.skipIf(isThere)(
  'a part: not run, there is no source of Linux: npm run linux-source',
  () => {},
);
