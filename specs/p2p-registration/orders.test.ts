import { describe, expect, it } from 'vitest';
import { asData } from '../shared/searched-orders.ts';
import { questions, searched, systemOf } from './orders.ts';
import { searchedOrders } from './searched-orders.ts';

const questionOf = (id: string) => questions.find((one) => one.id === id)!;

describe('the orders of the steps of registration', () => {
  it('have all been searched', () => {
    expect(Object.keys(searchedOrders).sort()).toEqual(questions.map(({ id }) => id).sort());
  });

  // The other takes a minute: orders.long.test.ts.
  it('of a write that clears COMMAND.MEM fare as the data says', () => {
    const question = questionOf('memory-off');
    expect(asData(searched(question))).toEqual(searchedOrders['memory-off']);
  });

  it('leave no order of the helper that keeps the pool of the other BAR', () => {
    expect(searchedOrders.remove).toMatchObject({ searched: 60, kept: [] });
    expect(searchedOrders.remove!.broken.map(({ orders }) => orders)).toEqual([60, 60]);
  });

  it('are those of the design under review, but for one machine', () => {
    const question = questionOf('remove');
    const { parts } = systemOf(question.steps, question);
    expect(parts.filter(({ machine }) => machine.id.startsWith('ordered_'))).toHaveLength(1);
    expect(parts.find(({ machine }) => machine.id === 'ordered_remove')!.name).toBe(question.part);
  });
});
