import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
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
  'CONTRIBUTING.md',
  'kernel/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** What the prose of a page leads to in this repository, as `path#anchor`, from its root. */
function linksOf(page: string, text: string): string[] {
  const targets = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) =>
      target.startsWith('#') ? page + target : posix.join(posix.dirname(page), target),
    );
}

/** The anchors of a page, as GitHub and GitLab make them of its headings, and those it names itself. */
function anchorsOf(text: string): string[] {
  const headings = [...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text.matchAll(/<a id="(.*?)">/g)].map(([, id]) => id!)];
}

/** The links of a page that lead nowhere. */
function deadLinks(page: string, text: string): string[] {
  return linksOf(page, text).filter((link) => {
    const [path = '', anchor] = link.split('#');
    if (path !== page && !existsSync(path)) return true;
    if (anchor === undefined) return false;
    return !anchorsOf(path === page ? text : readFileSync(path, 'utf8')).includes(anchor);
  });
}

describe('every page', () => {
  it.each(pages)('%s ends the code that it begins', (page) => {
    expect(strayBackticks(readFileSync(page, 'utf8'))).toEqual([]);
  });

  it('is told by one that does not', () => {
    expect(
      strayBackticks('a `b` c\n\n(finding O1 explain O1`): wait\n\n```text\n`\n```\n'),
    ).toEqual(['(finding O1 explain O1`): wait']);
  });

  it.each(pages)('%s leads to what is there', (page) => {
    expect(deadLinks(page, readFileSync(page, 'utf8'))).toEqual([]);
  });

  it('is told by a link that leads nowhere', () => {
    const text = '# A b\n\n[a](#a-b) [b](docs/semantics.md#rules) [c](#c) [d](docs/d.md#d)\n';
    expect(deadLinks('README.md', text)).toEqual(['README.md#c', 'docs/d.md#d']);
  });

  it('is led to by another', () => {
    const links = pages.flatMap((page) =>
      linksOf(page, readFileSync(page, 'utf8')).filter((link) => !link.startsWith(`${page}#`)),
    );
    const led = new Set(links.map((link) => link.split('#')[0]));
    expect(pages.filter((page) => page !== 'README.md' && !led.has(page))).toEqual([]);
  });
});

describe('the words of docs/words.md', () => {
  const dictionary = readFileSync('docs/words.md', 'utf8');
  const words = [...dictionary.matchAll(/^- <a id="(.*?)"><\/a>\*\*(.*?)\*\*/gm)].map(
    ([, anchor, word]) => ({ anchor: anchor!, word: word! }),
  );
  const others = pages.filter((page) => page !== 'docs/words.md');
  const marked = (text: string) => [...prose(text).matchAll(/(?<!\w)_(\w[\w -]*)_(?!\w)/g)];

  it('are thirty', () => {
    expect(words).toHaveLength(30);
    expect(dictionary).toContain('Thirty words');
  });

  it('are each led to from where they are used', () => {
    const led = new Set(others.flatMap((page) => linksOf(page, readFileSync(page, 'utf8'))));
    expect(words.filter(({ anchor }) => !led.has(`docs/words.md#${anchor}`))).toEqual([]);
  });

  it('are said nowhere else: a word that a page explains stands in italics there', () => {
    const again = others.flatMap((page) =>
      marked(readFileSync(page, 'utf8'))
        .map(([, word]) => word!.toLowerCase().replace(/s$/, ''))
        .filter((italic) => words.some(({ word }) => word === italic))
        .map((word) => `${page}: ${word}`),
    );
    expect(again).toEqual([]);
  });
});
