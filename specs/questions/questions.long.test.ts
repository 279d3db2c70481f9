import { expect, test } from 'vitest';
import { specification } from '../catalogue.ts';
import { answered } from './answered.ts';
import { ask } from './index.ts';

test('every system is asked, and answers what is written down', async () => {
  const all = specification.families.flatMap((family) => {
    const answered = ask(family);
    return answered === undefined ? [] : [[family.name, answered] as const];
  });
  const found = Object.fromEntries(all);
  // How the file is formatted does not matter: `-u` writes it, and `npm run format` puts it in order.
  if (JSON.stringify(found) === JSON.stringify(answered())) return;
  await expect(`${JSON.stringify(found, null, 2)}\n`).toMatchFileSnapshot('answers.json');
});
