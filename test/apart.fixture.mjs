import { run } from '../dist/src/cli/main.js';
import { programOf } from '../dist/src/cli/program.js';
import { workApart } from '../dist/src/load/work-apart.js';

/** A tool without a specification, which starts at once. */
const catalogue = {
  description: 'Nothing is specified here',
  ...{ families: [], revisions: [], faults: [], machines: [], expectations: [] },
  ...{ findings: [], suites: [], targets: [] },
};
await workApart((args, terminal) => run(programOf(catalogue), args, terminal));
