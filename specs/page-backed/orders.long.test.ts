import { expect, it } from 'vitest';
import { questions, searched } from './orders.ts';
import { searchedOrders } from './searched-orders.ts';

it.each(questions)('the orders of $id fare as the data says', (question) => {
  const { broken, ...rest } = searched(question);
  const asWritten = broken.map(({ run, ...one }) => ({ ...one, steps: run.length }));
  expect({ ...rest, broken: asWritten }).toEqual(searchedOrders[question.id]);
});
