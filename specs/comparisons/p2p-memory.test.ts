import { beforeAll, describe, expect, it } from 'vitest';
import { answersOf, comparedOf, expectedBands, familiesOf } from 'xstate-check/cli';
import { specification } from '../catalogue.ts';
import { p2pMemory } from './p2p-memory.ts';

const whole = { ...specification, targets: [] };
const bands = expectedBands(whole, familiesOf(whole, p2pMemory));
const { rows } = comparedOf(whole, p2pMemory, bands);
const names = p2pMemory.designs.map(({ name }) => name);
const SIGNS = { kept: '+', broken: 'X', 'cannot-be-kept': '!', unknown: '?', 'not-asked': '.' };
const signsOf = (rule: string) =>
  rows
    .find((row) => row.rule === rule)!
    .cells.map(({ verdict }) => SIGNS[verdict])
    .join('');

describe('two designs of P2P memory', () => {
  it('begin with the one under review, and end with what is merged', () => {
    expect(names).toEqual([
      'rfc-2026-06',
      'under-lock',
      'completed',
      'pages-read',
      'pages-sound',
      'pages-vfio-fd',
      'devres',
    ]);
  });

  // What the mail's reader asks first, one line for each design of `names`.
  it.each([
    ['reset-after-last-pin', '!!+!++.'],
    ['no-mapping-while-off', '!!+....'],
    ['removal-returns', 'XX+...X'],
    ['wait-without-a-lock-others-need', 'XX+.++.'],
    ['count-is-references', 'XX+X++X'],
    ['pages-made-once', '+++X+++'],
    ['no-pages-through-dmabuf-fd', '...!!+.'],
    ['one-owner', '...X++.'],
    ['pool-is-there', '!!+...+'],
    ['unbind-waits-for-nobody', '......X'],
    ['no-live-buffer', 'XX+....'],
    ['session', '+++....'],
    ['deadlock', '+++++++'],
  ])('make of %s %s', (rule, signs) => {
    expect(signsOf(rule)).toBe(signs);
  });

  it('are asked 59 rules, of which 37 are broken by one of them or more', () => {
    const broken = rows.filter(({ cells }) =>
      cells.some(({ verdict }) => verdict === 'broken' || verdict === 'cannot-be-kept'),
    );
    expect([rows.length, broken.length]).toEqual([59, 37]);
    // Nothing of any of them was left unread.
    expect(rows.some(({ cells }) => cells.some(({ verdict }) => verdict === 'unknown'))).toBe(
      false,
    );
  });

  it('keep every rule where they are completed, and where pages are those of the device fd', () => {
    for (const name of ['completed', 'pages-vfio-fd']) {
      const verdicts = rows.map(({ cells }) => cells[names.indexOf(name)]!.verdict);
      expect([name, [...new Set(verdicts)].sort()]).toEqual([name, ['kept', 'not-asked']]);
    }
  });

  it('say of a rule that no order keeps how many there were, and which steps are in the way', () => {
    const row = rows.find(({ rule }) => rule === 'reset-after-last-pin')!;
    expect(row.cells[names.indexOf('pages-read')]).toEqual({
      verdict: 'cannot-be-kept',
      counterexample: 'page-backed/reset-after-last-pin/pages-read',
      known: ['F-A23'],
      search: {
        title: 'the steps of the proof of concept, and its one section of memory_lock',
        orders: 60,
        between: ['dev[0].pci_try_reset_function:begin', 'page[0].pin:ok'],
      },
    });
  });

  it('cannot keep the pool of two BARs by any order of a helper that removes one', () => {
    const row = rows.find(({ rule }) => rule === 'pool-is-there')!;
    expect(row.cells[names.indexOf('rfc-2026-06')]).toMatchObject({
      verdict: 'cannot-be-kept',
      search: {
        title: 'the helper that removes one of two BARs, and destroys their pool',
        orders: 60,
        between: ['dev[0].pool.clear', 'dev[0].p2pdma:set'],
      },
    });
  });

  it('have every rule that the manifest breaks in a broken cell, and no other', () => {
    for (const [i, { places }] of p2pMemory.designs.entries()) {
      const broken = specification.expectations
        .filter(({ system, revision }) =>
          places.some((place) => place.system === system && place.revision === revision),
        )
        .flatMap(({ properties }) =>
          Object.entries(properties).flatMap(([id, said]) =>
            ['holds', 'vacuous'].includes(said) ? [] : [id.replace(/[@(:].*/, '')],
          ),
        );
      const shown = rows.flatMap(({ rule, cells }) =>
        'counterexample' in cells[i]! ? [rule] : [],
      );
      expect([names[i], [...shown].sort()]).toEqual([names[i], [...new Set(broken)].sort()]);
    }
  });
});

describe('what calls answer', () => {
  let calls: ReturnType<typeof answersOf>;
  beforeAll(() => {
    calls = answersOf(whole, p2pMemory);
  });
  const outcomesOf = (call: string, design: string) =>
    calls
      .find((one) => one.call.startsWith(call))!
      .answers.find(({ designs }) => designs.includes(design))!.outcomes;

  it('is said of every design, each once', () => {
    for (const { call, answers } of calls) {
      const said = answers.flatMap(({ designs }) => designs);
      expect([call, [...said].sort()]).toEqual([call, [...names].sort()]);
    }
  });

  it.each([
    ['mmap() of p2pmem', 'rfc-2026-06', ['ok', '-EINVAL', '-ENODEV', '-ENOMEM']],
    ['mmap() of p2pmem', 'pages-read', ['ok', '-ENOENT']],
    ['mmap() of p2pmem', 'pages-sound', ['-ENOENT']],
    ['mmap() of the fd', 'pages-read', ['ok', '-ENODEV']],
    ['DMA_BUF export', 'completed', ['ok', 'refused']],
    ['An access', 'pages-vfio-fd', ['ok', 'SIGBUS', 'SIGSEGV']],
    ['VFIO_IOMMU_MAP_DMA', 'devres', ['-EFAULT']],
  ])('%s in %s: %j, as some run of its machines does', (call, design, outcomes) => {
    expect(outcomesOf(call, design)).toEqual(outcomes);
  });
});
