import { describe, expect, test } from 'vitest';
import type { Lts } from '../lts/lts.ts';
import type { Path } from '../paths/labelled-graph.ts';
import { titlesOfPaths, titlesOfSteps } from './titles.ts';

const state = (name: string) => ({ name, nodes: [name], context: {}, tags: [], meta: {} });

/** A long way from 0 to the end, with a choice in the middle. */
const names = Array.from({ length: 12 }, (_, i) => `stage number ${i}`);
const way: Lts = {
  name: 'way',
  labels: ['go', 'jump', 'look'],
  states: names.map(state),
  next: new Int32Array(),
  edges: new Map(),
};
const go = (from: number) => ({ from, label: 0, to: from + 1 });
const look = (from: number) => ({ from, label: 2, to: from });
const jump = (from: number) => ({ from, label: 1, to: from + 2 });
const straight: Path = Array.from({ length: 11 }, (_, i) => go(i));
const jumping: Path = [...straight.slice(0, 5), jump(5), ...straight.slice(7)];

describe('the title of a path', () => {
  test('names the states that it goes through, and its answers', () => {
    expect(titlesOfPaths('it', way, [[go(0), look(1), look(1)], [look(0)]])).toEqual([
      'it: stage number 0, stage number 1 [look]',
      'it: stage number 0 [look]',
    ]);
  });

  test('says what it does otherwise than most, where that is too long for a line', () => {
    expect(titlesOfPaths('it', way, [straight, straight, jumping])).toEqual([
      'it: the usual course; ends in stage number 11',
      'it: the usual course; ends in stage number 11',
      'it: jump; ends in stage number 11',
    ]);
  });

  test('of an empty path is the initial state', () => {
    expect(titlesOfPaths('it', way, [[]])).toEqual(['it: stage number 0']);
  });
});

describe('the title of a test of a system', () => {
  const steps = (kind: 'perform' | 'observe', ...labels: string[]) =>
    labels.map((label) => ({ kind, label, shows: {} }));

  test('says what it does, and what it waits for that few tests have', () => {
    const common = [...steps('perform', 'open@a', 'open@b'), ...steps('observe', 'lit:ok#warm')];
    expect(titlesOfSteps([common, [...common, ...steps('observe', 'blown')]])).toEqual([
      'open; with lit:ok',
      'open; with blown',
    ]);
  });

  test('leaves out the middle of a long list', () => {
    const labels = names.map((name) => name.replaceAll(' ', '_'));
    expect(titlesOfSteps([steps('perform', ...labels)])).toEqual([
      'stage_number_0, stage_number_1, stage_number_2, … (8 more), stage_number_11',
    ]);
  });
});
