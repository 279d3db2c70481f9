import { describe, expect, it } from 'vitest';
import { expected } from './expected.fixture.ts';
import { harmless } from './harmless.fixture.ts';
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
