import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Inspector } from 'xstate-check/cli';
import { specification } from './catalogue.ts';
import { doors, mappingRows } from './doors.ts';
import { MappingAnswers } from './importers/mapping-answers.ts';

const inspector = new Inspector({ ...specification, targets: [] }, { stately: false, taken: [] });

describe('the first page', () => {
  it('has a door for who reviews, who imports and who designs', () => {
    expect(inspector.overview().doors.map(({ shows }) => shows.kind)).toEqual([
      'run',
      'table',
      'comparison',
    ]);
  });

  it('shows a change as it was posted, and the run of a fault that is this change', () => {
    const [review] = doors;
    if (review?.shows.kind !== 'run') throw new Error('the first door shows no run');
    const { id, change } = review.shows;
    const patch = readFileSync('docs/patches/hot-reset-v6.patch', 'utf8');
    expect(patch).toContain(change.replace(/^\\\n/, ''));
    const fault = specification.faults.find((one) => one.id === id);
    expect(fault?.change).toEqual({ revision: 'v6' });
    expect(inspector.runs.counterexample(id).steps.length).toBeGreaterThan(0);
  });

  it('names a comparison that there is', () => {
    const [, , design] = doors;
    if (design?.shows.kind !== 'comparison') throw new Error('the third door compares nothing');
    expect(inspector.comparison(design.shows.name).designs.length).toBeGreaterThan(1);
  });
});

describe('when a mapping is gone', () => {
  const answers = new MappingAnswers('iommufd');

  it.each(mappingRows)(
    'after $when: what the machines answer',
    ({ call, mapping, answers: told }) => {
      const { goneBy, mapAnew } = answers.answer(call);
      expect(goneBy === undefined ? 'there' : 'gone').toBe(mapping);
      expect(mapAnew === 'ok' ? '0' : mapAnew).toBe(told);
    },
  );

  it.each(mappingRows)('after $when: a run that shows it', ({ call, find }) => {
    const subject = { system: 'dma-buf-life' };
    const { steps } = inspector.find(subject, find, 1);
    const begun = steps!.findLastIndex((label) => label.startsWith(`${call.call}:begin`));
    expect(begun).toBeGreaterThan(0);
    const later = steps!.slice(begun + 1).filter((label) => label.includes(':begin'));
    expect(later).toEqual([]);
    expect(steps!.filter((label) => label.startsWith('att[1].'))).toEqual(['att[1].map_file:ok']);
  });
});
