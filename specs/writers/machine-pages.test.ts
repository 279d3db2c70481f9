import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { specification } from '../catalogue.ts';
import { machinePages } from './machine-pages.ts';

const docs = new URL('../../docs/', import.meta.url);
const pages = machinePages();

describe('the pages that draw the machines', () => {
  it.each([...pages])('docs/%s is as `npm run docs` writes it', (path, text) => {
    expect(existsSync(new URL(path, docs)) && readFileSync(new URL(path, docs), 'utf8')).toBe(text);
  });

  it('are no others', () => {
    const present = readdirSync(new URL('machines/', docs)).map((file) => `machines/${file}`);
    expect(present.sort()).toEqual([...pages.keys()].filter((path) => path.includes('/')).sort());
  });

  it('have each machine once, and the list leads to it', () => {
    const links = [...pages.get('machines.md')!.matchAll(/^- \[(.*?)\]\((.*?)#(.*?)\)/gm)];
    expect(links.map(([, name]) => name)).toEqual(specification.machines.map(({ name }) => name));
    for (const [, , path, anchor] of links) {
      const headings = pages.get(path!)!.match(/^## .*$/gm)!;
      const anchors = headings.map((heading) =>
        heading.slice(3).replace(/[()]/g, '').replaceAll(' ', '-'),
      );
      expect(anchors.filter((a) => a === anchor)).toHaveLength(1);
    }
  });
});
