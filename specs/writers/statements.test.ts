import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withoutInstance } from 'xstate-check';
import { knownBugs } from '../bugs.ts';
import { specification } from '../catalogue.ts';
import { later } from './mails/mail.ts';
import { paragraphs } from './mails/paragraphs.ts';
import { countOf, kindOf, laterIn, mails, namesIn, statementsPage } from './statements.ts';

const { expectations, families, faults, findings, machines, revisions } = specification;
const rules = expectations.flatMap(({ properties }) => Object.keys(properties));
const known = new Set([
  ...rules.map(withoutInstance),
  ...rules.map((rule) => rule.replace(/[(@].*/, '')),
  ...[...findings, ...faults].map(({ id }) => id),
  ...faults.flatMap(({ defect }) => defect ?? []),
  ...knownBugs,
  ...[...families, ...machines, ...revisions].map(({ name }) => name),
]);
const isThere = (name: string) => known.has(name) || (name.includes('/') && existsSync(name));

const statements = mails.flatMap((mail) => [
  ...mail.rows.flatMap((row) => row.statements),
  ...mail.beyond,
]);

describe('what a mail states', () => {
  it.each(statements)('$says: is answered by what there is', (statement) => {
    expect(kindOf(statement)).toBeDefined();
    expect(namesIn(statement.answer).filter((name) => !isThere(name))).toEqual([]);
    expect(laterIn(statement.answer).filter((word) => !(word in later))).toEqual([]);
  });

  it('is told where it names what there is not', () => {
    expect(namesIn('`no-vma`; F-X5, and `no-such-rule`')).toEqual([
      'no-vma',
      'no-such-rule',
      'F-X5',
    ]);
    expect(['no-such-rule', 'specs', 'specs/no-such-file.ts'].filter(isThere)).toEqual([]);
  });

  it('is here, in part, to come or not asked, and an answer that says nothing is none', () => {
    const kind = (answer: string) => kindOf({ says: '', answer });
    expect(kind('`no-vma`')).toBe('here');
    expect(kind('`no-vma`; the rest, not yet: spdk')).toBe('in part');
    expect(kind('`no-vma`; the rest not asked: it is about the talk')).toBe('in part');
    expect(kind('not yet: spdk')).toBe('to come');
    expect(kind('not asked: it is about the talk')).toBe('not asked');
    expect(['', 'not asked: ', 'not asked', 'as above'].map(kind)).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('is left to no subject that is not named, and each that is named has something', () => {
    const words = new Set(statements.flatMap(({ answer }) => laterIn(answer)));
    expect([...words].sort()).toEqual(Object.keys(later).sort());
  });

  it('is in docs/statements.md as `npm run docs` writes it', () => {
    expect(readFileSync('docs/statements.md', 'utf8')).toBe(statementsPage());
  });
});

describe('the paragraphs of the mails', () => {
  /** Paragraphs, those that state nothing, those that stood before; statements, and how far answered. */
  const counts: Record<string, readonly number[]> = {
    '000': [9, 1, 0, 20, 20, 0, 0, 0],
    '001': [26, 12, 1, 22, 15, 2, 0, 5],
    '002': [29, 6, 0, 34, 28, 5, 0, 1],
    '003': [147, 41, 23, 103, 91, 4, 0, 8],
    '004': [27, 12, 0, 36, 34, 1, 0, 1],
  };

  it('are counted, and none of the five mails is missing', () => {
    expect(
      Object.fromEntries(mails.map((mail) => [mail.number, Object.values(countOf(mail))])),
    ).toEqual(counts);
  });

  it('have a row each: the first time with what they state, and again without', () => {
    const rows = mails.flatMap((mail) => mail.rows);
    const before = new Set<string>();
    for (const { hash, again } of rows) {
      expect(hash).toMatch(/^[0-9a-f]{12}$/);
      expect(`${hash} ${again}`).toBe(`${hash} ${before.has(hash)}`);
      before.add(hash);
    }
  });

  it('are numbered from 1 in the page, without a gap', () => {
    for (const mail of mails) {
      const part = statementsPage().split(`\n## ${mail.number}: `)[1]!.split('\n## ')[0]!;
      const numbers = [...part.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
      expect(numbers).toEqual(mail.rows.map((_, at) => at + 1));
    }
  });

  const folder = process.env.MAILS;
  describe.skipIf(folder === undefined)('with MAILS, the folder of the mails', () => {
    it.each(mails)('$number: each has its row, in order', ({ number, rows }) => {
      const file = readdirSync(folder!).find((name) => name.startsWith(number));
      const text = readFileSync(join(folder!, file ?? `no file ${number}*`), 'utf8');
      expect(rows.map(({ hash }) => hash)).toEqual(paragraphs(text).map(({ hash }) => hash));
    });
  });
});
