import { describe, expect, it } from 'vitest';
import { InputError } from 'xstate-check';
import { commandWrite } from '../machines/device/command-write.procedure.ts';
import { anew } from './change-machines.ts';

describe('a fault that writes states anew', () => {
  it('leaves the others as they are', () => {
    const before = commandWrite().config.states!.enable!.states!;
    const { states } = anew({
      'enable.test': {
        on: { 'dev.memory_enabled:true': 'unlock', 'dev.memory_enabled:false': 'unlock' },
      },
      'enable.unlock': { on: { 'dev.memory_lock.up_write': 'unrevoke' } },
      'enable.unrevoking': { on: { 'dev.move(false):end': 'return' } },
    }).anew(commandWrite(), 'late').config.states!.enable!;
    expect(states!.write).toEqual(before.write);
    expect(states!.unlock!.on).toEqual({ 'dev.memory_lock.up_write': 'unrevoke' });
  });

  it('is told of a state that nothing enters, by its name', () => {
    const never = anew({ 'enable.tset': { on: { 'dev.memory_enabled:true': 'unlock' } } });
    expect(() => never.anew(commandWrite(), 'late')).toThrow(InputError);
    expect(() => never.anew(commandWrite(), 'late')).toThrow(
      /^change 'late': machine 'command_write', state 'enable\.tset'/,
    );
  });
});
