import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { lock, machine, part, worker } from '../check/tiny-systems.fixture.ts';
import { alphabetOf, bindObjects, contract, monitor, procedure, resource } from './part.ts';

const any = machine('any', { on: {} });

describe('a contract', () => {
  it('has labels on its own object, of nothing (a dot in front), or on those it shares', () => {
    const also = { revive: ['room[0].revive', 'room[1].revive'] };
    const lamp = contract('lamp[0]', any, { roles: ['lamp'], also });
    expect(lamp.rename('press')).toEqual(['lamp[0].press']);
    expect(lamp.rename('.tick')).toEqual(['tick']);
    expect(lamp.rename('revive')).toEqual(['room[0].revive', 'room[1].revive']);
    expect(lamp.renameCommit('press')).toBe('lamp[0].press');
    expect(lamp).toMatchObject({ kind: 'contract', roles: ['lamp'] });
    expect(contract('lamp', any, { roles: [], thread: 'owner' }).thread).toBe('owner');
  });
});

describe('a procedure', () => {
  const options = { thread: 'a', bind: { tray: 'tray[1]', 'tray.door': 'door[7]' } };

  it('runs on a thread, with the objects that it names bound, the longest name first', () => {
    const print = procedure('print@a', any, { ...options, roles: ['printer'] });
    expect(print.rename('tray.pull:ok')).toEqual(['tray[1].pull:ok@a']);
    expect(print.rename('tray.door.lock')).toEqual(['door[7].lock@a']);
    expect(print.rename('trays.pull')).toEqual(['trays.pull@a']);
    expect(print.renameCommit('tray.pull:ok')).toBe('tray[1].pull:ok');
    expect(print).toMatchObject({ kind: 'procedure', roles: ['thread', 'printer'], thread: 'a' });
  });

  it('that another one of the thread calls has a variant, but not in what it is called by', () => {
    const also = { 'tray.pull:begin': ['tray[1].pull:begin@a'] };
    const pull = procedure('pull@a', any, { ...options, variant: 'pull', also });
    expect(pull.rename('tray.door.lock')).toEqual(['door[7].lock#pull@a']);
    expect(pull.rename('tray.pull:begin')).toEqual(['tray[1].pull:begin@a']);
  });
});

describe('a resource', () => {
  it('has one label for each step of each user that names it', () => {
    const users = ['a', 'b'].map((thread) => procedure(thread, worker(['door']), { thread }));
    const helper = procedure('helper', worker(['door']), { thread: 'b', variant: 'helper' });
    const door = resource('door', lock, [...users, helper], 'lock');
    expect(door.rename('lock')).toEqual(['door.lock@a', 'door.lock@b', 'door.lock#helper@b']);
    expect(door.rename('peek')).toEqual([]);
    expect(door).toMatchObject({ kind: 'resource', roles: ['lock'] });
  });

  it('is an operation on another object, where its labels say so', () => {
    const user = part(
      'a',
      machine('a', { on: { on: { 'door.lock': 'on', 'window.lock': 'on' } } }),
    );
    expect(resource('door.lock', lock, [user], 'lock', 'door').rename('lock')).toEqual([
      'door.lock',
    ]);
  });
});

describe('a monitor', () => {
  it('watches system labels under labels of its own', () => {
    const watch = monitor('watch', any, { acquire: ['door.lock@a', 'door.lock@b'] });
    expect(watch.rename('acquire')).toEqual(['door.lock@a', 'door.lock@b']);
    expect(watch.rename('release')).toEqual([]);
    expect(watch).toMatchObject({ kind: 'monitor', roles: [] });
  });
});

describe('the alphabet of a part', () => {
  it('is what its machine declares, templates filled in', () => {
    const meta = { labels: ['lamp[i].press', 'tick'], index: { i: 2 } };
    const of = createMachine({
      id: 'm',
      meta,
      context: { i: 0 },
      initial: 'on',
      states: { on: {} },
    });
    expect(alphabetOf(part('m', of as never))).toEqual(['lamp[0].press', 'lamp[1].press', 'tick']);
  });

  it('is what its machine handles, where it declares nothing', () => {
    const of = createMachine({ id: 'm', initial: 'on', states: { on: { on: { press: 'on' } } } });
    expect(alphabetOf(part('m', of as never))).toEqual(['press']);
  });
});

describe('binding', () => {
  it('replaces the object at the front of a label only', () => {
    expect(bindObjects('tray.lock', { tray: 'tray[3]' })).toBe('tray[3].lock');
    expect(bindObjects('printer.tray.lock', { tray: 'tray[3]' })).toBe('printer.tray.lock');
    expect(bindObjects('tray', { tray: 'tray[3]' })).toBe('tray');
  });
});
