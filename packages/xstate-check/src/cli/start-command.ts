import { assertReplaceable } from '../base/output.ts';
import { identity } from '../base/program.ts';
import { count, paint, type Terminal, table } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { formatScope } from '../catalogue/catalogue.ts';
import { type Caught, faultResults } from '../catalogue/check-faults.ts';
import { coreOf, type Share } from '../catalogue/core.ts';
import type { Judged } from '../catalogue/judge.ts';
import { judgePlace, placesIn } from '../catalogue/judge-place.ts';
import { findingsAt, newestRelease, placesOf } from '../catalogue/known.ts';
import { filesOf, type GeneratedSuites, makeSuites } from '../catalogue/suites.ts';
import type { Work } from '../catalogue/work.ts';
import { infeasibleIn } from '../generate/format-suite.ts';
import { suitesAsWritten, writeSuites } from '../generate/write-suites.ts';
import { isCaught } from './check-command.ts';
import { runTests, type TestRun } from './test-command.ts';

/**
 * The main job: of the subjects of the core, checks everything, writes the tests anew and runs them,
 * and says so on one screen, with what it did not ask.
 */
export async function startCommand(
  work: Work,
  directory: string,
  terminal: Terminal,
): Promise<number> {
  const { catalogue } = work.means;
  assertReplaceable('start', directory, 'run it in another directory');
  const { asked, left } = coreOf(catalogue);
  const places = placesIn(catalogue, asked.families, (family) => placesOf(catalogue, family));
  const judged = await work.all(judgePlace, places);
  const faults = await faultResults(work, asked.faults);
  const names = asked.suites.map(({ name }) => name);
  const generated = await work.all(makeSuites, names);
  const others = suitesAsWritten(
    directory,
    left.suites.map(({ name }) => name),
  );
  writeSuites(directory, [...filesOf(generated), ...others]);
  const run = await runTests(work, directory, names);
  terminal.progress('');

  terminal.out(systemsTable(judged, terminal));
  terminal.out(`\n${pathsTable(generated)}\n`);
  terminal.out(outcome(faults, run, openFindings(catalogue, asked), terminal));
  for (const line of notAsked(left)) terminal.out(`${line}\n`);
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
    faults.every(isCaught) &&
    run.failed.length === 0 &&
    judged.every(({ differences }) => differences.length === 0);
  return ok ? 0 : 1;
}

function outcome(
  faults: readonly Caught[],
  run: TestRun,
  findings: string,
  terminal: Terminal,
): string {
  const caught = faults.filter(isCaught).length;
  const mark = (ok: boolean, text: string) => paint(terminal, ok ? 'green' : 'red', text);
  return (
    `${mark(caught === faults.length, `${caught} of ${faults.length} faults caught`)}, ${findings}\n` +
    `${mark(run.failed.length === 0, `${count(run.passed)} tests passed, ${run.failed.length} failed`)}, ` +
    `${run.skipped.length} skipped on the ${run.target}\n`
  );
}

/** What is of other subjects, and which commands ask it. */
function notAsked({ families, faults, suites }: Share): string[] {
  if (families.length === 0 && suites.length === 0) return [];
  const subjects = [...families, ...suites].flatMap(({ subject }) => subject ?? []);
  const { name } = identity();
  return wrap(
    `Not asked here: ${counted(families, 'system')}, ${counted(faults, 'fault')} and ` +
      `${counted(suites, 'suite')} of tests (${[...new Set(subjects)].join(', ')}): ` +
      `${name} check, ${name} test`,
    80,
  );
}

function counted({ length }: readonly unknown[], what: string): string {
  return `${length} ${what}${length === 1 ? '' : 's'}`;
}

/** Those of the newest release, in the systems that were asked, and an example. */
function openFindings(catalogue: Catalogue, { families }: Share): string {
  const release = newestRelease(catalogue);
  const open =
    release === undefined
      ? []
      : findingsAt(catalogue, release.name).filter(({ system }) =>
          families.some(({ name }) => name === system),
        );
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
