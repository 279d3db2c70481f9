import { readFileSync } from 'node:fs';
import type { Catalogue, Expectation, SystemFamily } from 'xstate-check';
import { comparisons } from './comparisons/index.ts';
import { description } from './description.ts';
import { limits } from './limits.ts';
import { revisions as mappingDesigns } from './mapping-types/versions.ts';
import { designs as policies } from './p2p-registration/policy.ts';
import { designs as pageDesigns } from './page-backed/index.ts';
import { program } from './program.ts';
import { proposals, revisions } from './revisions/index.ts';
import { type Subject, subjects, withManifest, writtenOf } from './subjects.ts';
import { suites } from './suites.ts';
import { designs as userDesigns } from './uses/index.ts';
import { revisions as drivers } from './xsk-pool/drivers.ts';

/** What the systems of a subject are expected to be and to say: `npm run manifest` writes it anew. */
function manifestOf({ folder }: Subject): Expectation[] {
  const file = new URL(`${folder}/manifest.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The systems of the kernel and of what was posted for it. */
export const families: readonly SystemFamily[] = subjects
  .filter(({ expectations }) => expectations === undefined)
  .flatMap((subject) => subject.families);

/** The systems whose expectations are in the manifests. */
export const written: readonly SystemFamily[] = withManifest.flatMap(writtenOf);

/** Everything that this specification says, without the targets that its tests are run on. */
export const specification: Omit<Catalogue, 'targets'> = {
  program,
  description,
  families: subjects.flatMap((subject) => subject.families),
  core: subjects.filter(({ isCore }) => isCore).map(({ title }) => title),
  // History; then the designs of another thing, and what somebody proposes.
  revisions: [
    ...revisions,
    ...policies,
    ...pageDesigns,
    ...userDesigns,
    ...mappingDesigns,
    ...drivers,
    ...proposals,
  ],
  faults: subjects.flatMap(({ faults }) => faults),
  machines: subjects.flatMap(({ machines, title }) =>
    machines.map((entry) => ({ ...entry, subject: title })),
  ),
  expectations: subjects.flatMap((subject) => [
    ...(withManifest.includes(subject) ? manifestOf(subject) : []),
    ...(subject.expectations ?? []),
  ]),
  findings: subjects.flatMap(({ findings }) => findings),
  suites,
  comparisons,
  limits,
};
