import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { check, type Fault, faultySystem, type System, type SystemFamily } from 'xstate-check';
import { specification } from '../catalogue.ts';
import { anew } from '../change-machines.ts';
import { questionsPage } from '../writers/questions-page.ts';
import { answered, brokenOf } from './answered.ts';
import { ask, sameWays, templates } from './index.ts';
import { judged } from './judged.ts';
import { asked } from './template.ts';
import { waitsFor } from './waits.ts';

const familyOf = (name: string): SystemFamily =>
  specification.families.find((family) => family.name === name)!;

describe('what the systems answered', () => {
  const all = answered();
  const broken = brokenOf(all);

  it.each(['failing-config-write', 'fences', 'attach-not-p2p', 'p2pmem-size', 'nvgrace-read'])(
    'is what %s answers',
    (name) => {
      expect(ask(familyOf(name))).toEqual(all[name]);
    },
  );

  it('is judged: every instance that is broken is one of a finding, and no judgement is of none', () => {
    expect(broken.filter(({ judgement }) => judgement === undefined)).toEqual([]);
    const found = new Set(broken.map(({ judgement }) => judgement));
    expect(judged.filter((one) => !found.has(one))).toEqual([]);
    const known = specification.findings.map(({ id }) => id);
    expect(judged.filter(({ finding }) => !known.includes(finding))).toEqual([]);
  });

  it('is the page', () => {
    expect(readFileSync('docs/questions.md', 'utf8')).toBe(questionsPage());
  });

  it('has every template hold somewhere', () => {
    const holding = templates.filter(({ id }) =>
      Object.values(all).some(({ answers }) => (answers[id]?.holds ?? 0) > 0),
    );
    expect(holding.map(({ id }) => id)).toEqual(HOLDING);
  });
});

/** O5: nobody is told after access is back, so that only what never gives it back keeps the rule. */
const HOLDING = [
  'failed-call-leaves',
  'given-back',
  'waits-for-somebody',
  'told-agrees',
  'gone-for-all',
];

describe('a template is broken by a fault', () => {
  const brokenIn = (system: System) =>
    check(asked(system, templates))
      .properties.filter(({ verdict }) => verdict === 'broken')
      .map(({ property }) => property.id);

  /** None of the catalogue, whose faults break rules of their systems. */
  const readsAgain: Fault = {
    id: 'command-read-twice',
    title:
      'a write of PCI_COMMAND reads it once more when it has revoked, and gives up where that fails',
    machine: 'command_write',
    change: anew({
      'disable.revoking': { on: { 'dev.move(true):end': 'again' } },
      'disable.again': {
        on: { 'dev.hw.read_command:ok': 'write', 'dev.hw.read_command:failed': 'unlock_failed' },
      },
    }),
    base: '7.3',
    system: 'failing-config-write',
    scope: familyOf('failing-config-write').defaultScope,
    expected: [],
    source: 'derived: vfio_basic_config_write, v7.3 reads it before it takes the lock',
  };
  const faultsLowPower: Fault = {
    id: 'fault-in-low-power',
    title: 'the fault handler of a BAR does not look at pm_runtime_engaged',
    machine: 'page_fault',
    change: anew({
      low_power: {
        on: { 'dev.pm_runtime_engaged:false': 'memory', 'dev.pm_runtime_engaged:true': 'memory' },
      },
    }),
    base: '7.3',
    system: 'page-faults',
    scope: familyOf('page-faults').defaultScope,
    expected: [],
    source: 'derived: vfio_pci_vmf_insert_pfn, v7.3, without its test of pm_runtime_engaged',
  };
  const callsNobody: Fault = {
    id: 'revoke-calls-nobody',
    title: 'a revoke waits for the importers and does not call them',
    machine: 'move',
    change: anew({
      'revoke.flag': {
        on: { 'buf[b].revoked.set': { target: 'drain', meta: { commits: 'buf[b].revoke' } } },
      },
    }),
    base: '7.3',
    system: 'fences',
    scope: familyOf('fences').defaultScope,
    expected: [],
    source: 'derived: vfio_pci_dma_buf_move, v7.3, without dma_buf_invalidate_mappings()',
  };
  const faults = [...specification.faults, readsAgain, faultsLowPower, callsNobody];

  test.each([
    ['command-read-twice', ['failed-call-leaves(dev[0].write_command(MEM=0))@owner[0]']],
    ['M2-importers', ['waits-for-somebody(comp.wait)@move(dev[0])@command_write']],
    ['P1', ['given-back(buf[0])']],
    ['P3', ['given-back(buf[0])']],
    ['P21', ['waits-for-somebody(comp.wait)@move(dev[0])@command_write']],
    ['M6', ['waits-for-somebody(comp.wait)@cleanup(dev[0])@close']],
    [
      'detach-unlocked',
      [
        'waits-for-somebody(comp.wait)@move(dev[0])@command_write',
        'told-agrees(mapped: att[0].map)@importer[0]',
      ],
    ],
    ['O5-early', ['told-when-back(buf[0])@command_write']],
    ['fault-in-low-power', ['told-agrees(in low power: dev[0].touch_bar)@cpu']],
    ['revoke-calls-nobody', ['told-agrees(mapped: att[0].map)@importer[0]']],
    ['O8', ['gone-for-all(buf[0].revoked of att[0].iommu)']],
  ])('%s', (id, expected) => {
    const fault = faults.find((one) => one.id === id)!;
    const family = familyOf(fault.system);
    const before = brokenIn(family.build({ scope: fault.scope, revision: fault.base }));
    const after = brokenIn(faultySystem(family, fault));
    expect(after.filter((one) => !before.includes(one))).toEqual(expected);
  });
});

describe('a revoke waits for a fence with memory_lock held', () => {
  const { build, defaultScope: scope } = familyOf('fences');
  const waits = (system: System) =>
    check(system).properties.find(({ property }) => property.id.includes('resv.wait(BOOKKEEP)'))!;

  it('for as long as whoever has put it there likes, if nobody has promised to signal it', () => {
    const found = waits(asked(build({ scope, revision: '7.3' }), [waitsFor({})]));
    if (found.verdict !== 'broken') throw new Error(`it is ${found.verdict}`);
    const { space, run } = found.counterexample;
    const labels = run.vectors.map((vector) => space.product.vectors[vector]!.label);
    const steps = labels.filter((label) => /fence|memory_lock|revoked\.set/.test(label));
    expect(steps).toEqual([
      'buf[0].resv.fence.add(BOOKKEEP)@submit[0]',
      'dev[0].memory_lock.down_write@command_write',
      'buf[0].revoked.set@command_write',
    ]);
  });

  it('which is why the promise counts', () => {
    expect(waits(asked(build({ scope, revision: '7.3' }), templates)).verdict).toBe('holds');
  });
});

describe('two ways to the same state', () => {
  const { build } = familyOf('transitions');
  const scope = { owners: 1, importers: 0, cpus: 0 };

  it('leave the same behind', () => {
    expect(sameWays(build({ scope, revision: '7.3' }))).toEqual({ compared: 16, unlike: [] });
  });

  it('and do not where one of them gives nothing back (P1)', () => {
    const fault = specification.faults.find(({ id }) => id === 'P1')!;
    const { unlike } = sameWays(faultySystem(familyOf('transitions'), fault));
    expect(unlike.map(({ calls }) => calls)).toEqual([
      ['device_reset', 'flr'],
      ['device_reset', 'af_flr'],
    ]);
    expect(unlike[0]!.parts).toEqual(['buf[0].revoked: clear, set']);
  });
});
