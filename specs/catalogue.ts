import type { Catalogue } from '../src/cli/catalogue.ts';
import { lifeFamily } from './dma-buf/life.system.ts';
import { hotResetFaults } from './hot-reset/faults.ts';
import { hotResetFamily } from './hot-reset/hot-reset.system.ts';
import { revokeFaults } from './revoke/faults.ts';
import { revokeFamily } from './revoke/revoke.system.ts';

/** Everything that this specification says, for the command line. */
export const catalogue: Catalogue = {
  description: 'An executable specification of how Linux shares PCI device memory peer to peer',
  families: [lifeFamily, revokeFamily, hotResetFamily],
  faults: [...hotResetFaults, ...revokeFaults],
  machines: [],
  expectations: [],
  findings: [],
};
