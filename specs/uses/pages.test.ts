import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { flowPages } from './pages.ts';

const pages = [...flowPages()];

it.each(pages)('docs/%s is what the machines say', (path, text) => {
  expect(readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')).toBe(text);
});

it.each(pages)('docs/%s fits on a screen or two', (_, text) => {
  expect(text.split('\n').length).toBeLessThanOrEqual(70);
});
