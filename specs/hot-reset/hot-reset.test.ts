import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import {
  check,
  checkFault,
  lint,
  monitor,
  type Scope,
  type System,
  type SystemResult,
} from 'xstate-check';
import { cutTogether } from '../../machines/hot-reset/cut-together.monitor.ts';
import { faults } from './faults.ts';
import { findings } from './findings.ts';
import { hotResetFamily } from './hot-reset.system.ts';
import { hotResetExportFamily } from './hot-reset-export.system.ts';

const DEFAULT = hotResetFamily.defaultScope;
const WITHOUT_IMPORTERS = { ...DEFAULT, importers: 0 };

function systemAt(scope: Scope, revision = '7.3'): System {
  return hotResetFamily.build({ scope, revision });
}

function broken(result: SystemResult): string[] {
  return result.properties.flatMap(({ property, verdict }) =>
    verdict === 'holds' ? [] : [property.id],
  );
}

/** The labels of the run that breaks a rule. */
function runThatBreaks(system: System, id: string): string[] {
  const found = check(system).properties.find(({ property }) => property.id === id)!;
  if (found.verdict !== 'broken') throw new Error(`${id} is ${found.verdict}`);
  const { space, run } = found.counterexample;
  return run.vectors.map((vector) => space.product.vectors[vector]!.label);
}

describe('hot reset of v7.3', () => {
  it.each([
    ['against a config write and an importer', DEFAULT, 124_448, 437_304],
    [
      'against another hot reset of the same set',
      { ...WITHOUT_IMPORTERS, resets: 2 },
      36_864,
      108_376,
    ],
    ['against the close of a sibling', { ...WITHOUT_IMPORTERS, closers: 1 }, 44_704, 127_885],
    ['against a page fault', { ...WITHOUT_IMPORTERS, faults: 1 }, 15_670, 44_669],
    [
      'with a device of the set that nobody has open',
      { ...DEFAULT, unopened: 1 },
      110_368,
      390_840,
    ],
  ])('keeps every rule %s', (_, scope, states, transitions) => {
    const result = check(systemAt(scope));
    expect(broken(result)).toEqual([]);
    expect(result).toMatchObject({ states, transitions });
  });

  it('closes a sibling that is in low power, and breaks what low power breaks without a close', () => {
    const scope = { ...WITHOUT_IMPORTERS, writers: 0, engagers: 1, closers: 1 };
    const result = check(systemAt(scope));
    const sibling = findings.find(({ id }) => id === 'O1-sibling')!;
    expect(broken(result)).toEqual([sibling.property]);
    expect(result).toMatchObject({ states: 8_130, transitions: 16_210 });
  });

  it('gives access back to a buffer of a sibling in D3hot, which it did not revoke', () => {
    const system = systemAt({ ...WITHOUT_IMPORTERS, writers: 0, sleepers: 1 });
    const revived = monitor('revived', ownRevocation, {
      revoke: ['buf[1].revoked.set@hot_reset'],
      unrevoke: ['buf[1].revoked.clear@hot_reset'],
      end: ['bus.hot_reset:ok@hot_reset'],
    });
    const watched: System = {
      ...system,
      parts: [...system.parts, revived],
      properties: [
        {
          id: 'only-its-own',
          kind: 'monitor',
          title: 'what it gives back is what it took',
          parts: ['revived'],
          source: 'derived',
        },
      ],
    };
    const run = runThatBreaks(watched, 'only-its-own');
    const steps = [
      'dev[1].set_power_state(D3hot)@power_write',
      'buf[1].revoked:true@hot_reset',
      'dev[1].set_power_state(D0)@hot_reset',
      'buf[1].revoked.clear@hot_reset',
    ];
    expect(run.filter((label) => steps.includes(label)).slice(-4)).toEqual(
      expect.arrayContaining(steps.slice(2)),
    );
    expect(run).toEqual(expect.arrayContaining(steps));
    expect(broken(check(system))).toEqual([]);
  });

  it('gives access back to a sibling in low power, O1', () => {
    const finding = findings.find(({ id }) => id === 'O1-sibling')!;
    const system = systemAt(finding.scope!, finding.revision);
    expect(broken(check(system))).toEqual([finding.property]);
    expect(runThatBreaks(system, 'live-means-awake(buf[1])')).toEqual(
      expect.arrayContaining([
        'dev[1].pm_runtime_engaged.set@low_power_entry',
        'dev[1].memory_enabled:true@hot_reset',
        'buf[1].revoked.clear@hot_reset',
      ]),
    );
  });

  it('resets an importer that unmaps later only after it has, unlike where nobody waits', () => {
    const scope = { ...DEFAULT, writers: 0 };
    expect(broken(check(systemAt(scope, '7.3+M4')))).toContain('reset-means-unmapped(buf[0])');
    expect(broken(check(systemAt(scope)))).toEqual(['failed-call-leaves(bus.hot_reset)@hot_reset']);
  });

  it('has revoked where it is refused, O18, and not where the first device is the one', () => {
    const finding = findings.find(({ id }) => id === 'O18')!;
    const system = systemAt(finding.scope!, finding.revision);
    expect(broken(check(system))).toEqual([finding.property]);
    const run = runThatBreaks(system, finding.property);
    expect(run).toEqual(
      expect.arrayContaining([
        'att[0].invalidate:begin@hot_reset',
        'dev[1].owned:false@hot_reset',
        'bus.hot_reset:-EINVAL@hot_reset',
      ]),
    );
    expect(run).not.toContain('bus.pci_reset_bus:begin@hot_reset');
    const alone = systemAt({ ...finding.scope, devices: 1 });
    expect(broken(check(alone))).toEqual([]);
  });
});

