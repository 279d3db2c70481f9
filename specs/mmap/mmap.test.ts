import { describe, expect, it } from 'vitest';
import { check, checkFault, lint, type Scope, type System, type SystemResult } from 'xstate-check';
import { barMmap } from '../../machines/mmap/bar-mmap.procedure.ts';
import { cleanupOfSeries } from '../../machines/mmap/cleanup.procedure.ts';
import { dmaBufFault } from '../../machines/mmap/dma-buf-fault.procedure.ts';
import { revokeBars } from '../../machines/mmap/revoke-bars.procedure.ts';
import { revokeDmaBuf } from '../../machines/mmap/revoke-dma-buf.procedure.ts';
import { asOf, designOf } from '../revisions/index.ts';
import { barMmapFamily } from './bar-mmap.system.ts';
import { faults } from './faults.ts';
import { families } from './index.ts';
import { machines } from './machines.ts';

const DEFAULT = barMmapFamily.defaultScope;
const NOBODY = { faults: 0, mmaps: 0, reads: 0, writers: 0, revokers: 0, closers: 0 };

function systemAt(scope: Scope, revision = 'mmap-v8'): System {
  return barMmapFamily.build({ scope, revision });
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

describe('v8 of the series', () => {
  it.each([
    ['without page faults', { ...DEFAULT, faults: 0 }, 3_003, 7_832],
    ['without a read', { ...DEFAULT, reads: 0 }, 10_475, 27_116],
    ['with a close and an unbind', { ...NOBODY, faults: 1, closers: 1 }, 2_784, 6_980],
    ['with a revoke on request', { ...NOBODY, faults: 1, writers: 1, revokers: 1 }, 9_674, 25_960],
    [
      'with a revoke and a close',
      { ...NOBODY, faults: 1, writers: 1, revokers: 1, closers: 1 },
      29_334,
      87_033,
    ],
  ])('keeps every rule %s', (_, scope, states, transitions) => {
    const result = check(systemAt(scope));
    expect(broken(result)).toEqual([]);
    expect(result).toMatchObject({ states, transitions });
  });

  it('has the deadlock of v7.3: a page fault and a read take two locks in either order', () => {
    const system = systemAt(DEFAULT);
    const result = check(system);
    expect(result).toMatchObject({ states: 79_026, transitions: 267_302 });
    expect(broken(result)).toEqual(['lock-order', 'rest', 'deadlock']);
    const queued = runThatBreaks(system, 'deadlock').filter((label) => label.includes(':wait@'));
    expect(queued.sort()).toEqual([
      'dev[0].memory_lock.down_write:wait@command_write',
      'mm.mmap_lock.down_write:wait@mmap',
    ]);
  });

  it('answers the second revoke of a buffer with -EBADFD', () => {
    const system = systemAt({ ...NOBODY, revokers: 1 });
    const labels = check(system).space.product.vectors.map(({ label }) => label);
    expect(labels).toContain('buf[0].revoke_dma_buf:-EBADFD@revoke');
    const once = { ...system, properties: [neverTwice(system)] };
    expect(runThatBreaks(once, 'never-twice').filter((l) => /:(ok|-EBADFD)@/.test(l))).toEqual([
      'buf[0].revoke_dma_buf:ok@revoke',
    ]);
  });
});

/** That a second revoke finds the buffer revoked for good: what is expected not to hold. */
function neverTwice(system: System): System['properties'][number] {
  const none = { kind: 'and', of: [] } as const;
  return {
    id: 'never-twice',
    kind: 'invariant',
    title: 'nobody is told -EBADFD',
    when: none,
    then: {
      kind: 'not',
      of: {
        kind: 'atom',
        part: system.parts.find(({ name }) => name === 'revoke')!.name,
        words: 'a second revoke',
        test: ({ name }) => name.includes('leave_revoked'),
      },
    },
    source: 'derived',
  };
}

describe('v5 of the series', () => {
  it('deadlocks: mmap_lock and memory_lock against memory_lock and mmap_lock, P24', () => {
    const system = systemAt({ ...NOBODY, mmaps: 1, reads: 1 }, 'mmap-v5');
    expect(broken(check(system))).toEqual(['lock-order', 'rest', 'deadlock']);
    expect([...runThatBreaks(system, 'deadlock')].sort()).toEqual([
      'dev[0].memory_lock.down_read@read',
      'dev[0].memory_lock.down_write:wait@mmap',
      'dev[0].read:begin@read',
      'mm.mmap_lock.down_write@mmap',
      'mm.user_page:absent@read',
      'vma[1].mmap:begin@mmap',
    ]);
  });

  it('keeps every rule but those where nobody mmaps a BAR', () => {
    expect(broken(check(systemAt({ ...DEFAULT, mmaps: 0, reads: 0 }, 'mmap-v5')))).toEqual([]);
  });
});

describe('faults of the series', () => {
  it.each(faults)('$id: $title', (fault) => {
    const family = families.find(({ name }) => name === fault.system)!;
    const { caughtBy, brokenAnyway } = checkFault(family, fault);
    expect([...caughtBy].sort()).toEqual([...fault.expected].sort());
    expect(brokenAnyway).toEqual([]);
  });

  it('P23 is caught by the lock of the freed device, and by nothing else', () => {
    const system = systemAt({ ...NOBODY, faults: 1, closers: 1 }, 'mmap-v8+P23');
    expect(broken(check(system))).toEqual(['device-alive']);
    const run = runThatBreaks(system, 'device-alive');
    const order = [
      'buf[0].vdev:set@fault',
      'buf[0].vdev.clear#cleanup@close',
      'dev[0].unregister:ok@unregister',
      'dev[0].memory_lock.down_read@fault',
    ];
    expect(run.filter((label) => order.includes(label))).toEqual(order);
  });
});

describe('the scope', () => {
  it.each([
    ['a mapping that holds the device open, and a close', { mmaps: 1, closers: 1 }],
    ['more page faults than mappings', { mmaps: 0, faults: 2 }],
    ['two readers', { reads: 2 }],
  ])('refuses %s', (_, asked) => {
    expect(() => systemAt({ ...NOBODY, ...asked })).toThrow('--scope');
  });
});

describe('every machine', () => {
  it.each(machines)('$name says what it means', ({ machine }) => {
    expect(lint(machine)).toEqual([]);
  });

  it.each(barMmapFamily.revisions)('of %s does', (revision) => {
    const design = designOf(revision);
    const machines = [
      barMmap(),
      dmaBufFault(),
      revokeBars(1),
      revokeBars(2),
      revokeDmaBuf(),
      cleanupOfSeries(1),
    ];
    for (const machine of machines) expect(lint(asOf(design, machine))).toEqual([]);
  });
});
