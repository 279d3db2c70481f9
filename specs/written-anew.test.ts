import { describe, expect, it } from 'vitest';
import { lint } from 'xstate-check';
import { cleanup } from '../machines/buffer/cleanup.procedure.ts';
import { type1Map } from '../machines/p2p-registration/type1-map.contract.ts';
import { afterChanges } from './written-anew.ts';

describe('steps of a state written anew', () => {
  const before = type1Map.config.states!;

  it('leave the rest of the state, and the other states, as they are', () => {
    const one = { 'type1.unmap_dma#page': { target: 'none' } };
    const after = afterChanges(type1Map, [
      { steps: { 'type1_map.mapped_without_ref': { on: one } } },
    ]).config.states!;
    expect(after.mapped_without_ref!).toEqual({
      ...before.mapped_without_ref!,
      on: { ...before.mapped_without_ref!.on, ...one },
    });
    expect(after.none).toBe(before.none);
  });

  it('take an answer away with null, and keep its label in the alphabet', () => {
    const taken = afterChanges(type1Map, [
      { steps: { 'type1_map.none': { on: { 'type1.map_dma:ok#page': null } } } },
    ]);
    expect(Object.keys(taken.config.states!.none!.on!)).toEqual(['type1.map_dma:ok#no_page']);
    expect(taken.root.meta!.labels).toEqual(type1Map.root.meta!.labels);
    expect(taken.root.meta!.unused).toContain('type1.map_dma:ok#page');
    expect(lint(taken)).toEqual([]);
  });

  it('take a state away with null, where another change has put it there or not', () => {
    const away = { steps: { 'type1_map.lost': null } };
    const there = { states: { 'type1_map.lost': { on: {} } } };
    expect(Object.keys(afterChanges(type1Map, [there]).config.states!)).toContain('lost');
    for (const changes of [[away], [there, away]]) {
      expect(afterChanges(type1Map, changes).config.states).toEqual(before);
    }
  });

  it('are refused of a state that there is not, of which nothing could stay', () => {
    const misspelt = { steps: { 'type1_map.nnoe': { description: 'never' } } };
    expect(() => afterChanges(type1Map, [misspelt])).toThrow('there is no such state');
  });

  it('leave other machines as they are', () => {
    const other = cleanup(1);
    expect(afterChanges(other, [{ steps: { 'type1_map.none': null } }])).toBe(other);
  });
});