/** Whether the thread that gives back has taken. */
const ownRevocation = setup({
  types: { events: {} as { type: 'revoke' | 'unrevoke' | 'end' } },
}).createMachine({
  id: 'own_revocation',
  meta: { labels: ['revoke', 'unrevoke', 'end'] },
  initial: 'none',
  states: {
    none: { on: { revoke: 'own', unrevoke: 'foreign', end: 'none' } },
    own: { on: { revoke: 'own', unrevoke: 'none', end: 'none' } },
    foreign: {
      tags: ['violation'],
      meta: { finding: 'was revoked by somebody else' },
      on: { revoke: 'foreign', unrevoke: 'foreign', end: 'foreign' },
    },
  },
});

const of = (name: string) => faults.filter(({ system }) => system === name);

describe('faults of hot reset', () => {
  it.each(of('hot-reset'))('$id: $title', (fault) => {
    const { caughtBy, brokenAnyway } = checkFault(hotResetFamily, fault);
    expect([...caughtBy].sort()).toEqual([...fault.expected].sort());
    expect(brokenAnyway).toEqual([]);
  });

  it('P2 is caught by nothing else, and in no version since v2', () => {
    const { scope } = faults.find(({ id }) => id === 'P2')!;
    expect(broken(check(systemAt({ ...DEFAULT, ...scope }, '7.3+P2')))).toEqual(['cut-together']);
    for (const revision of hotResetFamily.revisions.filter((r) => r !== '7.3+P2')) {
      expect(broken(check(systemAt({ ...DEFAULT, ...scope }, revision)))).not.toContain(
        'cut-together',
      );
    }
  });
});

describe('hot reset of v7.3 against an export', () => {
  it('keeps every rule', () => {
    const scope = hotResetExportFamily.defaultScope;
    const result = check(hotResetExportFamily.build({ scope, revision: '7.3' }));
    expect(broken(result)).toEqual([]);
    expect(result).toMatchObject({ states: 12_399, transitions: 29_009 });
  });

  it.each(of('hot-reset-export'))('$id: $title', (fault) => {
    const { caughtBy, brokenAnyway } = checkFault(hotResetExportFamily, fault);
    expect(caughtBy).toEqual(fault.expected);
    expect(brokenAnyway).toEqual([]);
  });
});

describe('the scope of hot reset', () => {
  it.each([
    ['writers', { writers: 3 }, "'writers=3' is more than"],
    ['faults', { faults: 2, closers: 1 }, "'faults=2' is more than"],
    ['closers', { unopened: 1, closers: 1 }, "take 'devices=2'"],
    ['buffers', { buffers: 2 }, 'take 0 or 1'],
  ])('refuses too many %s', (_, asked, words) => {
    expect(() => systemAt({ ...DEFAULT, ...asked })).toThrow(words);
  });

  it('refuses to close where the close of the version was not read', () => {
    expect(() => systemAt({ ...DEFAULT, closers: 1 }, 'revoke-v5')).toThrow('was not read');
  });
});

it('the monitor of P2 says what it means', () => expect(lint(cutTogether)).toEqual([]));
