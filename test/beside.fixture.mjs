import { writeFileSync } from 'node:fs';
import { createJiti } from 'jiti';
import { workBeside } from 'xstate-check/command';

/** The doors, in a thread beside the first one, which waits for a file that says that it has begun. */
const of = createJiti(import.meta.url);
const { reportedDoors } = await of.import('./report-doors.fixture.ts');
const { program } = await of.import('../specs/program.ts');

const { BESIDE_BEGUN: begun, BESIDE_DOES: asked } = process.env;
/** What is done to a door there. */
const does = {
  works: () => {},
  ends: () => process.exit(0),
  throws: () => {
    throw new Error('the door sticks');
  },
  'fails later': () => {
    queueMicrotask(() => {
      throw new Error('the door falls');
    });
  },
}[asked];

await workBeside(program, async () => ({
  ...reportedDoors,
  families: reportedDoors.families.map((family) => ({
    ...family,
    build(options) {
      writeFileSync(begun, '');
      does();
      return family.build(options);
    },
  })),
}));
