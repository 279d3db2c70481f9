import { brokenIn, expectationsOf, findingsAt, isSameScope } from '../../src/cli/known.ts';
import type { KnownDefects } from '../../src/source/judge-carries.ts';
import { knownBugs, notModelled } from '../bugs.ts';
import { families, specification } from '../catalogue.ts';
import { NEWEST } from '../revisions/index.ts';
import { excuses, fixes, signatures } from './signatures.ts';

/** Every defect and finding that a tree is asked for. */
export const knownDefects: KnownDefects = {
  ids: knownBugs,
  families,
  faults: specification.faults.filter(({ system }) => families.some(({ name }) => name === system)),
  findings: findingsAt(specification, NEWEST).filter(({ system }) =>
    families.some(({ name }) => name === system),
  ),
  notModelled,
  signatures,
  excuses,
  fixes,
  newest: NEWEST,
  brokenAt: (system, version) => {
    const family = families.find(({ name }) => name === system);
    return family === undefined
      ? []
      : brokenIn(specification, family, version).map(({ property }) => property);
  },
  statesAt: (system, version, scope) => {
    const family = families.find(({ name }) => name === system);
    if (family === undefined) return undefined;
    const all = expectationsOf(specification, family, version);
    return all.find((one) => isSameScope(one.scope, scope))?.states;
  },
};
