import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Markdown without the blocks that are shown as they are. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '').replace(/^(?: {4}|\t).*$/gm, '');
}

/** The paragraphs and lines of a table in which code begins and does not end. */
function strayBackticks(text: string): string[] {
  return prose(text)
    .split(/\n\s*\n|\n(?=[|#]|> |- )/)
    .filter((block) => (block.match(/`+/g) ?? []).length % 2 === 1)
    .map((block) => block.trim());
}

const pages = [
  'README.md',
  'kernel/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('every page', () => {
  it.each(pages)('%s ends the code that it begins', (page) => {
    expect(strayBackticks(readFileSync(page, 'utf8'))).toEqual([]);
  });

  it('is told by one that does not', () => {
    expect(
      strayBackticks('a `b` c\n\n(finding O1 explain O1`): wait\n\n```text\n`\n```\n'),
    ).toEqual(['(finding O1 explain O1`): wait']);
  });
});
