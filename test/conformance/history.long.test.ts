import { describe, expect, it } from 'vitest';
import { check, type Fault } from 'xstate-check';
import { specification } from '../../specs/catalogue.ts';
import { defectsOf, NEWEST, revisions } from '../../specs/revisions/index.ts';

/**
 * What the facts say about a version, which defects it had and which it mended, comes out of the
 * systems: a version breaks the rules that its defects break, and keeps them where it has none.
 */

const familyOf = (fault: Fault) => specification.families.find((f) => f.name === fault.system)!;

const defectOf = (fault: Fault) => fault.defect ?? fault.id;

/** The faults that some version had. */
const historical = specification.faults.filter((fault) =>
  revisions.some(({ name }) => defectsOf(name).includes(defectOf(fault))),
);

/** The properties of a fault that a version breaks, where the fault is looked for. */
function brokenAt(fault: Fault, revision: string): string[] {
  const system = familyOf(fault).build({ scope: fault.scope, revision });
  const properties = system.properties.filter(({ id }) => fault.expected.includes(id));
  return check({ ...system, properties }).properties.flatMap(({ property, verdict }) =>
    verdict === 'broken' ? [property.id] : [],
  );
}

/** Whether another known defect of the version, or what is found in the newest, breaks the rule. */
function alsoBreaks(fault: Fault, revision: string, property: string): boolean {
  const claimed = specification.findings.some(
    (finding) => finding.system === fault.system && finding.property === property,
  );
  return claimed || defectsOf(revision).some((defect) => breaksAlone(fault, defect, property));
}

function breaksAlone(fault: Fault, defect: string, property: string): boolean {
  const expected = specification.faults.some(
    (other) =>
      other.system === fault.system &&
      defectOf(other) === defect &&
      other.expected.includes(property),
  );
  const alone = `${NEWEST}+${defect}`;
  return (
    expected ||
    (familyOf(fault).revisions.includes(alone) && brokenAt(fault, alone).includes(property))
  );
}

describe('the table of versions', () => {
  it('has each version once, and the newest release among them', () => {
    const names = revisions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain(NEWEST);
    expect(revisions.find(({ name }) => name === NEWEST)!.differs).toEqual([]);
  });

  it('names only defects that are faults or findings here', () => {
    const known = [
      ...specification.faults.map(defectOf),
      ...specification.findings.map((f) => f.id),
    ];
    const named = revisions.flatMap(({ name }) => defectsOf(name));
    expect(named.filter((id) => !known.includes(id))).toEqual([]);
    expect(historical.length).toBeGreaterThan(20);
  });

  it('gives every difference a source, and every gap a reason', () => {
    for (const { differs, gaps, source } of revisions) {
      expect(source).not.toBe('');
      for (const difference of differs) expect(difference.source).not.toBe('');
      for (const gap of gaps) expect(gap.why).not.toBe('');
    }
  });
});

describe.each(historical)('$id: $title', (fault) => {
  const drawn = revisions.filter(({ name }) => familyOf(fault).revisions.includes(name));
  const having = drawn.filter(({ name }) => defectsOf(name).includes(defectOf(fault)));
  const without = drawn.filter(({ name }) => !defectsOf(name).includes(defectOf(fault)));

  it.each(having.map(({ name }) => name))('%s had it, and breaks its rules', (name) => {
    expect(brokenAt(fault, name)).toContain(fault.expected[0]);
  });

  it.each(without.map(({ name }) => name))('%s had not, and keeps them', (name) => {
    const broken = brokenAt(fault, name);
    expect(broken.filter((property) => !alsoBreaks(fault, name, property))).toEqual([]);
  });
});
