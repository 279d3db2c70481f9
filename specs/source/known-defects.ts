import { brokenIn, expectationsOf, findingsAt, isSameScope } from 'xstate-check';
import { cSourceOf, type KnownDefects } from 'xstate-check/kernel';
import { knownBugs, notModelled } from '../bugs.ts';
import { families, specification } from '../catalogue.ts';
import { everyFunction, type KernelFunction } from '../revisions/functions.ts';
import { NEWEST } from '../revisions/index.ts';
import { cSpecification, notYetRead } from './index.ts';
import { excuses, fixes, signatures } from './signatures.ts';

const compared = new Set(cSpecification.machines.map((machine) => cSourceOf(machine)?.function));

/** The functions of the kernel that a source names, in its order. */
function functionsIn(source: string): string[] {
  const words = source.match(/\w+/g) ?? [];
  return [...new Set(words)].filter(
    (word) => everyFunction.includes(word as KernelFunction) || compared.has(word),
  );
}

/** Every defect and finding that a tree is asked for. */
export const knownDefects: KnownDefects = {
  ids: knownBugs,
  families,
  faults: specification.faults.filter(({ system }) => families.some(({ name }) => name === system)),
  findings: findingsAt(specification, NEWEST)
    .filter(({ system }) => families.some(({ name }) => name === system))
    .map((finding) => ({ ...finding, functions: functionsIn(finding.source) })),
  notModelled,
  withoutC: notYetRead,
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
