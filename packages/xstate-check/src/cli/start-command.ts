import { assertReplaceable } from '../base/output.ts';
import { identity } from '../base/program.ts';
import { count, paint, type Terminal, table } from '../base/terminal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { formatScope } from '../catalogue/catalogue.ts';
import { faultResults } from '../catalogue/check-faults.ts';
import type { Judged } from '../catalogue/judge.ts';
import { judgePlace, placesIn } from '../catalogue/judge-place.ts';
import { findingsAt, newestRelease, placesOf } from '../catalogue/known.ts';
import { filesOf, type GeneratedSuites, makeSuites } from '../catalogue/suites.ts';
import type { Work } from '../catalogue/work.ts';
import { infeasibleIn } from '../generate/format-suite.ts';
import { writeSuites } from '../generate/write-suites.ts';
import { isCaught } from './check-command.ts';
import { runTests } from './test-command.ts';

/** The main job: check everything, regenerate the tests, run them, and say so on one screen. */
export async function startCommand(
  work: Work,
  directory: string,
  terminal: Terminal,
): Promise<number> {
  const { catalogue } = work.means;
  assertReplaceable('start', directory, 'run it in another directory');
  const places = placesIn(catalogue, catalogue.families, (family) => placesOf(catalogue, family));
  const judged = await work.all(judgePlace, places);
  const faults = await faultResults(work);
  const names = catalogue.suites.map((source) => source.name);
  const generated = await work.all(makeSuites, names);
  writeSuites(directory, filesOf(generated));
  const run = await runTests(work, directory, names);
  terminal.progress('');

  terminal.out(systemsTable(judged, terminal));
  terminal.out(`\n${pathsTable(generated)}\n`);
  const caught = faults.filter(isCaught).length;
  const mark = (ok: boolean, text: string) => paint(terminal, ok ? 'green' : 'red', text);
  terminal.out(
    `${mark(caught === faults.length, `${caught} of ${faults.length} faults caught`)}, ` +
      `${openFindings(catalogue)}\n` +
      `${mark(run.failed.length === 0, `${count(run.passed)} tests passed, ${run.failed.length} failed`)}, ` +
      `${run.skipped.length} skipped on the ${run.target}\n`,
  );
  terminal.out(`To look at it and to play with it: ${identity().name} inspect\n`);
  for (const { result, differences } of judged) {
    for (const difference of differences) {
      terminal.out(`${paint(terminal, 'red', 'not as expected')} ${result.name}: ${difference}\n`);
    }
  }
  for (const { file, test, step } of run.failed.slice(0, 5)) {
    terminal.out(`${paint(terminal, 'red', 'failed')} ${file} ${test.id}, step ${step}\n`);
  }
  const ok =
    caught === faults.length &&
    run.failed.length === 0 &&
    judged.every(({ differences }) => differences.length === 0);
  return ok ? 0 : 1;
}

/** Those of the newest release, and an example. */
function openFindings(catalogue: Catalogue): string {
  const release = newestRelease(catalogue);
  const open = release === undefined ? [] : findingsAt(catalogue, release.name);
  if (release === undefined || open.length === 0) return 'no open findings';
  return `${open.length} open findings of ${release.name} (${identity().name} explain ${open[0]!.id})`;
}

function systemsTable(judged: readonly Judged[], terminal: Terminal): string {
  const rows = judged.map(({ result, differences }) => {
    const holding = result.properties.filter((p) => p.verdict === 'holds').length;
    const broken = result.properties.length - holding;
    return [
      result.name,
      result.revision,
      count(result.states),
      count(result.transitions),
      `${holding} hold${broken > 0 ? `, ${broken} broken` : ''}`,
      differences.length === 0 ? 'as expected' : paint(terminal, 'red', 'NOT as expected'),
    ];
  });
  const scopes = judged.map(({ result }) => `  ${result.name} at ${formatScope(result.scope)}\n`);
  const head = ['system', 'revision', 'states', 'transitions', 'properties'];
  return `${table([head, ...rows])}${scopes.join('')}`;
}

/** One row for each machine: how many paths of each criterion can be walked, and in how many tests. */
function pathsTable(generated: readonly GeneratedSuites[]): string {
  const rows = new Map<string, Record<string, string>>();
  for (const { suites } of generated) {
    for (const suite of suites) {
      const machine = suite.part?.machine ?? `${suite.system} (whole)`;
      const row = rows.get(machine) ?? {};
      const feasible = suite.required - infeasibleIn(suite.obstacles);
      row[suite.criterion] =
        feasible === suite.required
          ? count(feasible)
          : `${count(feasible)}/${count(suite.required)}`;
      rows.set(machine, row);
    }
  }
  const criteria = ['transitions', 'transition pairs', 'prime paths', 'simple paths'];
  const head = ['paths: feasible/all', 'transitions', 'pairs', 'prime', 'simple'];
  return table([
    head,
    ...[...rows].map(([machine, row]) => [machine, ...criteria.map((c) => row[c] ?? '-')]),
  ]);
}
