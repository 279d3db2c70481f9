import { expect, it } from 'vitest';
import { asData } from '../shared/searched-orders.ts';
import { questions, searched } from './orders.ts';
import { searchedOrders } from './searched-orders.ts';

it.each(questions)('the orders of $id fare as the data says', (question) => {
  expect(asData(searched(question))).toEqual(searchedOrders[question.id]);
});
