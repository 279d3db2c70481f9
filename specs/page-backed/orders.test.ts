import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asData } from '../shared/searched-orders.ts';
import { questions, searched } from './orders.ts';
import { pageBackedPage } from './page.ts';
import { searchedOrders } from './searched-orders.ts';

describe('the orders of the steps', () => {
  it('have all been searched', () => {
    expect(Object.keys(searchedOrders).sort()).toEqual(questions.map(({ id }) => id).sort());
  });

  // The others take minutes: orders.long.test.ts.
  it.each(['as-read', 'dma-buf-fd'])('of %s fare as the data says', (id) => {
    const question = questions.find((one) => one.id === id)!;
    expect(asData(searched(question))).toEqual(searchedOrders[id]);
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

describe('the page of the searches', () => {
  it('is docs/page-backed.md', () => {
    const page = readFileSync(new URL('../../docs/page-backed.md', import.meta.url), 'utf8');
    expect(page).toBe(pageBackedPage());
  });
});
