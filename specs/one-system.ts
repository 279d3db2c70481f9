import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  builtOnce,
  type Catalogue,
  type Expectation,
  type Finding,
  type SystemFamily,
} from 'xstate-check';
import { description } from './description.ts';
import { program } from './program.ts';
import { citing } from './revisions/cited.ts';
import { listed } from './revisions/listed.ts';

/** What a subject says of its systems. */
interface OfSubject {
  readonly families?: readonly SystemFamily[];
  readonly findings?: readonly Finding[];
  readonly expectations?: readonly Expectation[];
}

/**
 * What is said of one system: its subject alone, which takes half as long to load as all of them. By
 * the manifests it is known which subject that is.
 *
 * @returns nothing where no manifest has such a system
 */
export async function oneSystem(system: string): Promise<Catalogue | undefined> {
  for (const folder of readdirSync(new URL('.', import.meta.url))) {
    const manifest = new URL(`${folder}/manifest.json`, import.meta.url);
    if (!existsSync(manifest)) continue;
    const written: Expectation[] = JSON.parse(readFileSync(manifest, 'utf8'));
    if (!written.some((one) => one.system === system)) continue;
    const {
      families = [],
      findings = [],
      expectations = [],
    }: OfSubject = await import(`./${folder}/index.ts`);
    return {
      ...{ isPart: true, program, description, findings, revisions: listed },
      families: families.map((family) => builtOnce(citing(family))),
      expectations: [...written, ...expectations],
      ...{ faults: [], machines: [], suites: [], targets: [] },
    };
  }
  return undefined;
}
