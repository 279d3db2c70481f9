import { expect, test } from 'vitest';
import { specification } from '../catalogue.ts';
import { ask } from './index.ts';

test('every system is asked, and answers what is written down', async () => {
  const all = specification.families.flatMap((family) => {
    const answered = ask(family);
    return answered === undefined ? [] : [[family.name, answered] as const];
  });
  const text = `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('answers.json');
});
