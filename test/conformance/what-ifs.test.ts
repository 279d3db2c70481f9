import { describe, expect, it } from 'vitest';
import { specification } from '../../specs/catalogue.ts';
import { proposals, whatIfs } from '../../specs/revisions/index.ts';
import { notAsked } from './what-if-cases.ts';

/*
 * What is asked of a function is asked of every system that has it, and not only where its author
 * thought of it. The known defects: what-ifs.long.test.ts.
 */
describe.each(proposals)('$name', ({ name }) => {
  it('is asked of every system that it changes', () => {
    expect(notAsked(name)).toEqual([]);
  });
});

describe('what somebody proposes', () => {
  it('is compared with the versions, under a title that says what is asked', () => {
    const named = Object.keys(whatIfs).filter((name) => !name.includes('+'));
    expect(proposals.map(({ name }) => name)).toEqual(named);
    const compared = specification.revisions.filter(({ kind }) => kind === 'what-if');
    expect(compared).toEqual(expect.arrayContaining([...proposals]));
  });

  it('says that reset_prepare() waits for itself, where the manifest has it', () => {
    const broken = specification.expectations.filter(
      ({ revision, properties }) =>
        revision === 'reset-prepare' && Object.values(properties).includes('reset-prepare'),
    );
    expect([...new Set(broken.map(({ system }) => system))]).toEqual([
      'transitions',
      'low-power',
      'page-faults',
      'virtual-function',
      'function-reset-order',
      'device-registers',
      'hot-reset',
      'hot-reset-export',
      'hot-reset-order',
    ]);
    for (const { properties } of broken) expect(properties.rest).toBe('reset-prepare');
    const title = proposals.find(({ name }) => name === 'reset-prepare')?.title;
    expect(title).toContain('wait for themselves');
  });
});
