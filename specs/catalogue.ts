import { readFileSync } from 'node:fs';
import type { Catalogue, Expectation, SystemFamily } from 'xstate-check';
import { limits } from './limits.ts';
import { designs } from './p2p-registration/policy.ts';
import { program } from './program.ts';
import { proposals, revisions } from './revisions/index.ts';
import { type Subject, subjects, withManifest } from './subjects.ts';
import { suites } from './suites.ts';

/** What the systems of a subject are expected to be and to say: `npm run manifest` writes it anew. */
function manifestOf({ folder }: Subject): Expectation[] {
  const file = new URL(`${folder}/manifest.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The systems of the kernel and of what was posted for it; the manifests are about them. */
export const families: readonly SystemFamily[] = withManifest.flatMap(
  (subject) => subject.families,
);

/** Everything that this specification says, without the targets that its tests are run on. */
export const specification: Omit<Catalogue, 'targets'> = {
  program,
  description: 'An executable specification of how Linux shares PCI device memory peer to peer',
  families: subjects.flatMap((subject) => subject.families),
  // History; then the designs of another thing, and what somebody proposes.
  revisions: [...revisions, ...designs, ...proposals],
  faults: subjects.flatMap(({ faults }) => faults),
  machines: subjects.flatMap(({ machines, title }) =>
    machines.map((entry) => ({ ...entry, subject: title })),
  ),
  expectations: subjects.flatMap(
    (subject) =>
      subject.expectations ?? (withManifest.includes(subject) ? manifestOf(subject) : []),
  ),
  findings: subjects.flatMap(({ findings }) => findings),
  suites,
  limits,
};
