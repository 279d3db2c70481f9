import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { call } from '../check/tiny-systems.fixture.ts';
import { CallTable } from './call.ts';

const table = new CallTable([
  call('print', 'user', 'printer', { outcomes: ['ok', 'jam'], spans: true }),
  call('lock', 'thread', 'lock', { blocks: 'lock' }),
  call('tray.lock', 'thread', 'tray'),
]);

describe('a table of calls', () => {
  it('finds a call by operation, with indices, outcome, variant and thread aside', () => {
    expect(table.find('floor[2].printer[0].print:jam#red@a')?.name).toBe('print');
    expect(table.find('print:begin')?.name).toBe('print');
    expect(table.find('door.lock@a')?.callee).toBe('lock');
  });

  it('finds the one with the longest end of the object', () => {
    expect(table.find('printer[1].tray[0].lock')?.callee).toBe('tray');
    expect(table.find('tray[0].drawer.lock')?.callee).toBe('lock');
  });

  it('finds none that is not declared', () => {
    expect(table.find('unlock')).toBeUndefined();
    expect(table.rolesOf('unlock')).toBeUndefined();
  });

  it('says who starts a step: the caller, or the callee where a call ends that takes time', () => {
    expect(table.rolesOf('print:begin@a')).toEqual({
      initiator: 'user',
      callee: 'printer',
      bySide: 'caller',
    });
    expect(table.rolesOf('print:ok@a')).toEqual({
      initiator: 'printer',
      callee: 'printer',
      bySide: 'callee',
    });
    expect(table.rolesOf('door.lock')).toMatchObject({ initiator: 'thread', bySide: 'caller' });
  });

  it('declares each call once', () => {
    expect(() => new CallTable([call('lock', 'a', 'b'), call('lock', 'c', 'b')])).toThrow(
      new InputError("the call 'lock' is declared twice; declare it once"),
    );
  });
});
