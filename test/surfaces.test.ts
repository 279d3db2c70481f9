import { describe, expect, it } from 'vitest';
import {
  brokenIn,
  type Catalogue,
  defaultRevision,
  findingsAt,
  withoutInstance,
} from 'xstate-check';
import {
  alone,
  expectedMatrix,
  findingsView,
  type Matrix,
  overviewOf,
  reviewOf,
} from 'xstate-check/cli';
import { specification } from '../specs/catalogue.ts';
import { NEWEST } from '../specs/revisions/index.ts';
import { runCommand } from './cli.fixture.ts';
import { doors } from './cli-doors.fixture.ts';

/*
 * What is broken, and by which finding, is said in many places: check, matrix, findings, the report
 * and two pages of the inspector. They say the same, of every scope that the manifest has.
 */

/** `door whole(hinge[2])`, of what is broken at the revision that is meant where none is named. */
type Broken = readonly string[];

const sorted = (broken: Iterable<string>): Broken => [...new Set(broken)].sort();

async function jsonOf<T>(catalogue: Catalogue, ...args: string[]): Promise<T> {
  return JSON.parse((await runCommand(catalogue, ...args, '--json')).out) as T;
}

async function byCheck(catalogue: Catalogue): Promise<Broken> {
  const { systems } = await jsonOf<{
    systems: {
      name: string;
      revision: string;
      properties: { id: string; verdict: string }[];
    }[];
  }>(catalogue, 'check');
  return sorted(
    systems.flatMap(({ name, properties }) =>
      properties.flatMap(({ id, verdict }) => (verdict === 'broken' ? [`${name} ${id}`] : [])),
    ),
  );
}

async function byReport(catalogue: Catalogue): Promise<Broken> {
  const { judged } = await reviewOf(
    alone({ catalogue, bounds: {}, progress() {} }),
    catalogue.families,
  );
  return sorted(
    judged.flatMap(({ family, result }) =>
      result.properties.flatMap(({ property, verdict }) =>
        verdict === 'broken' ? [`${family.name} ${property.id}`] : [],
      ),
    ),
  );
}

const overview = (catalogue: Catalogue) =>
  overviewOf(catalogue, [], () => undefined, { stately: false });

function byOverview(catalogue: Catalogue): Broken {
  return sorted(
    overview(catalogue).systems.flatMap(({ name, broken }) =>
      broken.map(({ property }) => `${name} ${property}`),
    ),
  );
}

/** A row has no instances, and is of several systems: each row that is broken, by itself. */
function byMatrix({ revisions, rows }: Matrix, revision: string): Broken {
  const column = revisions.findIndex(({ name }) => name === revision);
  return sorted(
    rows.flatMap(({ property, cells }) => (cells[column]?.verdict === 'broken' ? [property] : [])),
  );
}

const rowsOf = (broken: Broken) =>
  sorted(broken.map((one) => withoutInstance(one.replace(/^\S+ /, ''))));

/** What the manifest says of a system at a revision. */
const entriesOf = ({ name }: { readonly name: string }, revision: string) =>
  specification.expectations.filter((e) => e.system === name && e.revision === revision);

describe('of tiny systems, checked here', () => {
  it('all say the same is broken', async () => {
    const broken = ['door whole(hinge[2])'];
    expect(await byCheck(doors)).toEqual(broken);
    expect(await byReport(doors)).toEqual(broken);
    expect(byOverview(doors)).toEqual(broken);
    expect(byMatrix(expectedMatrix(doors), '2.0')).toEqual(rowsOf(broken));
  });

  it('all name the same findings', async () => {
    const shown = await jsonOf<{ id: string; revision: string }[]>(doors, 'findings');
    expect(shown.map(({ id }) => id)).toEqual(['D2']);
    const current = findingsView(doors).findings.filter((finding) => finding.current);
    expect(current.map(({ id }) => id)).toEqual(['D2']);
    const named = overview(doors).systems.flatMap(({ broken }) => broken.map((b) => b.finding));
    expect(named).toEqual(['D2']);
  });

  it('a finding of an older revision that the manifest enters in the newest is one of both', async () => {
    const older = doors.findings.map((finding) =>
      finding.id === 'D2' ? { ...finding, revision: '1.0' } : finding,
    );
    const catalogue = { ...doors, findings: older };
    const shown = await jsonOf<{ id: string; revision: string }[]>(catalogue, 'findings');
    expect(shown).toMatchObject([{ id: 'D2', revision: '2.0' }]);
    expect(findingsView(catalogue).findings.map(({ current }) => current)).toEqual([false, true]);
  });

  it('one that says otherwise would be told', async () => {
    const silent = {
      ...doors,
      expectations: doors.expectations.filter(
        ({ revision, scope }) => revision !== '2.0' || scope.hinges !== 3,
      ),
    };
    expect(byOverview(silent)).toEqual([]);
    expect(await byCheck(silent)).not.toEqual([]);
    expect((await runCommand(silent, 'check', 'door')).status).toBe(1);
  });
});

describe('of the specification', () => {
  const catalogue: Catalogue = { ...specification, targets: [] };

  it('the matrix has a broken cell exactly where a system breaks', () => {
    const matrix = expectedMatrix(catalogue);
    for (const { name } of matrix.revisions) {
      const broken = catalogue.families.flatMap((family) =>
        family.revisions.includes(name)
          ? brokenIn(catalogue, family, name).map(({ property }) => withoutInstance(property))
          : [],
      );
      expect([name, byMatrix(matrix, name)]).toEqual([name, sorted(broken)]);
    }
  });

  it('the overview says of no system that all hold where the manifest has it broken', () => {
    const broken = catalogue.families.flatMap((family) =>
      brokenIn(catalogue, family, defaultRevision(catalogue, family)).map(
        ({ property }) => `${family.name} ${property}`,
      ),
    );
    expect(byOverview(catalogue)).toEqual(sorted(broken));
    expect(broken).toEqual(
      expect.arrayContaining([
        'hot-reset live-means-awake(buf[1])',
        'export memory-safe',
        'rdma unpinned-before-detach-0',
        'p2p-registration no-vma',
      ]),
    );
  });

  it('the findings of the newest release are those under which the manifest enters what it breaks', () => {
    const entered = catalogue.families.flatMap((family) =>
      family.revisions.includes(NEWEST)
        ? brokenIn(catalogue, family, NEWEST).flatMap(({ by }) => by)
        : [],
    );
    const current = findingsAt(catalogue, NEWEST).map(({ id }) => id);
    expect(sorted(current)).toEqual(sorted(entered));
    expect(current).toContain('pin-left');
    const page = findingsView(catalogue).findings.filter((finding) => finding.current);
    expect(page.map(({ id }) => id)).toEqual(current);
  });

  it('the manifest has every system at every revision that is compared', () => {
    const compared = new Set(catalogue.revisions.map(({ name }) => name));
    const missing = catalogue.families.flatMap((family) =>
      family.revisions
        .filter((name) => compared.has(name) && entriesOf(family, name).length === 0)
        .map((name) => `${family.name} ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('the manifest enters every finding where it claims to be', () => {
    for (const { id, system, revision, property } of catalogue.findings) {
      const family = catalogue.families.find(({ name }) => name === system)!;
      const here = brokenIn(catalogue, family, revision).find((one) => one.property === property);
      expect([id, here?.by]).toEqual([id, expect.arrayContaining([id])]);
    }
  });
});
