import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withoutInstance } from 'xstate-check';
import { specification } from '../catalogue.ts';
import { mails, statementsPage } from './statements.ts';

const { expectations, families, faults, findings, machines, revisions } = specification;
const rules = expectations.flatMap(({ properties }) => Object.keys(properties));
const known = new Set([
  ...rules.map(withoutInstance),
  ...rules.map((rule) => rule.replace(/[(@].*/, '')),
  ...[...findings, ...faults].map(({ id }) => id),
  ...faults.flatMap(({ defect }) => defect ?? []),
  ...[...families, ...machines, ...revisions].map(({ name }) => name),
]);

/** What an answer names: between backquotes, and by the letter of a finding or a fault. */
function namesIn(answer: string): string[] {
  const quoted = [...answer.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
  return [...quoted, ...(answer.match(/\b[FA]-[\w-]*\w/g) ?? [])];
}

describe('what a mail states', () => {
  const statements = mails.flatMap((mail) => mail.statements);

  it.each(statements)('$says: is answered by what there is', ({ answer }) => {
    expect(answer).not.toBe('');
    expect(namesIn(answer).filter((name) => !known.has(name) && !existsSync(name))).toEqual([]);
  });

  it('is told where it names what there is not', () => {
    expect(namesIn('`no-vma`; F-X5, and `no-such-rule`')).toEqual([
      'no-vma',
      'no-such-rule',
      'F-X5',
    ]);
    expect(known.has('no-such-rule')).toBe(false);
  });

  it('is in docs/statements.md as `npm run docs` writes it', () => {
    expect(readFileSync('docs/statements.md', 'utf8')).toBe(statementsPage());
  });
});
