import { describe, expect, it } from 'vitest';
import { knownBugs, notModelled } from '../../specs/bugs.ts';
import { specification } from '../../specs/catalogue.ts';
import { defectsOf, revisions } from '../../specs/revisions/index.ts';

/** Every known defect of the feature is a fault here, a finding, or said not to be modelled. */

const modelled = new Set([
  ...specification.faults.map((fault) => fault.defect ?? fault.id),
  ...specification.findings.map(({ id }) => id),
]);

describe('the known defects', () => {
  it('are those that versions had, and others, each once', () => {
    const had = revisions.flatMap(({ name }) => defectsOf(name));
    const isKnown = (id: string) => knownBugs.some((bug) => `${id}-`.startsWith(`${bug}-`));
    expect(had.filter((id) => !isKnown(id))).toEqual([]);
    expect(new Set(knownBugs).size).toBe(knownBugs.length);
  });

  it.each(knownBugs)('%s is modelled, or it is said why not', (id) => {
    const reason = notModelled.find((bug) => bug.id === id)?.reason;
    expect({ id, modelled: modelled.has(id), why: reason !== undefined }).toEqual({
      id,
      modelled: reason === undefined,
      why: reason !== undefined,
    });
  });
});
