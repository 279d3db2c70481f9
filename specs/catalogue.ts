import type { Catalogue } from '../src/cli/catalogue.ts';
import { hotResetFaults } from './hot-reset/faults.ts';
import { hotResetFamily } from './hot-reset/hot-reset.system.ts';

/** Everything that this specification says, for the command line. */
export const catalogue: Catalogue = {
  families: [hotResetFamily],
  faults: [...hotResetFaults],
  machines: [],
  expectations: [],
  findings: [],
};
