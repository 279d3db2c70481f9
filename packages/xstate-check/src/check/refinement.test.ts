import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import type { Property } from '../specification/property.ts';
import { compose } from '../system/product.ts';
import { refinementFinding } from './refinement.ts';
import {
  about,
  counterexampleOf,
  machine,
  type Node,
  part,
  runOf,
  system,
  verdictOf,
} from './tiny-systems.fixture.ts';

const refines = (states: Record<string, Node>): Property => ({
  ...about('refinement'),
  kind: 'refinement',
  contract: system([part('contract', machine('contract', states))], { name: 'contract' }),
});

const step = (target: string, commits?: string) => ({
  target,
  ...(commits && { meta: { commits } }),
});

/** Answers yes once, hidden steps before and after. */
const once = system([
  part(
    'printer',
    machine('printer', {
      start: { on: { warm: step('warm') } },
      warm: { on: { print: step('done', 'yes') } },
      done: { on: { warm: step('done') } },
    }),
  ),
]);

/** Answers once too often. */
const twice = system([
  part(
    'printer',
    machine('printer', {
      start: { on: { warm: step('warm') } },
      warm: { on: { print: step('done', 'yes') } },
      done: { on: { again: step('over', 'yes') } },
      over: {},
    }),
  ),
]);

const yesOnce = refines({ open: { on: { yes: 'closed' } }, closed: { on: { no: 'closed' } } });

describe('refinement', () => {
  it('holds where every run, hidden steps aside, is a run of the contract', () => {
    expect(verdictOf(once, yesOnce)).toEqual({
      property: yesOnce,
      verdict: 'holds',
      untested: ['no'],
    });
  });

  it('is broken by one answer too many, and says in which state of the contract', () => {
    expect(runOf(twice, yesOnce)).toEqual(['warm', 'print', 'again']);
    expect(counterexampleOf(twice, yesOnce).finding).toBe(
      "the step decides 'yes', which the contract does not allow while contract is closed",
    );
  });

  it('says when nothing was allowed', () => {
    const nothing = refines({ open: { on: { yes: 'closed' } }, closed: {} });
    expect(counterexampleOf(twice, nothing).finding).toBe(
      "the step decides 'yes', which the contract does not allow while contract is closed",
    );
  });

  it('names every part of the contract that refuses', () => {
    const door = machine('door', {
      shut: { on: { open: 'ajar' } },
      ajar: { on: { pass: 'ajar' } },
    });
    const bell = machine('bell', {
      still: { on: { ring: 'rung' } },
      rung: { on: { pass: 'rung' } },
    });
    const contract = compose(system([part('door', door), part('bell', bell)]));
    const pass = (...local: number[]) =>
      refinementFinding(contract, Int32Array.from(local), 'pass');
    expect(pass(0, 0)).toBe(
      "the step decides 'pass', which the contract does not allow while door is shut and bell is still",
    );
    expect(pass(1, 0)).toBe(
      "the step decides 'pass', which the contract does not allow while bell is still",
    );
  });

  it('says what is allowed where no part has the step, each step once', () => {
    const door = machine('door', {
      shut: { on: { 'push#hard': 'open', 'push#softly@a': 'open', knock: 'shut' } },
      open: {},
    });
    const contract = compose(system([part('door', door)]));
    const kick = (local: number) => refinementFinding(contract, Int32Array.of(local), 'kick#b@a');
    expect(kick(0)).toBe("the step decides 'kick', where the contract allows only push, knock");
    expect(kick(1)).toBe("the step decides 'kick', where the contract allows nothing");
  });

  it('compares labels without variant and thread', () => {
    const loud = refines({ open: { on: { 'yes#loud@a': 'closed' } }, closed: {} });
    expect(verdictOf(once, loud)).toMatchObject({ verdict: 'holds' });
  });

  it('needs a contract that is deterministic on what is visible', () => {
    const guess = refines({
      open: { on: { 'yes#a': 'left', 'yes#b': 'right' } },
      left: {},
      right: {},
    });
    expect(() => verdictOf(once, guess)).toThrow(
      new InputError(
        "the contract 'contract' is not deterministic: 'yes' leads to two states; what decides must be visible in the label",
      ),
    );
    const same = refines({ open: { on: { 'yes#a': 'shut', 'yes#b': 'shut' } }, shut: {} });
    expect(verdictOf(once, same)).toMatchObject({ verdict: 'holds' });
  });

  it('needs a contract that knows what is committed', () => {
    expect(() => verdictOf(once, refines({ open: { on: { yess: 'open' } } }))).toThrow(
      new InputError(
        "system 'tiny': a step commits 'yes', which is no label of the contract 'contract'; the nearest is yess",
      ),
    );
  });

  it('counts a commit that leaves the contract where it is', () => {
    const loop = refines({ open: { on: { yes: 'open' } } });
    expect(verdictOf(once, loop)).toEqual({ property: loop, verdict: 'holds', untested: [] });
  });

  it('counts a commit of a step that finds no new state', () => {
    const printer = machine('printer', { on: { on: { print: step('on', 'yes') } } });
    const loop = refines({ open: { on: { yes: 'open' } } });
    expect(verdictOf(system([part('printer', printer)]), loop)).toMatchObject({ verdict: 'holds' });
  });

  it('is vacuous where nothing is ever committed', () => {
    const silent = system([part('printer', machine('printer', { on: { on: { warm: 'on' } } }))]);
    expect(verdictOf(silent, yesOnce)).toMatchObject({
      verdict: 'vacuous',
      reason: 'no step decides anything that the contract speaks of',
    });
  });
});
