import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { specification } from '../catalogue.ts';
import { designs } from './design.ts';
import { questions, searched } from './orders.ts';
import { pageBackedPage } from './page.ts';
import { searchedOrders } from './searched-orders.ts';
import { rulesByDesign } from './table.ts';

const names = designs.map(({ name }) => name);
const rows = rulesByDesign(specification.expectations, names);
const cellsOf = (rule: string) => {
  const { cells } = rows.find((row) => row.rule === rule)!;
  return names.map((name) => cells[name]!);
};

/** As the data has it: a run as the number of its steps. */
const asWritten = ({ broken, ...rest }: ReturnType<typeof searched>) => ({
  ...rest,
  broken: broken.map(({ run, ...one }) => ({ ...one, steps: run.length })),
});

describe('the orders of the steps', () => {
  it('have all been searched', () => {
    expect(Object.keys(searchedOrders).sort()).toEqual(questions.map(({ id }) => id).sort());
  });

  // The others take minutes: orders.long.test.ts.
  it.each(['as-read', 'dma-buf-fd'])('of %s fare as the data says', (id) => {
    const question = questions.find((one) => one.id === id)!;
    expect(asWritten(searched(question))).toEqual(searchedOrders[id]);
  });

  it('of the proof of concept never await a pin, and half of the waits in its lock hang', () => {
    expect(searchedOrders['as-read']).toMatchObject({ searched: 60, kept: [] });
    expect(searchedOrders.waits).toMatchObject({ searched: 420, kept: [] });
    expect(searchedOrders['waits-outside-twice']).toMatchObject({ searched: 504, kept: [] });
    const hangs = searchedOrders.waits!.broken.find(({ rule }) => rule === 'deadlock')!;
    expect(hangs).toMatchObject({
      orders: 140,
      between: ['dev[0].memory_lock.down_write', 'page[1].pin:none'],
    });
  });
});

describe('the table of rules by designs', () => {
  it('is in docs/page-backed.md, with the searches', () => {
    const page = readFileSync(new URL('../../docs/page-backed.md', import.meta.url), 'utf8');
    expect(page).toBe(pageBackedPage(specification.expectations));
  });

  it('says which rule no order of a design can keep, and which two steps are in the way', () => {
    expect(cellsOf('reset-after-last-pin')).toEqual([
      {
        verdict: 'cannot-be-kept',
        counterexample: 'page-backed/reset-after-last-pin/pages-read',
        findings: 'F-A23',
        orders: 60,
        between: ['dev[0].pci_try_reset_function:begin', 'page[0].pin:ok'],
      },
      { verdict: 'kept' },
      { verdict: 'kept' },
    ]);
    expect(cellsOf('no-pages-through-dmabuf-fd').map(({ verdict }) => verdict)).toEqual([
      'cannot-be-kept',
      'cannot-be-kept',
      'kept',
    ]);
  });

  it('says of a rule that some order keeps that it is broken, and by which run', () => {
    expect(cellsOf('reset-after-last-pte')[0]).toEqual({
      verdict: 'broken',
      counterexample: 'page-backed/reset-after-last-pte/pages-read',
      findings: 'F-A24',
    });
  });

  it('asks nothing of a design that is not looked at', () => {
    const [row] = rulesByDesign(specification.expectations, ['pages-read', 'nobody']);
    expect(row!.cells.nobody).toEqual({ verdict: 'not-asked' });
  });

  it('has one broken or more of each fault of the alternative', () => {
    const broken = rows.filter(({ cells }) => cells['pages-read']!.verdict !== 'kept');
    expect(broken.map(({ rule }) => rule).sort()).toEqual([
      'address-is-the-byte',
      'count-is-references',
      'failed-export-leaves-nothing',
      'no-page-misuse',
      'no-pages-through-dmabuf-fd',
      'one-kind-of-pte',
      'one-owner',
      'pages-made-once',
      'pages-serve-every-export',
      'pte-only-while-live',
      'refinement',
      'reset-after-last-pin',
      'reset-after-last-pte',
      'revoked-means-unpinned',
      'route-matches-address',
    ]);
    expect(rows.every(({ cells }) => cells['pages-vfio-fd']!.verdict === 'kept')).toBe(true);
  });
});
