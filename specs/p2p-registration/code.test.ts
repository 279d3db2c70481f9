import { describe, expect, it } from 'vitest';
import { judge, lint } from 'xstate-check';
import { specification } from '../catalogue.ts';
import { CODE_REVISIONS } from './code-versions.ts';
import { registrationDefects, registrationNotModelled } from './defects.ts';
import { codeFamilies, faults, findings } from './index.ts';

const systems = codeFamilies.flatMap((family) =>
  CODE_REVISIONS.map((revision) => ({ name: family.name, family, revision })),
);

describe('registration as code', () => {
  it.each(systems)('$name at $revision is what the manifest says', ({ family, revision }) => {
    const catalogue = { ...specification, targets: [] };
    const scope = family.defaultScope;
    expect(judge(catalogue, family, { scope, revision }).differences).toEqual([]);
  });

  it.each(systems)('the machines of $name at $revision pass the linter', ({ family, revision }) => {
    const { parts } = family.build({ scope: family.defaultScope, revision });
    const machines = new Map(parts.map(({ machine }) => [machine.id, machine]));
    expect([...machines.values()].flatMap((machine) => lint(machine))).toEqual([]);
  });

  it('keeps every rule where the policy is completed', () => {
    const completed = specification.expectations.filter(
      ({ system, revision }) =>
        revision === 'completed' && codeFamilies.some(({ name }) => name === system),
    );
    expect(completed.map(({ system }) => system)).toEqual(codeFamilies.map(({ name }) => name));
    const verdicts = completed.flatMap(({ properties }) => Object.values(properties));
    expect(new Set(verdicts)).toEqual(new Set(['holds']));
  });
});

describe('what an implementation can get wrong', () => {
  const modelled = new Set(faults.map((fault) => fault.defect ?? fault.id));

  it.each(registrationDefects)('%s is a fault, or it is said why not', (id) => {
    const isSaid = registrationNotModelled.some((one) => one.id === id);
    expect({ id, modelled: modelled.has(id), isSaid }).toEqual({
      id,
      modelled: !isSaid,
      isSaid,
    });
  });
});

const rules = codeFamilies.flatMap((family) =>
  CODE_REVISIONS.flatMap(
    (revision) => family.build({ scope: family.defaultScope, revision }).properties,
  ),
);

describe('the rules of the review', () => {
  it('that are about steps are asked of the code', () => {
    const expected = ['X7', 'X8', 'X9', 'X10', 'X11', 'X12', 'X13', 'X14', 'X15', 'X16', 'X17'];
    const asked = new Set(rules.flatMap(({ rule }) => (rule === undefined ? [] : [rule])));
    expect([...asked].sort()).toEqual([...expected, 'X19'].sort());
  });

  it('each break somewhere, by a fault or by what somebody has', () => {
    const broken = new Set([
      ...faults.flatMap(({ expected }) => expected),
      ...findings.map(({ property }) => property),
    ]);
    const unbroken = rules
      .filter(({ rule }) => rule !== undefined)
      .map(({ id, rule }) => ({ rule, name: id.replace(/[(@].*$/, '') }))
      .filter(({ name }) => ![...broken].some((id) => id.replace(/[(@].*$/, '') === name));
    expect(unbroken).toEqual([]);
  });
});
