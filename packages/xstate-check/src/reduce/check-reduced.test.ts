import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { check, type PropertyResult } from '../check/check.ts';
import {
  about,
  DEADLOCK,
  lampsAndSwitch,
  machine,
  part,
  system,
} from '../check/tiny-systems.fixture.ts';
import { BoundReached } from '../explore/explore.ts';
import { monitor } from '../specification/part.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { checkReduced } from './check-reduced.ts';

/** What both ways of checking must agree on. */
const said = (result: PropertyResult) => [
  result.property.id,
  result.verdict,
  ...(result.verdict === 'broken'
    ? [result.counterexample.run.vectors.length, result.counterexample.finding !== '']
    : []),
  ...(result.verdict === 'holds' ? [result.untested] : []),
];

const reducedOf = (of: System, property: Property): PropertyResult =>
  checkReduced({ ...of, properties: [property] }).properties[0]!;

type Answer = 'x' | 'y';
type Printer = readonly Readonly<Record<string, { to: number; commits: Answer | undefined }>>[];
type Contract = readonly Readonly<Record<string, number>>[];

/** Two printers that have nothing to do with each other, and commit what they like. */
function twoPrinters(one: Printer, two: Printer): System {
  const printer = (id: string, states: Printer) =>
    machine(
      id,
      Object.fromEntries(
        states.map((on, i) => [
          `s${i}`,
          {
            on: Object.fromEntries(
              Object.entries(on).map(([label, { to, commits }]) => [
                label,
                { target: `s${to}`, ...(commits && { meta: { commits } }) },
              ]),
            ),
          },
        ]),
      ),
    );
  return system([
    part('one', printer('one', one), { rename: (label) => [`one.${label}`] }),
    part('two', printer('two', two), { rename: (label) => [`two.${label}`] }),
  ]);
}

/** A contract that knows both answers, also where no state gives them. */
const refines = (contract: Contract): Property => ({
  ...about('refinement'),
  kind: 'refinement',
  contract: system([
    part(
      'contract',
      machine('contract', {
        ...Object.fromEntries(
          contract.map((on, i) => [
            `c${i}`,
            { on: Object.fromEntries(Object.entries(on).map(([label, to]) => [label, `c${to}`])) },
          ]),
        ),
        unreached: { on: { x: 'unreached', y: 'unreached' } },
      }),
    ),
  ]),
});

const watch: Property = { ...about('watch'), kind: 'monitor', parts: ['watch'] };

/** Sees two kinds of steps, and says no where the table leads to its last state. */
const observer = (table: readonly (readonly [number, number])[]) =>
  machine(
    'observer',
    Object.fromEntries(
      table.map(([one, other], i) => [
        `m${i}`,
        {
          tags: i > 0 && i === table.length - 1 ? ['violation'] : [],
          on: { one: `m${one}`, other: `m${other}` },
        },
      ]),
    ),
  );

