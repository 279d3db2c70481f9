import { describe, expect, test } from 'vitest';
import { Inspector } from 'xstate-check/cli';
import { specification } from '../specs/catalogue.ts';

const inspector = new Inspector({ ...specification, targets: [] }, { stately: false, taken: [] });
const cells = inspector.matrix().rows.flatMap((row) => row.cells);

describe('every fault and every finding can be stepped to where it breaks', () => {
  test.each(inspector.runs.entries())('$id', ({ id, property }) => {
    const run = inspector.runs.counterexample(id);
    const { properties } = inspector.system(run.subject);
    const play = inspector.play({ subject: run.subject, steps: run.steps });
    expect(run.property).toBe(property);
    expect(play.refusedStep).toBeUndefined();
    expect(play.steps.map(({ label }) => label)).toEqual(run.steps);
    const { kind, live } = properties.find((one) => one.id === property)!;
    // That a thread cannot come to rest no step of a run tells, but all that could follow.
    expect(live).toBe(kind !== 'rest');
    const said = play.properties.map((at) => at.find((one) => one.id === property));
    if (!live) expect(said.at(-1)).toBeUndefined();
    else {
      expect(said.at(-1)).toMatchObject(
        kind === 'leads-to' ? { status: 'pending' } : { status: 'broken', why: run.finding },
      );
    }
    const before = said.slice(0, -1).filter((one) => one?.status === 'broken');
    expect(before).toEqual([]);
    if (run.loop === undefined) return;
    const { refusedStep } = inspector.play({
      subject: run.subject,
      steps: [...run.steps, ...run.loop, ...run.loop],
    });
    expect(refusedStep).toBeUndefined();
  });
});

describe('every broken cell of the matrix opens a run that can be stepped to where it breaks', () => {
  test.each([...new Set(cells.flatMap(({ counterexample }) => counterexample ?? []))])(
    '%s',
    (id) => {
      const run = inspector.runs.counterexample(id);
      const { properties } = inspector.system(run.subject);
      const play = inspector.play({ subject: run.subject, steps: run.steps });
      expect(play.refusedStep).toBeUndefined();
      const { live, kind } = properties.find((property) => property.id === run.property)!;
      const said = play.properties.at(-1)!.find((property) => property.id === run.property);
      if (!live) expect(said).toBeUndefined();
      else if (kind === 'leads-to') expect(said).toMatchObject({ status: 'pending' });
      else expect(said).toMatchObject({ status: 'broken', why: run.finding });
    },
  );
});
