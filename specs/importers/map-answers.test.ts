import { describe, expect, it } from 'vitest';
import { mapAnswers } from './map-answers.ts';
import { kindOn, WAYS } from './ranges.system.ts';

describe('what map answers by route and number of ranges', () => {
  it.each(WAYS)('$route, $ranges: what the contract of that importer says', (way) => {
    const refused = kindOn(way) === 'several_ranges_translated';
    expect(mapAnswers(way)).toEqual([refused ? '-EADDRINUSE' : 'ok']);
  });

  it.each(WAYS)('$route, $ranges: 0 where the offset is the sum of the lengths', (way) => {
    expect(mapAnswers(way, 'offset-added-up')).toEqual(['ok']);
  });

  it('a number taken for a sum is right where every range before the last has one unit', () => {
    const two = { route: 'translated', ranges: 2 } as const;
    expect(mapAnswers(two, 'offset-added-up+number')).toEqual(['-EADDRINUSE', 'ok']);
  });

  it.each([1, 2, 3])('no route, %i: -EINVAL', (ranges) => {
    expect(mapAnswers({ route: 'none', ranges })).toEqual(['-EINVAL']);
  });
});
