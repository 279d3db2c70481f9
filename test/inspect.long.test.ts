import { expect, test } from 'vitest';
import { specification } from '../specs/catalogue.ts';
import { Inspector } from '../src/inspect/inspector.ts';

/** Every broken cell of the matrix opens a run that can be stepped to where the rule breaks. */

const inspector = new Inspector({ ...specification, targets: [] }, { stately: false, taken: [] });
const cells = inspector.matrix().rows.flatMap((row) => row.cells);

test.each([...new Set(cells.flatMap(({ counterexample }) => counterexample ?? []))])('%s', (id) => {
  const run = inspector.runs.counterexample(id);
  const { properties } = inspector.system(run.subject);
  const play = inspector.play({ subject: run.subject, steps: run.steps });
  expect(play.refusedStep).toBeUndefined();
  const { live, kind } = properties.find((property) => property.id === run.property)!;
  const said = play.properties.at(-1)!.find((property) => property.id === run.property);
  if (!live) expect(said).toBeUndefined();
  else if (kind === 'leads-to') expect(said).toMatchObject({ status: 'pending' });
  else expect(said).toMatchObject({ status: 'broken', why: run.finding });
});
