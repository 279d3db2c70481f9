import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { specification } from './catalogue.ts';
import { subjects, titleOf, writtenOf } from './subjects.ts';

/**
 * Folders of specs/ that are no subject: what commands load, what several share, versions, the reading of
 * C, who can do what, what is asked of every system, writers.
 */
const NO_SUBJECT = [
  ...['cli', 'comparisons', 'operations', 'questions', 'revisions', 'rv', 'shared', 'source'],
  'writers',
];
/** Of the simulator: what its kernel runs on; traces that it has to judge. */
const NO_SUBJECT_SIMULATED = ['fixtures', 'kernel'];

const folders = subjects.map(({ folder }) => folder);

function foldersOf(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  // An empty one is none, as for git.
  return names.filter((name) => readdirSync(join(directory, name)).length > 0);
}

describe('a subject has one name', () => {
  it('in machines/, which has no other folder', () => {
    expect(foldersOf('machines').sort()).toEqual([...folders].sort());
  });

  it('in specs/, where the others are no subject', () => {
    expect(foldersOf('specs').sort()).toEqual([...folders, ...NO_SUBJECT].sort());
  });

  it('in simulator/, where it is simulated', () => {
    const others = foldersOf('simulator').filter((name) => !NO_SUBJECT_SIMULATED.includes(name));
    expect(others.filter((name) => !folders.includes(name))).toEqual([]);
  });

  it('in docs/machines/', () => {
    expect(readdirSync('docs/machines').sort()).toEqual(folders.map((f) => `${f}.md`).sort());
  });

  it('where machines are listed together', () => {
    expect([...new Set(specification.machines.map(({ subject }) => subject))]).toEqual(
      subjects.map(({ title }) => title),
    );
  });
});

describe('of a subject', () => {
  it.each(subjects)('$folder the machines are those of its folder', ({ folder }) => {
    const text = readFileSync(`specs/${folder}/machines.ts`, 'utf8');
    const from = [...text.matchAll(/machines\/([\w-]+)\/[\w.-]+\.ts'/g)].map(([, name]) => name);
    // Some are made by the policies of their designs.
    expect(new Set(from)).toEqual(new Set([folder]));
  });

  it.each(subjects)('$folder what a file is says its name', ({ folder }) => {
    const roles = ['faults', 'findings', 'machines'] as const;
    for (const role of roles) {
      const path = join('specs', folder, `${role}.ts`);
      const named = subjects.find((subject) => subject.folder === folder)!;
      expect(existsSync(path), path).toBe(named[role].length > 0);
    }
  });

  it.each(subjects)('$folder what is expected stands beside it', (subject) => {
    const has = ['manifest.json', 'expectations.ts'].filter((name) =>
      existsSync(join('specs', subject.folder, name)),
    );
    expect(has).toEqual([
      ...(writtenOf(subject).length > 0 ? ['manifest.json'] : []),
      ...(subject.expectations === undefined ? [] : ['expectations.ts']),
    ]);
  });

  it('every system is one of one subject', () => {
    const names = subjects.flatMap(({ families }) => families.map(({ name }) => name));
    expect(names).toEqual(specification.families.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the core, which start asks in full', () => {
  it('is the life of a buffer, its registration and hot reset', () => {
    expect(specification.core).toEqual([
      ...['locks and counts', 'exported buffer', 'attachment and importers'],
      ...['hot reset', 'P2P registration'],
    ]);
  });

  it.each(specification.suites)('suite $name is of the subject of its system', (suite) => {
    const family = specification.families.find(({ name }) => name === suite.system.name);
    // From ranges to addresses is a system of suites alone.
    const subject = family?.subject ?? titleOf('importers');
    expect({ known: family?.name ?? 'ranges', subject: suite.subject }).toEqual({
      known: suite.system.name,
      subject,
    });
  });
});
