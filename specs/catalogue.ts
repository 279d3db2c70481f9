import { readFileSync } from 'node:fs';
import type { Catalogue, Expectation, MachineEntry } from '../src/catalogue/catalogue.ts';
import { builtOnce } from '../src/specification/built-once.ts';
import type { SystemFamily } from '../src/specification/system.ts';
import { description } from './description.ts';
import { lifeFaults } from './dma-buf/faults.ts';
import { lifeFamily } from './dma-buf/life.system.ts';
import * as exports from './export/index.ts';
import { findings } from './findings.ts';
import * as hotReset from './hot-reset/index.ts';
import * as importers from './importers/index.ts';
import { limits } from './limits.ts';
import { machines } from './machines.ts';
import * as mmap from './mmap/index.ts';
import { functionResetOrderFamily } from './order/function-reset-order.system.ts';
import { hotResetOrderFamily } from './order/hot-reset-order.system.ts';
import * as p2p from './p2p-registration/index.ts';
import { citing } from './revisions/cited.ts';
import { proposals, revisions } from './revisions/index.ts';
import { revokeFaults } from './revoke/faults.ts';
import { revokeFamily } from './revoke/revoke.system.ts';
import { suites } from './suites.ts';
import { machines as traceMachines } from './trace/machines.ts';
import * as transitions from './transitions/index.ts';

/** What every system is expected to be and to say; `npm run manifest` writes the counts anew. */
const manifest = new URL('manifest.json', import.meta.url);

/** The systems of the kernel and of what was posted for it; the manifest is about them. */
export const families: readonly SystemFamily[] = [
  lifeFamily,
  revokeFamily,
  ...hotReset.families,
  hotResetOrderFamily,
  functionResetOrderFamily,
  ...transitions.families,
  ...exports.families,
  ...importers.families,
  ...mmap.families,
].map((family) => builtOnce(citing(family)));

function about(subject: string, entries: readonly MachineEntry[]): MachineEntry[] {
  return entries.map((entry) => ({ ...entry, subject }));
}

/** Everything that this specification says, without the targets that its tests are run on. */
export const specification: Omit<Catalogue, 'targets'> = {
  description,
  families: [...families, ...p2p.families.map(builtOnce)],
  // History; then the designs of another thing, and what somebody proposes.
  revisions: [...revisions, ...p2p.designs, ...proposals],
  faults: [
    ...lifeFaults,
    ...revokeFaults,
    ...hotReset.faults,
    ...transitions.faults,
    ...exports.faults,
    ...importers.faults,
    ...mmap.faults,
    ...p2p.faults,
  ],
  machines: [
    ...about('revocation and hot reset', machines),
    ...about('transitions of a device', transitions.machines),
    ...about('export', exports.machines),
    ...about('importers', importers.machines),
    ...about('BARs mapped into processes', mmap.machines),
    ...about('P2P registration of BARs', p2p.machines),
    ...about('traces of real kernels', traceMachines),
  ],
  expectations: [
    ...(JSON.parse(readFileSync(manifest, 'utf8')) as Expectation[]),
    ...p2p.expectations,
  ],
  findings: [
    ...findings,
    ...hotReset.findings,
    ...transitions.findings,
    ...exports.findings,
    ...importers.findings,
    ...mmap.findings,
    ...p2p.findings,
  ],
  suites,
  limits,
};
