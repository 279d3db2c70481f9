import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { assertFileWritable, written } from '../base/output.ts';
import { own } from '../base/own.ts';
import { identity } from '../base/program.ts';
import { count, paint, type Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import { writeWhole } from '../base/write-file.ts';
import {
  type Catalogue,
  defaultRevision,
  findByName,
  formatScope,
  optionsFor,
  parseScope,
  placeOf,
  quoted,
} from '../catalogue/catalogue.ts';
import { type JudgedChange, judgedAsSeen, unseenText } from '../catalogue/change-seen.ts';
import { type Caught, faultResults } from '../catalogue/check-faults.ts';
import { type AnyResult, type Judged, judgeBy, judgeForConfidence } from '../catalogue/judge.ts';
import { judgePlace, placesIn, progressOf } from '../catalogue/judge-place.ts';
import { saysBroken, scopesOf } from '../catalogue/known.ts';
import type { Work } from '../catalogue/work.ts';
import { check } from '../check/check.ts';
import type { Counterexample } from '../check/verdict.ts';
import { runLength } from '../explain/run-length.ts';
import { familiesNamed, withRefused } from '../load/file.ts';
import { parseFileArgument } from '../load/file-argument.ts';
import { withoutVariant } from '../lts/label.ts';
import { checkReduced } from '../reduce/check-reduced.ts';
import type { Scope, SystemFamily } from '../specification/system.ts';
import { junit } from './junit.ts';

export interface CheckOptions {
  readonly revision?: string;
  readonly scope?: string;
  readonly confidence?: boolean;
  readonly reduce?: boolean;
  readonly json?: boolean;
  readonly junit?: string;
}

/**
 * Checks one system or all of them, each at its newest version, against the manifest.
 *
 * @returns 0 when everything is as expected, 1 when anything differs, and where something was not
 * judged, by a bound that stopped a check for confidence or by reduction, 3
 */
export async function checkCommand(
  work: Work,
  name: string | undefined,
  options: CheckOptions,
  terminal: Terminal,
): Promise<number> {
  const { catalogue } = work.means;
  assertConsistent(name, options);
  if (options.junit !== undefined) assertFileWritable('--junit', options.junit);
  const { families, refused } =
    name === undefined
      ? { families: catalogue.families, refused: [] }
      : await familiesNamed(catalogue, name);
  const judged = await judgedOf(work, families, options, name !== undefined, terminal);
  const faults = name === undefined ? await faultResults(work) : [];
  terminal.progress('');
  if (options.json) terminal.out(`${JSON.stringify(asJson(catalogue, judged, faults), null, 2)}\n`);
  else {
    const explainOne = (one: Judged<AnyResult>, property: string) =>
      explainOf(catalogue, name, one, property, families.length === 1);
    const text = asText(judged, faults, explainOne, terminal);
    for (const line of text) terminal.out(line);
  }
  const leftOut = options.json ? [] : (families[0]?.changeOf?.leftOut ?? []);
  for (const { system, why } of leftOut) {
    for (const line of indented(`Not made in ${system}: ${why}`, 0)) terminal.out(line);
  }
  const { junit: file } = options;
  if (file !== undefined) written('--junit', file, () => writeWhole(file, junit(judged, faults)));
  const ok = judged.every((j) => j.differences.length === 0) && faults.every(isCaught);
  const unfinished = judged.some(isUnfinished) ? EXIT.unfinished : EXIT.ok;
  return withRefused(ok ? unfinished : EXIT.differs, refused, terminal);
}

/** Each of these systems, judged at every place that is meant. */
async function judgedOf(
  work: Work,
  families: readonly SystemFamily[],
  options: CheckOptions,
  single: boolean,
  terminal: Terminal,
): Promise<JudgedChange[]> {
  const { catalogue, bounds } = work.means;
  const runs = (family: SystemFamily) => runsOf(catalogue, family, options, single);
  const areOwn = families.every((family) => catalogue.families.includes(family));
  if (areOwn && !options.confidence && !options.reduce) {
    return work.all(judgePlace, placesIn(catalogue, families, runs));
  }
  const judgeIt = options.confidence ? judgeForConfidence<AnyResult> : judgeBy<AnyResult>;
  const checkIt = options.reduce ? checkReduced : check;
  const places = families.flatMap((family) => runs(family).map((run) => ({ family, run })));
  return places.map(({ family, run }) => {
    const what = `${family.name} ${run.revision}`;
    terminal.progress(`${what} …`);
    const one = judgeIt(checkIt, catalogue, family, run, {
      ...bounds,
      ...(options.confidence && { keepSeen: true }),
      progress: progressOf(what, (text) => terminal.progress(text)),
    });
    return judgedAsSeen(catalogue, one);
  });
}

function assertConsistent(
  name: string | undefined,
  { confidence, reduce, scope }: CheckOptions,
): void {
  if (reduce && name === undefined) {
    throw new InputError(`--reduce is for one system: ${identity().name} check SYSTEM --reduce`);
  }
  if (!confidence) return;
  if (name === undefined) {
    throw new InputError(
      `--confidence is for one system: ${identity().name} check SYSTEM --confidence`,
    );
  }
  if (scope !== undefined) {
    throw new InputError('--confidence is a scope of its own: leave out --scope');
  }
}

function isUnfinished({ result }: Judged<AnyResult>): boolean {
  return result.properties.some(({ verdict }) => verdict === 'unfinished');
}

/**
 * What to check: the revision asked for at every scope at which it is looked at, so that a check
 * does not pass over what a finding has broken elsewhere; of all systems also the revisions that the
 * matrix does not compare.
 */
function runsOf(
  catalogue: Catalogue,
  family: SystemFamily,
  options: CheckOptions,
  single: boolean,
) {
  const revision = options.revision ?? defaultRevision(catalogue, family);
  findByName('revision', revision, family.revisions, (r) => r);
  if (options.confidence) return [{ revision, scope: confidenceOf(catalogue, family) }];
  if (options.scope !== undefined) return [{ revision, scope: parseScope(options.scope, family) }];
  const places = scopesOf(catalogue, family, revision).map((scope) => ({ revision, scope }));
  if (single) return places;
  const versions = catalogue.revisions.map(({ name }) => name);
  const unlisted = catalogue.expectations.filter(
    (one) => one.system === family.name && !versions.includes(one.revision),
  );
  return [...places, ...unlisted.map(({ revision, scope }) => ({ revision, scope }))];
}

/** @throws InputError for a system that has no such scope, with those that have one */
function confidenceOf({ families }: Catalogue, { name, confidence }: SystemFamily): Scope {
  if (confidence !== undefined) return confidence;
  const others = families.flatMap((f) => (f.confidence === undefined ? [] : [f.name]));
  throw new InputError(
    `'${name}' has no scope for confidence; ` +
      (others.length === 0 ? 'no system has one' : `those that have one are ${others.join(', ')}`),
  );
}

/** The command that shows the run which breaks a property. */
function explainOf(
  catalogue: Catalogue,
  asked: string | undefined,
  { family, result }: Judged<AnyResult>,
  property: string,
  alone: boolean,
): string {
  const file = asked === undefined ? undefined : parseFileArgument(asked)?.file;
  const subject =
    file === undefined
      ? `${family.name} --property ${quoted(property)}`
      : quoted([file, ...(alone ? [] : [family.name]), property].join('/'));
  const options = [optionsFor(catalogue, family, result), 'steps' in result ? '--reduce' : ''];
  return [`${identity().name} explain`, subject, ...options].filter(Boolean).join(' ');
}

/** Every expected property caught it, and none is broken without it. */
export function isCaught({ fault, caughtBy, brokenAnyway }: Caught): boolean {
  return fault.expected.every((id) => caughtBy.includes(id)) && brokenAnyway.length === 0;
}

function* asText(
  judged: readonly JudgedChange[],
  faults: readonly Caught[],
  explainOne: (judged: Judged<AnyResult>, property: string) => string,
  terminal: Terminal,
): Generator<string> {
  for (const one of judged) yield* systemText(one, explainOne, terminal);
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

function* systemText(
  judged: JudgedChange,
  explainOne: (judged: Judged<AnyResult>, property: string) => string,
  terminal: Terminal,
): Generator<string> {
  const { family, result, differences, change } = judged;
  const { name, revision, scope } = result;
  yield `${placeOf(paint(terminal, 'bold', name), revision, {})}\n`;
  if (Object.keys(scope).length > 0) yield* indented(formatScope(scope), 2);
  yield* indented(sizeOf(result), 2);
  if (result.stopped !== undefined) {
    yield* indented(`stopped because ${result.stopped}: nothing is said to hold`, 2);
  }
  if (change !== undefined) yield* unseenText(change);
  if (family.changeOf !== undefined) yield* changeText(judged, explainOne, terminal);
  else {
    for (const one of result.properties) yield* propertyText(judged, one, explainOne, terminal);
    // What nobody expected is as broken as it is said to be.
    for (const difference of judged.expectation === undefined ? [] : differences) {
      yield `  ${paint(terminal, 'red', 'not as expected')}: ${difference}\n`;
    }
  }
  for (const said of family.opened?.said ?? []) yield* indented(said, 2);
  yield '\n';
}

/** What a change breaks, what is broken without it, and the rest, in the words of what makes it. */
const CHANGE_TITLES = {
  file: ['Broken by the change', 'Broken without it too', 'Not broken by it'],
  source: ['Broken with this C', 'Broken by the machines too', 'Not broken'],
} as const;

/** Of a change what it breaks by itself, then what is broken without it, then what it keeps. */
function* changeText(
  judged: JudgedChange,
  explainOne: (judged: Judged<AnyResult>, property: string) => string,
  terminal: Terminal,
): Generator<string> {
  const { result, change } = judged;
  const its = result.properties.filter((one) => isBad(one) && !isKnown(judged, one));
  const known = result.properties.filter((one) => isBad(one) && isKnown(judged, one));
  const others = result.properties.filter((one) => !isBad(one));
  const by = judged.family.changeOf?.source === undefined ? 'file' : 'source';
  const [first, second, third] = CHANGE_TITLES[by];
  const groups = [
    [first, its],
    [second, known],
    [third, others],
  ] as const;
  for (const [title, properties] of groups) {
    // What a system cannot see it has no verdict on.
    if (properties === others && change?.isSeen === false && its.length === 0) continue;
    if (properties.length > 0) yield `  ${title}\n`;
    for (const one of properties) yield* propertyText(judged, one, explainOne, terminal);
  }
}

type AnyPropertyResult = AnyResult['properties'][number];

function isBad({ verdict }: AnyPropertyResult): boolean {
  return verdict !== 'holds' && verdict !== 'unfinished';
}

/** The manifest says that it is broken. */
function isKnown({ expectation }: Judged<AnyResult>, { property }: AnyPropertyResult): boolean {
  const expected = own(expectation?.properties, property.id);
  return expected !== undefined && saysBroken(expected);
}

function* propertyText(
  judged: Judged<AnyResult>,
  one: AnyPropertyResult,
  explainOne: (judged: Judged<AnyResult>, property: string) => string,
  terminal: Terminal,
): Generator<string> {
  const { id, title } = one.property;
  const known = isKnown(judged, one);
  const isOpen = known || one.verdict === 'unfinished';
  const colour = one.verdict === 'holds' ? 'green' : isOpen ? 'yellow' : 'red';
  const verdict = one.verdict === 'unfinished' ? 'open' : one.verdict;
  const by = known ? ` (${own(judged.expectation?.properties, id)})` : '';
  yield `  ${paint(terminal, colour, verdict.padEnd(7))} ${id}${by}\n`;
  yield* indented(title, 10);
  if ('reason' in one) yield* indented(one.reason, 10);
  if (one.verdict === 'holds' && one.untested !== undefined) {
    yield* indented(`not decided by any run here: ${one.untested.join(', ')}`, 10);
  }
  if (one.verdict === 'broken') {
    const free = freeAnswers(judged.family, one.counterexample);
    if (free.length > 0) yield* indented(`may not be: the run takes ${free.join('; ')}`, 10);
    yield* indented(`${runLength(one.counterexample)}: ${explainOne(judged, id)}`, 10);
  }
}

/** The steps of a run that take an answer which nobody declared. */
function freeAnswers({ opened }: SystemFamily, { space, run }: Counterexample): string[] {
  const labels = run.vectors.map((vector) => space.product.vectors[vector]!.label);
  return labels.filter((label) => opened?.free.has(label));
}

function sizeOf(result: AnyResult): string {
  const states = `${count(result.states)} states`;
  if ('steps' in result) {
    const steps = count(result.steps);
    return `${states} kept by partial-order reduction, ${steps} steps; there are more states`;
  }
  return `${states}, ${count(result.transitions)} transitions, depth ${result.depth}`;
}

/** Text wrapped at 80 columns, each line indented. */
function* indented(text: string, by: number): Generator<string> {
  for (const line of wrap(text, 80 - by)) yield `${' '.repeat(by)}${line}\n`;
}

function asJson(catalogue: Catalogue, judged: readonly JudgedChange[], faults: readonly Caught[]) {
  return {
    systems: judged.map(({ family, result, expectation, differences, change }) => ({
      name: result.name,
      revision: result.revision,
      scope: result.scope,
      ...('steps' in result
        ? { reduction: { kept: result.states, steps: result.steps } }
        : { states: result.states, transitions: result.transitions, depth: result.depth }),
      ...(result.stopped !== undefined && { stopped: result.stopped }),
      properties: result.properties.map((p) => ({
        id: p.property.id,
        kind: p.property.kind,
        verdict: p.verdict,
        expected: own(expectation?.properties, p.property.id) ?? 'holds',
        ...(p.verdict === 'unfinished' && { reason: p.reason }),
        ...(p.verdict === 'broken' && {
          ...(freeAnswers(family, p.counterexample).length > 0 && {
            may: freeAnswers(family, p.counterexample),
          }),
          counterexample: p.counterexample.run.vectors.map((v) =>
            withoutVariant(p.counterexample.space.product.vectors[v]!.label),
          ),
        }),
      })),
      ...(family.opened !== undefined && { opened: family.opened.said }),
      ...(change !== undefined && {
        change: { isSeen: change.isSeen, unseen: change.unseen, seenBy: change.seenBy },
      }),
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
