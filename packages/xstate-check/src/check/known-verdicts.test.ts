import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Store } from '../keep/store.ts';
import { Verdicts } from '../keep/verdicts.ts';
import { always, is, not } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { compose } from '../system/product.ts';
import { check } from './check.ts';
import { type RandomSystem, randomSystems } from './random-system.fixture.ts';
import { fingerprint, propertyRead, systemRead } from './same-system.ts';
import { about, DEADLOCK, machine, part, REST, system, TOTALITY } from './tiny-systems.fixture.ts';
import type { Verdict } from './verdict.ts';

const BUILT = mkdtempSync(join(tmpdir(), 'built-'));
const STORE = new Store(mkdtempSync(join(tmpdir(), 'verdicts-')));
const small = randomSystems(fc, { parts: 3, states: 3 });
const place = fc.record({ part: fc.nat(2), state: fc.nat(2) });

/** A random place in a system, as a predicate. */
function placeIn({ system: { parts } }: RandomSystem, at: { part: number; state: number }) {
  const of = parts[at.part % parts.length]!;
  return is(of.name, `s${at.state % Object.keys(of.machine.root.states).length}`);
}

/** A random system with every kind of rule that is about states and runs. */
const ruled = fc.tuple(small, place, place).map(([random, one, other]): System => {
  const [when, then] = [placeIn(random, one), placeIn(random, other)];
  const invariant: Property = { ...about('rule'), kind: 'invariant', when, then: not(then) };
  const promise: Property = { ...about('promise'), kind: 'leads-to', when, then };
  const watched = { ...about('watched'), kind: 'monitor' as const, parts: [when].map(partOf) };
  const properties = [invariant, promise, watched, REST, DEADLOCK, TOTALITY];
  return { ...random.system, properties };
});

const partOf = (of: ReturnType<typeof is>) => (of.kind === 'atom' ? of.part : '');

/** All of a verdict: what is said, the steps of a run, and where every part is on the way. */
function told(verdict: Verdict): unknown {
  if (verdict.verdict !== 'broken') return verdict;
  const { property, space, run, cycle, finding } = verdict.counterexample;
  const walk = ({ vectors, states }: typeof run) => ({
    vectors,
    places: states.map((state) => [...space.stepper.local(space.table, state)]),
    again: states.map((state) => states.indexOf(state)),
  });
  return { property: property.id, finding, run: walk(run), cycle: cycle && walk(cycle) };
}

function answerOf(of: System, kept?: Verdicts) {
  const { states, transitions, depth, properties } = check(of, kept && { kept });
  return { states, transitions, depth, verdicts: properties.map(told) };
}

