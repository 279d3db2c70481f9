import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { specification } from '../catalogue.ts';
import { cannotMatter } from '../limits.ts';
import { operationsPage } from '../writers/operations-page.ts';
import { operations } from './index.ts';
import { Drawn } from './meant.ts';
import { operationsOfNewest } from './places.ts';

const all = operationsOfNewest();
const drawn = new Drawn(specification);

describe('what everybody can do', () => {
  it('is, of Linux 7.3.4, said of each, and of nothing else', () => {
    expect(all.filter(({ said }) => said === undefined)).toEqual([]);
    const count = (is: string) => all.filter(({ said }) => said?.is === is).length;
    expect([all.length, count('modelled'), count('limit'), count('not drawn')]).toEqual([
      438, 85, 295, 58,
    ]);
    expect(Object.keys(operations.said)).toHaveLength(all.length);
  });

  it('is a step of the system that is named, or the reason is a limit, or it is not drawn', () => {
    const steps = all.flatMap(({ said }) => drawn.stepsOf(said!));
    expect(steps.filter((step) => typeof step === 'string')).toEqual([]);
  });

  it('is the page', () => {
    expect(readFileSync('docs/operations.md', 'utf8')).toBe(operationsPage());
  });

  it('has no reason that nothing has', () => {
    const reasons = all.flatMap(({ said }) => (said?.is === 'limit' ? said.reason : []));
    expect(Object.values(cannotMatter).filter((reason) => !reasons.includes(reason))).toEqual([]);
  });
});

describe('a step that is none', () => {
  const said = (system: string, label: string) =>
    drawn.stepsOf({ is: 'modelled', by: { [system]: [label] } });

  it('is told: no such label, no such system', () => {
    expect(said('revoke', 'dev.closes')).toEqual([
      "no part of 'revoke' has the label 'dev.closes'",
    ]);
    expect(said('revokes', 'dev.close')).toEqual(["there is no system 'revokes'"]);
  });

  it('is none that only a monitor has', () => {
    expect(said('revoke', 'dev.close')).toEqual([
      { system: 'revoke', label: 'dev.close', by: 'user' },
    ]);
  });
});
