import { describe, expect, test } from 'vitest';
import { check, type Scope } from 'xstate-check';
import { type Change, change } from '../change.ts';
import { closeInLowPowerFamily } from './last-close.system.ts';

type States = NonNullable<Change['states']>;

/** What 7.3 with some states written anew breaks. */
function brokenBy(system: string, scope: Scope, states: States): string[] {
  const changed = change({ system, from: '7.3', states });
  const [revision] = changed.revisions;
  const result = check(
    changed.build({ scope: { ...changed.defaultScope, ...scope }, revision: revision! }),
  );
  return result.properties.flatMap(({ property, verdict }) =>
    verdict === 'broken' ? [property.id] : [],
  );
}

describe('the reset of the bus at the last close', () => {
  test('is that of the last close: with another device open it would be reset under its owner', () => {
    const states = {
      'try_reset.open_count': {
        on: { 'dev_set.open_count:one': 'needs_reset', 'dev_set.open_count:more': 'needs_reset' },
      },
    };
    expect(brokenBy('last-close', {}, states)).toEqual([
      'reset-means-unmapped(buf[0])',
      'reset-means-closed(dev[0])',
      'reset-means-unmapped(buf[1])',
      'reset-means-closed(dev[1])',
      'asked-before-done',
    ]);
  });

  test('wakes the devices that sleep, and keeps them awake', () => {
    const states = {
      'try_reset.find_bus': {
        on: { 'dev_set.resettable:true': 'reset', 'dev_set.resettable:false': 'return' },
      },
    };
    const scope = { devices: 2, importers: 0 };
    expect(brokenBy('close-in-low-power', scope, states)).toEqual(
      expect.arrayContaining(['bus-reset-means-awake', 'no-misuse']),
    );
  });

  test('gives back what it keeps awake also where the bus is not reset', () => {
    const states = {
      'try_reset.resetting': {
        on: { 'bus.pci_reset_bus:ok': 'clean', 'bus.pci_reset_bus:-ENOTTY': 'return' },
      },
    };
    expect(brokenBy('last-close', {}, states)).toEqual([
      'references-balanced(dev[0])',
      'references-balanced(dev[1])',
    ]);
  });
});

describe('a close in low power', () => {
  const exit = 'core_disable.exit_low_power';
  const commits = (label: string) => ({ meta: { commits: label } });

  test('takes the reference back that the entry gave up', () => {
    const states = {
      [`${exit}.exit`]: {
        on: {
          'dev.pm_runtime_engaged.clear': { target: 'eventfd', ...commits('dev.low_power(exit)') },
        },
      },
    };
    expect(brokenBy('close-in-low-power', {}, states)).toEqual(['no-misuse']);
  });

  test('takes none where low power is not engaged', () => {
    const states = {
      [`${exit}.engaged`]: {
        on: {
          'dev.pm_runtime_engaged:true': 'exit',
          'dev.pm_runtime_engaged:false': { target: 'get', ...commits('dev.low_power(exit)') },
        },
      },
    };
    expect(brokenBy('close-in-low-power', {}, states)).toContain('references-balanced(dev[0])');
  });

  test('puts the eventfd', () => {
    const states = {
      [`${exit}.eventfd`]: {
        on: { 'dev.pm_wake_eventfd:true': 'test', 'dev.pm_wake_eventfd:false': 'test' },
      },
    };
    expect(brokenBy('close-in-low-power', {}, states)).toContain('eventfd-means-engaged');
  });

  test('before the buffers are cleaned up would give them back while the device sleeps', () => {
    const changed = check(closeInLowPower('7.3+M5'));
    const broken = changed.properties.filter(({ verdict }) => verdict === 'broken');
    expect(broken.map(({ property }) => property.id)).toEqual([
      'reset-means-unmapped(buf[0])',
      'closed-means-unmapped(buf[0])',
      'unmapped-while-suspended',
    ]);
  });
});

function closeInLowPower(revision: string) {
  return closeInLowPowerFamily.build({ scope: closeInLowPowerFamily.defaultScope, revision });
}
