import { describe, expect, it } from 'vitest';
import { fixes } from '../../specs/source/signatures.ts';
import { expected } from './expected.fixture.ts';
import { harmless } from './harmless.fixture.ts';
import { pinnedFunctions } from './pinned.fixture.ts';
import { slips } from './slips.fixture.ts';

const names = (changes: readonly { readonly name: string }[]) => changes.map(({ name }) => name);
const breaks = (name: string) => expected[name]?.answers.includes('breaks') === true;

describe('what is expected of changes to the C', () => {
  it('is written down for each, once', () => {
    const all = names([...slips, ...harmless]);
    expect(new Set(all).size).toBe(all.length);
    expect(Object.keys(expected).sort()).toEqual([...all].sort());
  });

  it('of forty slips or more at least 32 break a rule, and the others say why none does', () => {
    expect(slips.length).toBeGreaterThanOrEqual(40);
    expect(names(slips).filter(breaks).length).toBeGreaterThanOrEqual(32);
    const silent = names(slips).filter((name) => !breaks(name));
    expect(silent.filter((name) => (expected[name]?.why ?? '').length < 20)).toEqual([]);
  });

  it('more than forty slips take a fix back, and of each it is known which', () => {
    const fixed = slips.flatMap(({ takesBack }) => takesBack ?? []);
    expect([fixed.length, slips.length]).toEqual([44, 100]);
    const isKnown = (one: string) => {
      const id = /^[PMO]\d+/.exec(one)?.[0];
      return id === undefined ? /^(?:[0-9a-f]{12}\b|review of v\d$)/.test(one) : id in fixes;
    };
    expect(fixed.filter((one) => !isKnown(one))).toEqual([]);
  });

  it('is held to functions whose text is that for which it was written down', () => {
    const pinned = new Set(Object.values(pinnedFunctions).flatMap(Object.keys));
    const changed = [...slips, ...harmless].flatMap((change) => change.in ?? []);
    expect(changed.filter((name) => !pinned.has(name))).toEqual([]);
  });

  it('no slip changes no step', () => {
    const wrong = names(slips).filter((name) =>
      expected[name]!.answers.includes('changes no step'),
    );
    expect(wrong).toEqual([]);
  });

  it('of 26 changes that break nothing none breaks, and at least 15 are told to be harmless', () => {
    expect(harmless).toHaveLength(26);
    expect(names(harmless).filter(breaks)).toEqual([]);
    const judged = names(harmless).filter(
      (name) => !expected[name]!.answers.includes('cannot judge'),
    );
    expect(judged.length).toBeGreaterThanOrEqual(15);
  });
});
