import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NotRead } from './ast.ts';
import { graphOf } from './read.fixture.ts';

const page = readFileSync(new URL('../../../../docs/reading-c.md', import.meta.url), 'utf8');
const table = page
  .slice(page.indexOf('## Not read'), page.indexOf('## Read as less'))
  .split('\n')
  .filter((line) => /^\| [^-]/.test(line))
  .slice(1)
  .map((line) => {
    const [, construct, example, said] = line.split(/\s*\| /) as [string, string, string, string];
    return { construct, body: example.replaceAll('`', ''), said: said.replace(/\s*\|$/, '') };
  });

describe('docs/reading-c.md: what is not read', () => {
  test('is a table', () => {
    expect(table.length).toBeGreaterThan(10);
  });

  test.each(table)('$construct', ({ body, said }) => {
    const text = `int f(struct lamp *lamp, int n)\n{\n${body}\n}`;
    let construct: string | undefined;
    try {
      graphOf(text);
    } catch (error) {
      if (!(error instanceof NotRead)) throw error;
      construct = error.construct;
    }
    expect(construct).toBe(said);
  });
});
