import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Catalogue } from 'xstate-check';
import { machine } from 'xstate-check/engine';
import { runCommand } from './cli.fixture.ts';
import { reportedDoors } from './report-doors.fixture.ts';

async function report(catalogue: Catalogue, ...args: string[]) {
  const { status, out, err, progress } = await runCommand(catalogue, 'report', ...args);
  return { status, text: out, err, progress };
}

const page = await report(reportedDoors);
const idsIn = (html: string) => [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!);

describe('a report', () => {
  test('has the same bytes each time', async () => {
    expect((await report(reportedDoors)).text).toBe(page.text);
  });

  test('goes to a file where one is named, and tells what it is doing', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'report-')), 'review.html');
    const { status, text, progress } = await report(reportedDoors, '-o', file);
    expect(status).toBe(0);
    expect(text).toMatch(/review\.html: \d+ KB\n$/);
    expect(readFileSync(file, 'utf8')).toBe(page.text);
    expect(progress).toContain('door 2.0 …');
    expect(progress).toContain('fault F1 …');
    expect(progress.at(-1)).toBe('');
  });

  test('is refused before anything is checked where it cannot be written', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'report-')), 'missing', 'review.html');
    const { status, err, progress } = await report(reportedDoors, '-o', file);
    expect(status).toBe(2);
    expect(err).toMatch(/--output: there is no directory '.*missing'; make it/);
    expect(progress.filter(Boolean)).toEqual([]);
  });

  test('says which version wrote it, and what it counts', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const summary = page.text.slice(0, page.text.indexOf('<main>'));
    expect(summary).toContain(`, version ${version}.`);
    expect(summary).toContain('A finding is what is broken');
    expect(summary).toContain('A fault is a defect that was put in');
    expect(summary).toMatch(/\d+ propert(?:y is|ies are), by \d+ findings?/);
  });

  test('says what was not read once, with all that it is said of', async () => {
    const why = 'its hinges were not read';
    const unread = [{ revision: '1.0', why }];
    const families = reportedDoors.families.map((family) => ({
      ...family,
      revisions: family.revisions.filter((revision) => revision !== '1.0'),
      unread,
    }));
    const { text } = await report({ ...reportedDoors, families, faults: [], findings: [] });
    expect(text.split(why)).toHaveLength(2);
    expect(text).toContain(`${why}: <code>1.0</code> of door, window`);
  });

  test('is about a machine of the user', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'report-'));
    symlinkSync(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'));
    const file = join(directory, 'lamp.ts');
    writeFileSync(
      file,
      `import { createMachine } from 'xstate';
       const states = { on: { on: { push: 'off' } }, off: { on: { push: 'on' } } };
       export const lamp = createMachine({ id: 'lamp', initial: 'off', states });`,
    );
    const { status, text } = await report(reportedDoors, file);
    expect(status).toBe(0);
    expect(idsIn(text)).toEqual(expect.arrayContaining(['system-lamp', 'machine-lamp']));
    expect(text).not.toContain('hinges');
    expect((await report(reportedDoors, file, 'door')).err).toContain('on systems or on files');
  });

  test('has every system, property, machine, fault and finding', () => {
    const ids = idsIn(page.text);
    for (const id of [
      'system-door',
      'system-window',
      'rule-door-whole-hinge-0',
      'rule-door-rest',
      'rule-window-stuck',
      'machine-hinge',
      'run-F1',
      'run-D1',
      'run-D2',
    ]) {
      expect(ids).toContain(id);
    }
    expect(page.text).toContain('hinges do not rust');
    expect(page.text).toContain('the door of the neighbour');
    expect(page.text).toContain('a keyhole is not drawn');
    expect(page.text).toContain('the draught');
  });

  test('leads nowhere that is not in it, and to nothing twice', () => {
    const ids = idsIn(page.text);
    expect(ids).toHaveLength(new Set(ids).size);
    const links = [...page.text.matchAll(/ href="([^"]*)"/g)].map(([, to]) => to!);
    expect(links.filter((to) => !to.startsWith('#') || !ids.includes(to.slice(1)))).toEqual([]);
  });

  test('tells a fault from a finding of the same name', async () => {
    const faults = reportedDoors.faults.map((fault) => ({ ...fault, id: 'D1' }));
    const { text } = await report({ ...reportedDoors, faults });
    expect(idsIn(text)).toContain('run-D1-fault');
    expect(text).toContain('href="#run-D1-fault"');
    expect(idsIn(text)).toHaveLength(new Set(idsIn(text)).size);
  });

  test('loads nothing, and forbids it', () => {
    expect(page.text).toContain("default-src 'none'");
    const outside = page.text.replaceAll('http://www.w3.org/2000/svg', '');
    expect(outside).not.toMatch(/<(?:img|link|iframe|object)\b|\bsrc=|https?:/);
  });

  test('shows each run as a diagram with a lane for each thread, and as text', () => {
    const run = page.text.slice(page.text.indexOf('id="run-D1"'));
    expect(run).toContain('Sequence diagram of the run that breaks whole(hinge[0])');
    expect(run).toContain('CPU0 (environment)');
  });

  test('shows a machine as a diagram and as a table', () => {
    const hinge = page.text.slice(page.text.indexOf('id="machine-hinge"'));
    expect(hinge).toContain('Statechart of hinge');
    expect(hinge).toContain('<code>→ ajar</code>');
    expect(hinge).toContain('–');
  });

  test('is about some systems where they are named', async () => {
    const { text } = await report(reportedDoors, 'window');
    expect(text).toContain('system-window');
    expect(text).not.toContain('system-door');
    expect(text).not.toContain('run-F1');
    expect((await report(reportedDoors, 'widow')).err).toContain('the nearest is window');
  });

  test('says the same in Markdown', async () => {
    const { status, text } = await report(reportedDoors, '--markdown');
    expect(status).toBe(0);
    expect((await report(reportedDoors, '--markdown')).text).toBe(text);
    for (const what of [
      'whole(hinge[0])',
      'F1: hinges break',
      'D2: the third hinge',
      '### hinge',
    ]) {
      expect(text.replaceAll('\\', '')).toContain(what);
    }
    expect(text).not.toContain('as a sequence diagram');
    expect(text).toContain('```mermaid\nstateDiagram-v2');
    expect(text.replace(/```[\s\S]*?```/g, '')).not.toMatch(/(?<!\\)<\w/);
  });
});

