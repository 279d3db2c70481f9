import { writeFileSync } from 'node:fs';
import type { Bounds } from '../explore/explore.ts';
import { checkFault, type FaultResult } from '../faults/fault.ts';
import { withoutVariant } from '../lts/label.ts';
import type { SystemFamily } from '../system/system.ts';
import { wrap } from '../text.ts';
import { type Catalogue, findByName, formatScope, parseScope } from './catalogue.ts';
import { type Judged, judge } from './judge.ts';
import { junit } from './junit.ts';
import { isMachineFile, loadMachineFile } from './machine-file.ts';
import { count, paint, type Terminal } from './terminal.ts';

export interface CheckOptions {
  readonly revision?: string;
  readonly scope?: string;
  readonly json?: boolean;
  readonly junit?: string;
}

/** Checks one system or all of them against the manifest; 0 when everything is as expected. */
export async function checkCommand(
  catalogue: Catalogue,
  name: string | undefined,
  options: CheckOptions,
  bounds: Bounds,
  terminal: Terminal,
): Promise<number> {
  const families = await familiesOf(catalogue, name);
  const judged = families.flatMap((family) =>
    runsOf(catalogue, family, options, name !== undefined).map((run) => {
      terminal.progress(`${family.name} ${run.revision} …`);
      return judge(catalogue, family, run, {
        ...bounds,
        progress: (states, depth) =>
          terminal.progress(
            `${family.name} ${run.revision}: ${count(states)} states, depth ${depth}`,
          ),
      });
    }),
  );
  const faults = name === undefined ? faultResults(catalogue, bounds, terminal) : [];
  terminal.progress('');
  if (options.json) terminal.out(`${JSON.stringify(asJson(catalogue, judged, faults), null, 2)}\n`);
  else for (const line of asText(judged, faults, terminal)) terminal.out(line);
  if (options.junit !== undefined) writeFileSync(options.junit, junit(judged, faults));
  const ok = judged.every((j) => j.differences.length === 0) && faults.every(isCaught);
  return ok ? 0 : 1;
}

async function familiesOf(
  catalogue: Catalogue,
  name: string | undefined,
): Promise<readonly SystemFamily[]> {
  if (name === undefined) return catalogue.families;
  if (isMachineFile(name)) return loadMachineFile(name);
  return [findByName('system', name, catalogue.families, (family) => family.name)];
}

/** The revisions to check: the one asked for, else all that the manifest speaks of. */
function runsOf(
  catalogue: Catalogue,
  family: SystemFamily,
  options: CheckOptions,
  single: boolean,
) {
  if (options.revision !== undefined || options.scope !== undefined || single) {
    const revision = options.revision ?? family.revisions[0]!;
    findByName('revision', revision, family.revisions, (r) => r);
    return [{ revision, scope: parseScope(options.scope, family) }];
  }
  const expected = catalogue.expectations.filter((e) => e.system === family.name);
  return expected.length > 0
    ? expected.map(({ revision, scope }) => ({ revision, scope }))
    : [{ revision: family.revisions[0]!, scope: family.defaultScope }];
}

/** Checks every fault of the catalogue. */
export function faultResults(
  catalogue: Catalogue,
  bounds: Bounds,
  terminal: Terminal,
): FaultResult[] {
  return catalogue.faults.map((fault) => {
    terminal.progress(`fault ${fault.id} …`);
    const family = findByName('system', fault.system, catalogue.families, (f) => f.name);
    return checkFault(family, fault, bounds);
  });
}

/** Every expected property caught it, and none is broken without it. */
export function isCaught({ fault, caughtBy, brokenAnyway }: FaultResult): boolean {
  return fault.expected.every((id) => caughtBy.includes(id)) && brokenAnyway.length === 0;
}

function* asText(
  judged: readonly Judged[],
  faults: readonly FaultResult[],
  terminal: Terminal,
): Generator<string> {
  for (const one of judged) yield* systemText(one, terminal);
  for (const result of faults) {
    const { fault, caughtBy, brokenAnyway } = result;
    const verdict = isCaught(result)
      ? paint(terminal, 'green', 'caught')
      : paint(terminal, 'red', 'missed');
    yield `fault ${fault.id} ${verdict}\n`;
    yield* indented(fault.title, 2);
    yield* indented(`by ${caughtBy.join(', ') || 'nothing'}`, 2);
    const missed = fault.expected.filter((id) => !caughtBy.includes(id));
    if (missed.length > 0) yield `  not caught by ${missed.join(', ')}\n`;
    if (brokenAnyway.length > 0) yield `  broken without the fault: ${brokenAnyway.join(', ')}\n`;
  }
}

function* systemText({ result, differences, expectation }: Judged, terminal: Terminal) {
  const { name, revision, scope, space } = result;
  const size = `${count(result.states)} states, ${count(result.transitions)} transitions, depth ${result.depth}`;
  yield `${paint(terminal, 'bold', name)}, revision ${revision}\n`;
  if (Object.keys(scope).length > 0) yield* indented(formatScope(scope), 2);
  yield `  ${size}\n`;
  for (const property of result.properties) {
    const { id, title } = property.property;
    const expected = expectation?.properties[id];
    const known = expected !== undefined && expected !== 'holds';
    const colour = property.verdict === 'holds' ? 'green' : known ? 'yellow' : 'red';
    yield `  ${paint(terminal, colour, property.verdict.padEnd(7))} ${id}${known ? ` (${expected})` : ''}\n`;
    yield* indented(title, 10);
    if (property.verdict === 'vacuous') yield* indented(property.reason, 10);
    if (property.verdict === 'holds' && property.untested !== undefined) {
      yield* indented(`not decided by any run here: ${property.untested.join(', ')}`, 10);
    }
    if (property.verdict === 'broken') {
      const { run } = property.counterexample;
      const labels = run.vectors.map((v) => space.product.vectors[v]?.label ?? '');
      yield* indented(
        expectation === undefined
          ? `after ${run.vectors.length} steps: ${labels.join(', ')}`
          : `${run.vectors.length} steps: dmabuf-spec explain ${name} --revision ${revision} --property '${id}'`,
        10,
      );
    }
  }
  for (const difference of differences) {
    yield `  ${paint(terminal, 'red', 'not as expected')}: ${difference}\n`;
  }
  yield '\n';
}

/** Text wrapped at 80 columns, each line indented. */
function* indented(text: string, by: number): Generator<string> {
  for (const line of wrap(text, 80 - by)) yield `${' '.repeat(by)}${line}\n`;
}

function asJson(catalogue: Catalogue, judged: readonly Judged[], faults: readonly FaultResult[]) {
  return {
    systems: judged.map(({ result, expectation, differences }) => ({
      name: result.name,
      revision: result.revision,
      scope: result.scope,
      states: result.states,
      transitions: result.transitions,
      depth: result.depth,
      properties: result.properties.map((p) => ({
        id: p.property.id,
        kind: p.property.kind,
        verdict: p.verdict,
        expected: expectation?.properties[p.property.id] ?? 'holds',
        ...(p.verdict === 'broken' && {
          counterexample: p.counterexample.run.vectors.map((v) =>
            withoutVariant(p.counterexample.space.product.vectors[v]!.label),
          ),
        }),
      })),
      differences,
    })),
    faults: faults.map(({ fault, caughtBy }) => ({
      id: fault.id,
      machine: fault.machine,
      expected: fault.expected,
      caughtBy,
    })),
    findings: catalogue.findings,
  };
}
