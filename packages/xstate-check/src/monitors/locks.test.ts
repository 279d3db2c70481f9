import { describe, expect, it } from 'vitest';
import { check } from '../check/check.ts';
import {
  about,
  machine,
  type Node,
  runOf,
  worker,
  workersAndLocks,
} from '../check/tiny-systems.fixture.ts';
import type { Part } from '../specification/part.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { balanceMonitors, heldMonitors, type Lock, orderMonitors } from './locks.ts';

const MUTEX = { wait: ['lock'], take: ['trylock:1'], release: ['unlock'] };
const house: Lock = { name: 'house', kind: MUTEX };
const room: Lock = { name: 'room', kind: MUTEX };
const isReturn = (label: string) => label.includes('print:ok');

const names = (parts: readonly Part[]) => parts.map(({ name }) => name);
const property = (parts: readonly Part[]): Property => ({
  ...about('locks'),
  kind: 'monitor',
  parts: names(parts),
});
const watchedBy = (system: System, monitors: readonly Part[]): System => ({
  ...system,
  parts: [...system.parts, ...monitors],
});

/** A thread that takes just these steps in one call. */
function steps(...labels: string[]) {
  const nodes = labels.map((label, i): [string, Node] => [
    `at${i}`,
    { on: { [label]: i + 1 < labels.length ? `at${i + 1}` : 'return' } },
  ]);
  return machine('steps', {
    idle: { tags: ['quiescent'], on: { 'me.print:begin': 'at0' } },
    ...Object.fromEntries(nodes),
    return: { on: { 'me.print:ok': 'idle' } },
  });
}

const sound = workersAndLocks({ a: worker(['house', 'room']), b: worker(['room']) }, [
  'house',
  'room',
]);

describe('the monitors of locks', () => {
  it('are one for each thread and lock that it takes', () => {
    expect(names(balanceMonitors(sound.parts, [house, room], isReturn))).toEqual([
      'balance(house)@a',
      'balance(room)@a',
      'balance(room)@b',
    ]);
  });

  it('are one for each thread and pair of locks that it takes, the outer one first', () => {
    expect(names(orderMonitors(sound.parts, [house, room]))).toEqual(['order(house, room)@a']);
    expect(names(orderMonitors(sound.parts, [room, house]))).toEqual(['order(room, house)@a']);
  });

  it('are one for each thread that takes a guarded step', () => {
    const guarded = (label: string) => label === 'room.unlock';
    expect(names(heldMonitors(sound.parts, house, guarded))).toEqual([
      'held(house)@a',
      'held(house)@b',
    ]);
  });

  it('watch the steps of their own thread and lock', () => {
    const [houseOfA, , roomOfB] = balanceMonitors(sound.parts, [house, room], isReturn);
    expect(houseOfA!.rename('acquire')).toEqual(['house.lock@a']);
    expect(houseOfA!.rename('release')).toEqual(['house.unlock@a']);
    expect(houseOfA!.rename('return')).toEqual(['a.print:ok@a']);
    expect(roomOfB!.rename('acquire')).toEqual(['room.lock@b']);
  });

  it('tell a trylock that succeeds from one that fails and from one that waits', () => {
    const tries = steps('house.trylock:1', 'house.trylock:0', 'room.lock', 'house.lock');
    const { parts } = workersAndLocks({ a: tries }, []);
    const [order] = orderMonitors(parts, [house, room]);
    expect(order!.rename('outer.acquire')).toEqual(['house.trylock:1@a']);
    expect(order!.rename('outer.wait')).toEqual(['house.lock@a']);
    expect(order!.rename('inner.acquire')).toEqual(['room.lock@a']);
  });

  it('all hold where locks are nested and released', () => {
    const monitors = [
      ...balanceMonitors(sound.parts, [house, room], isReturn),
      ...orderMonitors(sound.parts, [house, room]),
    ];
    const watched = { ...watchedBy(sound, monitors), properties: [property(monitors)] };
    expect(check(watched).properties[0]).toMatchObject({ verdict: 'holds' });
    // They only observe: the system has not one state less.
    expect(check(watched).states).toBe(check(sound).states);
  });

  it('find a lock that is not released before the call returns', () => {
    const leaky = workersAndLocks({ a: steps('house.lock') }, ['house']);
    const monitors = balanceMonitors(leaky.parts, [house], isReturn);
    expect(runOf(watchedBy(leaky, monitors), property(monitors))).toEqual([
      'a.print:begin@a',
      'house.lock@a',
      'a.print:ok@a',
    ]);
  });

  it('find locks that are taken against their order, though no other thread is about', () => {
    const against = workersAndLocks({ a: worker(['room', 'house']) }, ['house', 'room']);
    const monitors = orderMonitors(against.parts, [house, room]);
    expect(runOf(watchedBy(against, monitors), property(monitors))).toEqual([
      'a.print:begin@a',
      'room.lock@a',
      'house.lock@a',
    ]);
  });

  it('count a lock of the same class as the lock itself, as lockdep does', () => {
    const next = workersAndLocks({ a: worker(['room', 'next_house']) }, ['next_house', 'room']);
    expect(orderMonitors(next.parts, [house, room])).toEqual([]);
    const monitors = orderMonitors(next.parts, [{ ...house, alike: ['next_house'] }, room]);
    expect(runOf(watchedBy(next, monitors), property(monitors))).toEqual([
      'a.print:begin@a',
      'room.lock@a',
      'next_house.lock@a',
    ]);
  });

  it('find a guarded step without its lock', () => {
    const monitors = heldMonitors(sound.parts, house, (label) => label === 'room.unlock');
    expect(runOf(watchedBy(sound, monitors), property(monitors))).toEqual([
      'b.print:begin@b',
      'room.lock@b',
      'room.unlock@b',
    ]);
  });
});