describe('what is not as expected', () => {
  test('comes first, with its run, and fails', async () => {
    const broken = machine('hinge', {
      shut: { tags: ['quiescent'], on: { swing: 'wide' } },
      wide: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is off' },
        on: { swing: 'wide' },
      },
    });
    const [door, window] = reportedDoors.families;
    const changed: Catalogue = {
      ...reportedDoors,
      families: [
        {
          ...door!,
          build: (options) => {
            const built = door!.build(options);
            if (options.revision !== '2.0') return built;
            return { ...built, parts: built.parts.map((part) => ({ ...part, machine: broken })) };
          },
        },
        window!,
      ],
    };
    const { status, text, err } = await report(changed);
    expect(status).toBe(1);
    expect(err).toContain('door 2.0: whole(hinge[0]): broken, expected holds');
    expect(text.indexOf('Not as expected')).toBeLessThan(text.indexOf('<main>'));
    expect(idsIn(text)).toContain('run-door-whole-hinge-0-2.0');
    expect(text).toContain('expected: holds');
  });

  test('is a finding without a run, and a fault that nothing catches', async () => {
    const { faults, findings } = reportedDoors;
    const changed: Catalogue = {
      ...reportedDoors,
      faults: faults.map((fault) => ({ ...fault, change: { revision: '1.0' } })),
      findings: [...findings, { ...findings[0]!, id: 'D3', revision: '1.0' }],
    };
    const { status, err } = await report(changed);
    expect(status).toBe(1);
    expect(err).toContain('fault F1: whole(hinge[0]) does not catch it');
    expect(err).toContain('finding D3: no run shows it');
  });
});
