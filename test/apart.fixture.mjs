import { programOf, run, workApart } from 'xstate-check/command';

/** A tool without a specification, which starts at once. */
const catalogue = {
  program: { name: 'dmabuf-spec', version: '0.0.0', package: 'vfio-dmabuf-spec' },
  description: 'Nothing is specified here',
  ...{ families: [], revisions: [], faults: [], machines: [], expectations: [] },
  ...{ findings: [], suites: [], targets: [] },
};
await workApart((args, terminal) => run(programOf(catalogue), args, terminal));
