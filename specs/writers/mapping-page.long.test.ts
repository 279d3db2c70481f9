import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MappingAnswers, OWNER_CALLS } from '../importers/mapping-answers.ts';
import { mappingPage } from './mapping-page.ts';

const iommufd = new MappingAnswers('iommufd');
const inCallback = new MappingAnswers('unmaps_in_callback');
const later = new MappingAnswers('unmaps_later');

/** A call that goes well, or in which one step of a hot reset fails. */
const call = (name: string, outcome = 'ok', fails?: string) => ({
  call: name,
  outcome,
  ...(fails && { fails }),
});
const siblingIsTaken = call('bus.hot_reset', '-EBUSY', 'dev[1].memory_lock.down_write_trylock:0');

it('docs/when-may-i-map.md is what the machines say', () => {
  const page = readFileSync(new URL('../../docs/when-may-i-map.md', import.meta.url), 'utf8');
  expect(page).toBe(mappingPage());
});

describe('what the machines say is what was read', () => {
  it('a mapping of iommufd that was revoked is dead, and MAP_FILE has to be called again', () => {
    for (const reset of [call('dev[0].device_reset'), call('bus.hot_reset'), siblingIsTaken]) {
      const { goneBy, mapAnew, mapAgain } = iommufd.answer(reset);
      expect(goneBy).toMatch(/^buf\[0\]\.revoke/);
      expect(mapAnew).toBe('ok');
      expect(mapAgain).toEqual(['att[0].ioas_unmap:ok', 'att[0].map_file:ok']);
    }
  });

  it('a hot reset touches the devices that it has come to, and no others', () => {
    const own = call('bus.hot_reset', '-EBUSY', 'dev[0].memory_lock.down_write_trylock:0');
    for (const answers of [iommufd, inCallback, later]) {
      expect(answers.answer(siblingIsTaken).goneBy).toBeDefined();
      expect(answers.answer(own).goneBy).toBeUndefined();
    }
  });

  it('a hot reset brings back a device from D3hot, also where the bus reset fails', () => {
    const { mapsAfter } = later.answer(call('dev[0].write_pmcsr(D3hot)'));
    expect(mapsAfter.map((back) => back.call)).toEqual([
      call('dev[0].write_pmcsr(D0)'),
      call('dev[0].device_reset'),
      call('dev[0].device_reset', 'failed'),
      call('bus.hot_reset'),
      call('bus.hot_reset', '-ENOTTY', 'bus.reset:-ENOTTY'),
    ]);
  });

  it('memory comes back with COMMAND.MEM alone', () => {
    const { mapAnew, mapsAfter } = inCallback.answer(call('dev[0].write_command(MEM=0)'));
    expect(mapAnew).toBe('-ENODEV');
    expect(mapsAfter.map((back) => back.call)).toEqual([call('dev[0].write_command(MEM=1)')]);
  });

  it('low power ends with LOW_POWER_EXIT; what else gives back, the device may suspend under', () => {
    const { mapsAfter } = inCallback.answer(call('dev[0].low_power_entry'));
    const awake = mapsAfter.filter(({ suspends }) => !suspends);
    expect(awake.map((back) => back.call)).toEqual([call('dev[0].low_power_exit')]);
    expect(mapsAfter.length).toBeGreaterThan(5);
  });

  it('a second LOW_POWER_ENTRY fails, and has revoked', () => {
    const before = [call('dev[0].low_power_entry'), call('dev[0].write_command(MEM=1)')];
    const second = later.answerAfter(before, call('dev[0].low_power_entry', '-EINVAL'));
    expect(second.goneBy).toBe('att[0].unmap');
  });

  it('a buffer of a closed device is dead for ever', () => {
    for (const answers of [iommufd, inCallback, later]) {
      const { goneBy, mapAnew, ever } = answers.answer(call('dev[0].close'));
      expect(goneBy).toBeDefined();
      expect([mapAnew, ever]).toEqual(['-ENODEV', false]);
    }
  });

  it('whoever unmaps does it before the call returns, in the callback or after', () => {
    expect(inCallback.answer(call('dev[0].device_reset')).goneBy).toBe('att[0].unmap#callback');
    expect(later.answer(call('dev[0].device_reset')).goneBy).toBe('att[0].unmap');
  });

  it('an attachment without a mapping is told the same as one with a mapping', () => {
    for (const answers of [inCallback, later]) {
      for (const owner of OWNER_CALLS) {
        const mapped = answers.answer(owner);
        const { mapAnew, mapsAfter, ever } = answers.answerUnmapped(owner);
        expect({ mapAnew, ever }).toEqual({ mapAnew: mapped.mapAnew, ever: mapped.ever });
        expect(mapsAfter).toEqual(mapped.mapsAfter);
      }
    }
  });

  it('an importer that may not attach is told so, and -ENODEV first where `revoked` is tested first', () => {
    const answersOf = (kind: ConstructorParameters<typeof MappingAnswers>[0]) => {
      const answers = new MappingAnswers(kind);
      return [answers.whileBuffer('live'), answers.whileBuffer('revoked')];
    };
    expect(answersOf('no_callback')).toEqual(['-EOPNOTSUPP', '-ENODEV']);
    expect(answersOf('not_p2p')).toEqual(['-EOPNOTSUPP', '-EOPNOTSUPP']);
    expect(answersOf('iommufd_several_ranges')).toEqual(['-EOPNOTSUPP', '-ENODEV']);
    expect(answersOf('several_ranges_translated')).toEqual(['-EADDRINUSE', '-ENODEV']);
  });
});
