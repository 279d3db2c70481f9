import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { InputError } from '../base/errors.ts';
import { about, machine, part, worker, workersAndLocks } from '../check/tiny-systems.fixture.ts';
import { balanceMonitors } from '../monitors/locks.ts';
import { alphabetOf } from '../specification/part.ts';
import { is, not } from '../specification/predicate.ts';
import type { System, SystemFamily } from '../specification/system.ts';
import { checkFault, type Fault, faultySystem } from './fault.ts';
import { type Patch, patched } from './patch.ts';

const door = { name: 'door', kind: { wait: ['lock'], take: [], release: ['unlock'] } };

/** Says that a print has returned. */
const returned = machine('print_has_returned', {
  none: { on: { ok: 'some' } },
  some: { tags: ['violation'], meta: { finding: 'returns' }, on: { ok: 'some' } },
});

/** Two workers and a door; at the revision `careless` they take no lock. */
const family: SystemFamily = {
  name: 'workers',
  title: 'two workers and a door',
  defaultScope: {},
  revisions: ['sound', 'careless'],
  build({ revision }): System {
    const locks = revision === 'sound' ? ['door'] : ['window'];
    const system = workersAndLocks({ a: worker(locks), b: worker(locks) }, locks);
    const monitors = balanceMonitors(system.parts, [door], (label) => label.includes('print:ok'));
    const labels = system.parts.flatMap((one) => alphabetOf(one).flatMap(one.rename));
    const ok = labels.filter((label) => label.includes('print:ok'));
    const said = part('returned', returned, { kind: 'monitor', rename: () => ok });
    return {
      ...system,
      parts: [...system.parts, ...monitors, said],
      properties: [
        {
          ...about('alone'),
          kind: 'invariant',
          when: is('a', 'at1'),
          then: not(is('b', 'at1')),
        },
        { ...about('free'), kind: 'invariant', when: is('a', 'at0'), then: is('b', 'idle') },
        { ...about('rest'), kind: 'rest' },
        { ...about('silent'), kind: 'monitor', parts: ['returned'] },
        { ...about('balance'), kind: 'monitor', parts: monitors.map(({ name }) => name) },
      ],
    };
  },
};

const forgetsLock: Fault = {
  id: 'F1',
  title: 'the door is not locked',
  machine: 'worker',
  change: { patches: [{ kind: 'skip', step: { node: 'at0', event: 'door.lock' } }] },
  base: 'sound',
  system: 'workers',
  scope: {},
  expected: ['alone', 'balance'],
  source: 'tiny',
};

describe('a fault', () => {
  it('is caught by properties that it breaks, and that hold without it', () => {
    const result = checkFault(family, forgetsLock);
    expect(result).toMatchObject({ caughtBy: ['alone', 'balance'], brokenAnyway: [] });
    expect(result.counterexamples.map(({ run }) => run.vectors.length)).toEqual([2, 2]);
  });

  it('is in all parts that have the machine', () => {
    const { parts } = faultySystem(family, forgetsLock);
    const [a, b, lock] = family.build({ scope: {}, revision: 'sound' }).parts;
    expect(parts[0]!.machine.config.states).not.toEqual(a!.machine.config.states);
    expect(parts[1]!.machine.config.states).not.toEqual(b!.machine.config.states);
    expect(parts[2]!.machine).toBe(lock!.machine);
  });

  it('is not caught by a property that is broken without it as well', () => {
    const result = checkFault(family, { ...forgetsLock, expected: ['free'] });
    expect(result.brokenAnyway).toEqual(['free']);
  });

  it('is not caught by a run that does without the changed step', () => {
    // `free` breaks as soon as both have begun, long before what is changed at the end.
    const change = {
      patches: [
        { kind: 'retarget', step: { node: 'return', event: 'me.print:ok' }, target: 'at0' },
      ],
    } as const;
    const result = checkFault(family, { ...forgetsLock, change, expected: ['free'] });
    expect(result.caughtBy).toEqual([]);
  });

  it('is not caught by a run that comes back, without it, to where its machine begins', () => {
    // `silent` breaks with the first return; the lock is free again by a step that is as it was.
    const change = {
      patches: [{ kind: 'retarget', step: { node: 'misused', event: 'lock' }, target: 'misused' }],
    } as const;
    const ofLock = { ...forgetsLock, machine: 'lock', change, expected: ['silent'] };
    expect(checkFault(family, ofLock).caughtBy).toEqual([]);
  });

  it('is caught by a run whose changed step leads to where the machine begins', () => {
    const change = {
      patches: [{ kind: 'retarget', step: { node: 'at0', event: 'door.lock' }, target: 'idle' }],
    } as const;
    const result = checkFault(family, { ...forgetsLock, change, expected: ['rest'] });
    expect(result.caughtBy).toEqual(['rest']);
  });

  it('is not caught by a property that it does not break', () => {
    expect(checkFault(family, { ...forgetsLock, expected: ['rest'] }).caughtBy).toEqual([]);
  });

  it('may be a machine that is written anew, and is told its name', () => {
    const { patches } = forgetsLock.change as { patches: readonly Patch[] };
    const named = new Set<string>();
    const anew = (machine: AnyStateMachine, fault: string) => {
      named.add(fault);
      return patched(machine, patches);
    };
    const { caughtBy } = checkFault(family, { ...forgetsLock, change: { anew } });
    expect(caughtBy).toEqual(['alone', 'balance']);
    expect([...named]).toEqual(['F1']);
  });

  it('may be a revision', () => {
    const change = { revision: 'careless' };
    expect(checkFault(family, { ...forgetsLock, change, expected: ['free'] })).toMatchObject({
      caughtBy: [],
      brokenAnyway: ['free'],
    });
  });

  it.each<[string, Partial<Fault>]>([
    ["has no property 'alon'; the nearest are alone, balance, free", { expected: ['alon'] }],
    ["has no revision 'soud'; the nearest are sound, careless", { base: 'soud' }],
    ["has no revision 'x'; the nearest are sound, careless", { change: { revision: 'x' } }],
    ["has no machine 'wrker'; the nearest are worker, lock, lock_balance", { machine: 'wrker' }],
  ])('throws: %s', (message, wrong) => {
    expect(() => checkFault(family, { ...forgetsLock, ...wrong })).toThrow(
      new InputError(`fault 'F1': system 'workers' ${message}`),
    );
  });

  it('throws where the linter finds that the patched machine does more than is written', () => {
    // After the swap both regions take `press` in one step, which neither of them says.
    const lamp = createMachine({
      id: 'lamp',
      meta: { labels: ['press', 'cut', 'blow'] },
      type: 'parallel',
      states: {
        bulb: {
          initial: 'off',
          states: { off: { on: { press: 'on' } }, on: { on: { cut: 'off' } } },
        },
        fan: {
          initial: 'off',
          states: { off: { on: { blow: 'on' } }, on: { on: { press: 'off' } } },
        },
      },
    }) as unknown as AnyStateMachine;
    const lamps: SystemFamily = {
      ...family,
      build: (options) => ({ ...family.build(options), parts: [part('lamp', lamp)], calls: [] }),
    };
    const swap = {
      kind: 'swap',
      step: { node: 'bulb.off', event: 'press' },
      with: { node: 'bulb.on', event: 'cut' },
    } as const;
    const fault = { ...forgetsLock, machine: 'lamp', change: { patches: [swap] } };
    expect(() => faultySystem(lamps, fault)).toThrow(
      /^fault 'F1': the patched machine 'lamp' does not do what is written: .* take 'press'/,
    );
  });
});