describe('by reduction, as on the whole space', () => {
  const step = fc.record({ to: fc.nat(2), commits: fc.constantFrom(undefined, 'x', 'y') });
  const printers = fc.array(fc.dictionary(fc.constantFrom('p', 'q'), step, { maxKeys: 2 }), {
    minLength: 3,
    maxLength: 3,
  }) as fc.Arbitrary<Printer>;
  const contracts = fc.array(fc.dictionary(fc.constantFrom('x', 'y'), fc.nat(2)), {
    minLength: 3,
    maxLength: 3,
  });

  it('a contract is kept, broken by a run as short, or vacuous, with the same labels untested', () => {
    const seen = { holds: 0, broken: 0, vacuous: 0, unfinished: 0 };
    fc.assert(
      fc.property(printers, printers, contracts, (one, two, contract) => {
        const property = refines(contract);
        const of = { ...twoPrinters(one, two), properties: [property] };
        const reduced = checkReduced(of).properties[0]!;
        seen[reduced.verdict]++;
        expect(said(reduced)).toEqual(said(check(of).properties[0]!));
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.holds, seen.broken, seen.vacuous)).toBeGreaterThan(5);
    expect(seen.unfinished).toBe(0);
  });

  it('a monitor is kept, broken by a run as short, or vacuous', () => {
    const seen = { holds: 0, broken: 0, vacuous: 0, unfinished: 0 };
    const tables = fc
      .integer({ min: 1, max: 4 })
      .chain((n) =>
        fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { minLength: n, maxLength: n }),
      );
    const labels = fc.subarray(['one.p', 'one.q', 'two.p', 'two.q'], { maxLength: 2 });
    fc.assert(
      fc.property(printers, printers, tables, labels, labels, (one, two, table, seeOne, seeTwo) => {
        const base = twoPrinters(one, two);
        const watching = { one: seeOne, other: seeTwo.filter((label) => !seeOne.includes(label)) };
        const parts = [...base.parts, monitor('watch', observer(table), watching)];
        const of = { ...base, parts, properties: [watch] };
        const reduced = checkReduced(of).properties[0]!;
        seen[reduced.verdict]++;
        expect(said(reduced)).toEqual(said(check(of).properties[0]!));
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.holds, seen.broken, seen.vacuous)).toBeGreaterThan(5);
    expect(seen.unfinished).toBe(0);
  });
});

describe('a contract', () => {
  const twice: Printer = [
    { p: { to: 1, commits: 'x' } },
    { p: { to: 2, commits: 'x' } },
    { p: { to: 2, commits: undefined } },
  ];

  it('is broken by one answer too many, and says in which state of the contract', () => {
    const result = reducedOf(twoPrinters(twice, [{}]), refines([{ x: 1 }, { y: 1 }]));
    expect(result.verdict === 'broken' && result.counterexample.finding).toBe(
      "the step decides 'x', which the contract does not allow while contract is c1",
    );
  });

  it('has the labels that no run uses untested', () => {
    const result = reducedOf(twoPrinters(twice, [{}]), refines([{ x: 0, y: 0 }]));
    expect(result).toMatchObject({ verdict: 'holds', untested: ['y'] });
  });

  it('is vacuous where nothing is ever decided', () => {
    const silent: Printer = [{ p: { to: 0, commits: undefined } }];
    expect(reducedOf(twoPrinters(silent, [{}]), refines([{ x: 0 }]))).toMatchObject({
      verdict: 'vacuous',
      reason: 'no step decides anything that the contract speaks of',
    });
  });
});

describe('a check by reduction that a bound stops', () => {
  const fork = machine('fork', {
    one: { on: { left: 'end', right: 'two' } },
    two: { on: { left: 'end', right: 'other' } },
    end: { tags: ['quiescent'] },
    other: { tags: ['quiescent'] },
  });
  const forked = { ...system([part('fork', fork)]), properties: [DEADLOCK] };

  it('throws, unless it is to keep what it saw: then it judges nothing and says why', () => {
    expect(() => checkReduced(forked, { states: 1 })).toThrow(BoundReached);
    expect(checkReduced(forked, { states: 1, keepSeen: true })).toMatchObject({
      properties: [{ verdict: 'unfinished', reason: 'not judged: a bound was reached' }],
      stopped: expect.stringContaining('stopped at 2 states after reduction'),
    });
  });

  it('does not take what else is wrong for a bound', () => {
    const nobody = { ...forked, properties: [watch] };
    expect(() => checkReduced(nobody, { keepSeen: true })).toThrow(InputError);
  });
});

describe('a monitor', () => {
  /** The second press in a row is one too many. */
  const atMostOnce = machine('at_most_once', {
    none: { on: { press: 'one', pause: 'none' } },
    one: { on: { press: 'two', pause: 'none' } },
    two: { tags: ['violation'], on: { press: 'two', pause: 'two' } },
  });
  /** It never rings, whatever else happens. */
  const never = machine('never', {
    silent: { on: { ring: 'rang', tick: 'silent' } },
    rang: { tags: ['violation'], on: { ring: 'rang', tick: 'rang' } },
  });
  const watched = (watching: Record<string, string[]>, of = atMostOnce): System => {
    const base = lampsAndSwitch();
    return { ...base, parts: [...base.parts, monitor('watch', of, watching)] };
  };

  it('is broken by the run that it forbids', () => {
    const result = reducedOf(watched({ press: ['press'] }), watch);
    expect(result.verdict === 'broken' && result.counterexample.run.vectors).toHaveLength(2);
  });

  it('is vacuous where its first step never happens, although others move', () => {
    expect(reducedOf(watched({ pause: ['press'] }), watch)).toMatchObject({
      verdict: 'vacuous',
      reason: 'nothing that it watches ever happens: watch',
    });
  });

  it('that says never is tested by whatever else it watches', () => {
    expect(reducedOf(watched({ tick: ['press'] }, never), watch).verdict).toBe('holds');
    expect(reducedOf(watched({}, never), watch).verdict).toBe('vacuous');
    expect(reducedOf(watched({ ring: ['press'] }, never), watch).verdict).toBe('broken');
  });
});
