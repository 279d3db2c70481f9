import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../check/check.ts';
import {
  about,
  DEADLOCK,
  lock,
  machine,
  philosophers,
  REST,
  worker,
  workersAndLocks,
} from '../check/tiny-systems.fixture.ts';
import { balanceMonitors } from '../monitors/locks.ts';
import { is, not } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System, SystemFamily } from '../specification/system.ts';
import { type MutationOptions, mutantsOf, untestedProperties } from './mutants.ts';
import { patched } from './patch.ts';

const ofFamily = (of: System): SystemFamily => ({
  name: 'tiny',
  title: 'tiny',
  defaultScope: {},
  revisions: ['only'],
  build: () => of,
});

const untestedOf = (of: System, options: Partial<MutationOptions> = {}) =>
  untestedProperties(ofFamily(of), { revision: 'only', ...options });

const alone: Property = {
  ...about('alone'),
  kind: 'invariant',
  when: is('a', 'at1'),
  then: not(is('b', 'at1')),
};

const two = workersAndLocks({ a: worker(['door']), b: worker(['door']) }, ['door']);

describe('the mutants of a machine', () => {
  it('are one for each step that leads somewhere, those that leave rest last, none after a violation', () => {
    expect(mutantsOf(lock)).toEqual([
      {
        name: 'lock: without unlock in held',
        patches: [{ kind: 'skip', step: { node: 'held', event: 'unlock' } }],
      },
      {
        name: 'lock: without lock in free',
        patches: [{ kind: 'skip', step: { node: 'free', event: 'lock' } }],
      },
      {
        name: 'lock: without unlock in free',
        patches: [{ kind: 'skip', step: { node: 'free', event: 'unlock' } }],
      },
    ]);
  });

  it('leave out no step that leads nowhere', () => {
    expect(
      mutantsOf(machine('m', { on: { on: { press: {}, pull: 'on' } } })).map((m) => m.name),
    ).toEqual(['m: without pull in on']);
  });

  it('of a worker are four', () => {
    expect(mutantsOf(worker(['door'])).map(({ name }) => name)).toEqual([
      'worker: without door.lock in at0',
      'worker: without door.unlock in at1',
      'worker: without me.print:ok in return',
      'worker: without me.print:begin in idle',
    ]);
  });
});

describe('the properties that no mutant breaks', () => {
  it('are none where each is broken by a skipped step', () => {
    const result = untestedOf({ ...two, properties: [alone, REST] });
    expect(result.untested).toEqual([]);
    expect(Object.fromEntries(result.brokenBy)).toEqual({
      alone: 'worker: without door.lock in at0',
      rest: 'worker: without door.unlock in at1',
    });
  });

  it('are listed: a property that says nothing', () => {
    const idle: Property = {
      ...about('nothing'),
      kind: 'invariant',
      when: is('a', 'at0'),
      then: is('a', 'at0'),
    };
    const result = untestedOf({ ...two, properties: [alone, idle] });
    expect(result.untested).toEqual(['nothing']);
  });

  it('are not those that a fault breaks already, for which no mutant is tried', () => {
    const result = untestedOf(
      { ...two, properties: [alone] },
      {
        broken: ['alone'],
      },
    );
    expect(result).toEqual({ brokenBy: new Map(), untested: [], notHolding: [], tried: 0 });
  });

  it('are not those that do not hold, which are listed apart', () => {
    const result = untestedOf({ ...philosophers(2), properties: [REST, DEADLOCK] });
    expect(result).toMatchObject({ untested: [], notHolding: ['rest', 'deadlock'], tried: 0 });
  });

  it('are looked for until each is broken and no longer', () => {
    const tried: string[] = [];
    const system = { ...two, properties: [alone] };
    const result = untestedOf(system, { progress: (mutant) => tried.push(mutant) });
    expect(result.tried).toBe(tried.length);
    expect(tried.at(-1)).toBe('worker: without door.lock in at0');
  });

  it('are asked of the machines that they name and of their neighbours only', () => {
    const apart = workersAndLocks({ a: worker(['door']) }, ['door']);
    const other = workersAndLocks(
      { far: machine('far', { on: { tags: ['quiescent'], on: { 'me.print:begin': 'on' } } }) },
      [],
    );
    const property: Property = {
      ...about('nothing'),
      kind: 'invariant',
      when: is('a', 'at0'),
      then: is('a', 'at0'),
    };
    const tried: string[] = [];
    const system = {
      ...apart,
      parts: [...apart.parts, ...other.parts],
      properties: [property],
    };
    untestedOf(system, { progress: (mutant) => tried.push(mutant) });
    expect(tried.filter((mutant) => mutant.startsWith('far'))).toEqual([]);
    expect(tried.filter((mutant) => mutant.startsWith('lock'))).toHaveLength(3);
  });
});

describe('a correct handshake of random workers', () => {
  const locks = ['x', 'y', 'z'];
  const nested = fc.subarray(locks, { minLength: 1 });
  const kind = { wait: ['lock'], take: [], release: ['unlock'] };

  const watched = (a: ReturnType<typeof worker>, b: ReturnType<typeof worker>): System => {
    const system = workersAndLocks({ a, b }, locks);
    const monitors = balanceMonitors(
      system.parts,
      locks.map((name) => ({ name, kind })),
      (label) => label.includes('print:ok'),
    );
    return {
      ...system,
      parts: [...system.parts, ...monitors],
      properties: [
        { ...about('balance'), kind: 'monitor', parts: monitors.map(({ name }) => name) },
        REST,
        {
          ...about('returns'),
          kind: 'leads-to',
          when: not(is('a', 'idle')),
          then: is('a', 'idle'),
        },
      ],
    };
  };

  it('holds, and every mutant that skips a lock or an unlock is found', () => {
    fc.assert(
      fc.property(nested, nested, (first, second) => {
        const [a, b] = [worker(first), worker(second)];
        const verdicts = (of: System) => check(of).properties.map(({ verdict }) => verdict);
        expect(verdicts(watched(a, b))).toEqual(['holds', 'holds', 'holds']);
        for (const { name, patches } of mutantsOf(a)) {
          if (!name.includes('lock in')) continue;
          expect([name, verdicts(watched(patched(a, patches), b))]).toContainEqual(
            expect.arrayContaining(['broken']),
          );
        }
      }),
      { numRuns: 25 },
    );
  });
});
