import { expect, test } from 'vitest';
import { whatIfs } from '../../specs/revisions/index.ts';
import { notAsked } from './what-if-cases.ts';

test.each(Object.keys(whatIfs))('%s is asked of every system that it changes', (name) => {
  expect(notAsked(name)).toEqual([]);
});
