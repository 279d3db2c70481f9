import { readFileSync } from 'node:fs';
import type { Catalogue, Expectation } from '../src/cli/catalogue.ts';
import { lifeFamily } from './dma-buf/life.system.ts';
import { findings } from './findings.ts';
import { hotResetFaults } from './hot-reset/faults.ts';
import { hotResetFamily } from './hot-reset/hot-reset.system.ts';
import { machines } from './machines.ts';
import { revokeFaults } from './revoke/faults.ts';
import { revokeFamily } from './revoke/revoke.system.ts';
import { suites } from './suites.ts';

/** What every system is expected to be and to say; `npm run manifest` writes the counts anew. */
const manifest = new URL('manifest.json', import.meta.url);

/** Everything that this specification says, without the targets that its tests are run on. */
export const specification: Omit<Catalogue, 'targets'> = {
  description: 'An executable specification of how Linux shares PCI device memory peer to peer',
  families: [lifeFamily, revokeFamily, hotResetFamily],
  faults: [...hotResetFaults, ...revokeFaults],
  machines,
  expectations: JSON.parse(readFileSync(manifest, 'utf8')) as Expectation[],
  findings,
  suites,
};
