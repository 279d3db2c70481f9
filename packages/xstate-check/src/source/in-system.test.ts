import { describe, expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { check } from '../check/check.ts';
import { call, machine, system } from '../check/tiny-systems.fixture.ts';
import { balanceMonitors } from '../monitors/locks.ts';
import type { Call } from '../specification/call.ts';
import { procedure, resource } from '../specification/part.ts';
import { compose } from '../system/product.ts';
import { withMachines } from './in-system.ts';

const LOCK = { wait: [], take: ['lock'], release: ['unlock'] };

/** A worker that switches a lamp on, the lamp, and a mutex that another worker takes. */
const worker = machine('worker', { idle: { on: { 'lamp.on': 'done' } }, done: {} });
const other = machine('other', {
  idle: { on: { 'mutex.lock': 'held' } },
  held: { on: { 'mutex.unlock': 'idle' } },
});
const lamp = machine('lamp', {
  dark: { on: { on: 'lit' } },
  lit: { on: { on: 'lit', off: 'dark' } },
});
const mutex = machine('mutex', {
  free: { on: { lock: 'held' } },
  held: { on: { unlock: 'free' } },
});

const threads = [
  procedure('one', worker, { thread: 'one' }),
  procedure('two', other, { thread: 'two' }),
];
const rooms = system(
  [
    ...threads,
    resource('lamp', lamp, threads, 'lamp'),
    resource('mutex', mutex, threads, 'mutex'),
    ...balanceMonitors(threads, [{ name: 'mutex', kind: LOCK }], () => false),
  ],
  {
    calls: ['lamp.on', 'lamp.off', 'mutex.lock', 'mutex.unlock'].map((name) =>
      call(name, 'thread', name.replace(/\..*/, '')),
    ),
  },
);

/** The system with other steps of the first worker, and who takes part in one of them. */
function takingPart(label: string, states: Parameters<typeof machine>[1]): string[] {
  const made = withMachines(rooms, (one) =>
    one.name === 'one' ? machine('worker', states) : undefined,
  );
  const { parts, vectors } = compose(made);
  const vector = vectors.find((one) => one.label === label);
  return (vector?.participants ?? []).map((one) => parts[one.part]!.name);
}

describe('a machine that takes steps which its predecessor never had', () => {
  test('is heard by the flag that the step is of', () => {
    const states = { idle: { on: { 'lamp.off': 'done' } }, done: {} };
    expect(takingPart('lamp.off@one', states)).toEqual(['one', 'lamp']);
  });

  test('is not heard by a lock whose monitors would not know that it is taken', () => {
    const states = {
      idle: { on: { 'mutex.lock': 'held' } },
      held: { on: { 'mutex.unlock': 'idle' } },
    };
    expect(takingPart('mutex.lock@one', states)).toEqual(['one']);
  });

  test('is heard by what watches its thread, and so by the lock', () => {
    // The second worker takes the mutex once more, in another of its functions.
    const nested = machine('other', {
      idle: { on: { 'mutex.lock': 'held' } },
      held: { on: { 'mutex.unlock': 'again' } },
      again: { on: { 'mutex.lock#again': 'held_again' } },
      held_again: { on: { 'mutex.unlock#again': 'idle' } },
    });
    const made = withMachines(rooms, ({ name }) => (name === 'two' ? nested : undefined));
    const { parts, vectors } = compose(made);
    const vector = vectors.find(({ label }) => label === 'mutex.lock#again@two')!;
    expect(vector.participants.map(({ part }) => parts[part]!.name)).toEqual([
      'two',
      'mutex',
      'balance(mutex)@two',
    ]);
  });

  test('is of a call that the system does not declare, and that is known', () => {
    const isOff = ({ name }: Call) => name === 'lamp.off';
    const without = { ...rooms, calls: rooms.calls.filter((one) => !isOff(one)) };
    const off = machine('worker', { idle: { on: { 'lamp.off': 'done' } }, done: {} });
    const made = (calls: readonly Call[]) =>
      withMachines(without, ({ name }) => (name === 'one' ? off : undefined), calls);
    expect(() => compose(made([]))).toThrow(/'lamp.off@one' belongs to no declared call/);
    expect(made(rooms.calls).calls.filter(isOff)).toHaveLength(1);
    expect(compose(made(rooms.calls)).vectors.map(({ label }) => label)).toContain('lamp.off@one');
  });

  test('leaves the system as it is where it takes no others', () => {
    const same = withMachines(rooms, () => undefined);
    expect(same.parts).toEqual(rooms.parts);
    expect(check(same)).toMatchObject({ states: 4 });
  });
});

/** Two functions of a thread, of which the first calls what the second one calls newly; and another thread. */
const calling = (steps: Parameters<typeof machine>[1]) =>
  withMachines(
    system(
      [
        procedure(
          'first',
          machine('first', {
            idle: { on: { 'lamp.blink:begin': 'blinking' } },
            blinking: { on: { 'lamp.blink:end': 'done' } },
            done: {},
          }),
          { thread: 'one' },
        ),
        procedure('second', machine('second', { idle: { on: { 'lamp.off': 'idle' } } }), {
          thread: 'one',
          variant: 'second',
        }),
        procedure(
          'blink',
          machine('blink', {
            idle: { on: { 'lamp.blink:begin': 'on' } },
            on: { on: { 'lamp.on': 'off' } },
            off: { on: { 'lamp.off': 'return' } },
            return: { on: { 'lamp.blink:end': 'idle' } },
          }),
          { thread: 'one', roles: ['blink'] },
        ),
        procedure('third', machine('third', { idle: { on: { 'lamp.on': 'idle' } } }), {
          thread: 'two',
        }),
      ],
      {
        calls: [
          call('lamp.on', 'thread', ''),
          call('lamp.off', 'thread', ''),
          { ...call('lamp.blink', 'thread', 'blink'), outcomes: ['begin', 'end'] },
        ],
      },
    ),
    ({ name }) => (name in steps ? machine(name, steps[name] as never) : undefined),
  );

/** Who takes part in a step, after a function was made anew that calls `lamp.blink`. */
function blinkOf(name: string, label: string): string[] {
  const made = calling({
    [name]: {
      idle: { on: { 'lamp.blink:begin': 'blinking' } },
      blinking: { on: { 'lamp.blink:end': 'idle' } },
    },
  } as never);
  const { parts, vectors } = compose(made);
  const vector = vectors.find((one) => one.label === label);
  return (vector?.participants ?? []).map((one) => parts[one.part]!.name);
}

describe('a function that is called newly', () => {
  test('does on its thread what it does for those that called it before', () => {
    expect(blinkOf('second', 'lamp.blink:begin#second@one')).toEqual(['second', 'blink']);
    expect(blinkOf('second', 'lamp.blink:end#second@one')).toEqual(['second', 'blink']);
  });

  test('is nobody on another thread, of which nothing is said', () => {
    expect(() => blinkOf('third', 'lamp.blink:begin@two')).toThrow(
      new InputError('lamp.blink() is called by two, for which this system does not have it'),
    );
  });

  test('is nobody where no thread has it, and hangs nobody', () => {
    const states = {
      idle: { on: { 'lamp.warm:begin': 'warming' } },
      warming: { on: { 'lamp.warm:end': 'idle' } },
    };
    const warm = { ...call('lamp.warm', 'thread', 'heater'), outcomes: ['begin', 'end'] };
    const made = (environment: readonly string[]) => () =>
      withMachines(
        { ...rooms, environment },
        ({ name }) => (name === 'one' ? machine('worker', states) : undefined),
        [warm],
      );
    expect(made([])).toThrow(
      'lamp.warm() is called by one, for which this system does not have it',
    );
    expect(made(['heater'])).not.toThrow();
  });
});
