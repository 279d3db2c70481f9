import { expect, it } from 'vitest';
import { kernelDialect } from '../linux/c-dialect.ts';
import { exitsOf, untakenOf } from './exits.ts';
import { CReader } from './parse.ts';

const LAMP = `int lamp_on(struct lamp *lamp)
{
  if (!lamp)
    return -EINVAL;
  if (lamp->broken)
    return -EINVAL;
  if (lamp_heat(lamp))
    goto cold;
  return 0;
cold:
  return -EIO;
}
`;
const unit = (await CReader.load(kernelDialect)).read('lamp.c', LAMP);
const tree = { name: 'a tree', read: () => LAMP };
const exits = (...lines: number[]) =>
  exitsOf(unit.functions.get('lamp_on')!, new Set(lines.map((line) => `lamp.c:${line}`)));

it('are the returns and jumps that no run of any machine comes to', () => {
  const { all, untaken } = untakenOf([...exits(4, 9), ...exits(9, 11)], tree, {});
  expect(all).toBe(5);
  expect(untaken).toEqual([
    { exit: 'lamp_on: return -EINVAL; (2)', place: { file: 'lamp.c', line: 6 } },
    { exit: 'lamp_on: goto cold;', place: { file: 'lamp.c', line: 8 } },
  ]);
});

it('say why where that is known', () => {
  const known = { 'lamp_on: goto cold;': 'no lamp is cold' };
  const { untaken } = untakenOf(exits(4, 6, 9, 11), tree, known);
  expect(untaken).toEqual([
    {
      exit: 'lamp_on: goto cold;',
      place: { file: 'lamp.c', line: 8 },
      known: 'no lamp is cold',
    },
  ]);
});