describe('on random systems what is known from before is what is found', () => {
  it('verdicts, sizes, and runs with every state on the way', () => {
    const seen = { holds: 0, broken: 0, vacuous: 0, unfinished: 0 };
    fc.assert(
      fc.property(ruled, (of) => {
        const found = answerOf(of);
        expect(answerOf(of, new Verdicts(BUILT, STORE))).toEqual(found);
        const later = new Verdicts(BUILT, STORE);
        expect(answerOf(of, later)).toEqual(found);
        expect({ ...later }).toEqual({ found: of.properties.length, judged: 0 });
        for (const { verdict } of check(of).properties) seen[verdict]++;
      }),
    );
    expect(Math.min(seen.holds, seen.broken, seen.vacuous)).toBeGreaterThan(50);
  });

  it('also where a rule is asked for that nobody asked for before', () => {
    fc.assert(
      fc.property(ruled, fc.nat(5), (of, count) => {
        const store = new Store(mkdtempSync(join(tmpdir(), 'verdicts-')));
        check(
          { ...of, properties: of.properties.slice(0, count) },
          { kept: new Verdicts(BUILT, store) },
        );
        const later = new Verdicts(BUILT, store);
        expect(answerOf(of, later)).toEqual(answerOf(of));
        expect(later.found).toBe(count);
      }),
      { numRuns: 30 },
    );
  });

  it('the states of a space come when they are asked for', () => {
    fc.assert(
      fc.property(ruled, (of) => {
        check(of, { kept: new Verdicts(BUILT, STORE) });
        const known = check(of, { kept: new Verdicts(BUILT, STORE) });
        expect(known.space.states).toBe(known.states);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the key is another one', () => {
  const isOther = (one: System, other: System) => fingerprint(one) !== fingerprint(other);

  it('where two random systems differ in anything that a verdict shows', () => {
    fc.assert(
      fc.property(ruled, ruled, (one, other) => {
        if (JSON.stringify(answerOf(one)) !== JSON.stringify(answerOf(other))) {
          expect(isOther(one, other)).toBe(true);
        }
      }),
    );
  });

  it('where one transition of a random system leads elsewhere', () => {
    let changed = 0;
    fc.assert(
      fc.property(ruled, fc.nat(), fc.nat(), (of, which, to) => {
        const product = compose(of);
        const edges = product.ltss.flatMap(({ next }, lts) =>
          [...next].flatMap((target, at) => (target >= 0 ? [{ lts, at, target }] : [])),
        );
        if (edges.length === 0) return;
        const { lts, at, target } = edges[which % edges.length]!;
        const { states, next } = product.ltss[lts]!;
        const elsewhere = to % states.length;
        if (elsewhere === target) return;
        changed++;
        const before = systemRead(of, product);
        const moved = { ...product.ltss[lts]!, next: next.slice() };
        moved.next[at] = elsewhere;
        const ltss = product.ltss.with(lts, moved);
        expect(systemRead(of, { ...product, ltss })).not.toBe(before);
      }),
    );
    expect(changed).toBeGreaterThan(20);
  });

  const lamp = (options: { to?: string; tag?: string; label?: string; commits?: string } = {}) => {
    const { to = 'off', tag = 'quiescent', label = 'press', commits } = options;
    const on = { [label]: { target: to, ...(commits && { meta: { commits } }) } };
    return machine('lamp', { off: { tags: [tag], on: { [label]: 'on' } }, on: { on } });
  };
  const lit: Property = {
    ...about('lit'),
    kind: 'invariant',
    when: is('lamp', 'on'),
    then: not(is('lamp', 'off')),
  };
  const base = (of = lamp(), more: Partial<System> = {}) =>
    system([part('lamp', of)], { properties: [lit, REST], ...more });

  it.each([
    ['a transition leads elsewhere', base(lamp({ to: 'on' }))],
    ['a tag is another one', base(lamp({ tag: 'busy' }))],
    ['a label is', base(lamp({ label: 'pull' }))],
    ['a step commits something', base(lamp({ commits: 'lit' }))],
    ['a rule is negated', base(lamp(), { properties: [{ ...lit, then: not(lit.then) }, REST] })],
    ['a rule has another name', base(lamp(), { properties: [{ ...lit, id: 'dark' }, REST] })],
    [
      'there is a part more',
      system([part('lamp', lamp()), part('other', lamp())], { properties: [lit, REST] }),
    ],
  ])('where %s', (_, other) => {
    expect(isOther(base(), base())).toBe(false);
    expect(isOther(base(), other)).toBe(true);
  });

  it('where a rule is said in other words, as a run that breaks it says them', () => {
    const product = compose(base());
    const said = { ...lit, then: { ...lit.then, said: { holds: 'is bright', fails: 'is dark' } } };
    expect(propertyRead(said, product)).not.toBe(propertyRead(lit, product));
  });
});

describe('nothing is known', () => {
  const of = system([part('lamp', machine('lamp', { off: { on: { press: 'off' } } }))], {
    properties: [DEADLOCK],
  });
  const foundBy = (verdicts: Verdicts, bounds = {}) => {
    check(of, { ...bounds, kept: verdicts });
    return verdicts.found;
  };

  it('of other code, at another bound, nor where what was seen before a bound is judged', () => {
    const store = new Store(mkdtempSync(join(tmpdir(), 'verdicts-')));
    expect(foundBy(new Verdicts(BUILT, store))).toBe(0);
    expect(foundBy(new Verdicts(BUILT, store))).toBe(1);
    expect(foundBy(new Verdicts(BUILT, store), { states: 10 })).toBe(0);
    expect(foundBy(new Verdicts(BUILT, store), { keepSeen: true })).toBe(0);
    const other = mkdtempSync(join(tmpdir(), 'built-'));
    mkdirSync(join(other, 'src'));
    writeFileSync(join(other, 'src/check.js'), '');
    expect(foundBy(new Verdicts(other, store))).toBe(0);
  });

  it('of other machines, whose code does not count: what it comes to does', () => {
    const store = new Store(mkdtempSync(join(tmpdir(), 'verdicts-')));
    foundBy(new Verdicts(BUILT, store));
    const other = mkdtempSync(join(tmpdir(), 'built-'));
    mkdirSync(join(other, 'machines'));
    writeFileSync(join(other, 'machines/lamp.js'), '');
    expect(foundBy(new Verdicts(other, store, ['machines']))).toBe(1);
  });

  it.each([
    ['that cannot be taken', '[7]'],
    ['that breaks nothing', '[]'],
  ])('of a run %s: it is looked for again', (_, run) => {
    const dark: Property = {
      ...about('dark'),
      kind: 'invariant',
      when: always,
      then: not(is('lamp', 'on')),
    };
    const lamp = machine('lamp', { off: { on: { press: 'on' } }, on: {} });
    const broken = system([part('lamp', lamp)], { properties: [dark] });
    let text: string | undefined;
    const memory = {
      get: () => text,
      put: (_key: string, now: string) => {
        text = now;
      },
    } as unknown as Store;
    const found = answerOf(broken, new Verdicts(BUILT, memory));
    expect(text).toContain('"run":[0]');
    text = text!.replace('"run":[0]', `"run":${run}`);
    const later = new Verdicts(BUILT, memory);
    expect(answerOf(broken, later)).toEqual(found);
    expect(later.found).toBe(0);
    expect(text).toContain('"run":[0]');
  });
});
