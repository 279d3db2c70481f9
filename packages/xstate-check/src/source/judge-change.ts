import type { Catalogue } from '../catalogue/catalogue.ts';
import { newestRelease } from '../catalogue/known.ts';
import type { Counterexample } from '../check/verdict.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { type LeftOver, withoutLabel } from './account.ts';
import type { Note } from './graph.ts';
import { type Change, type ChangedMachine, type ChangeReading, readChange } from './judge-patch.ts';
import type { SourceReader } from './judge-source.ts';
import { type JudgedSystem, judgeSystems, notAsked } from './judge-systems.ts';

/** What a patch is said to do: `cannot judge` may stand beside another one. */
export type PatchAnswer = 'breaks' | 'changes steps' | 'changes no step' | 'cannot judge';

/** Something that was not judged, and why. */
export interface NotJudged {
  readonly what: string;
  readonly why: string;
}

/** A change, read and checked. */
export interface JudgedChange {
  readonly reading: ChangeReading;
  readonly systems: readonly JudgedSystem[];
  readonly answers: readonly PatchAnswer[];
  /** Beside the lines that are left over. */
  readonly notJudged: readonly NotJudged[];
  /** The run that is shown after all systems, because none has a plain one. */
  readonly later?: ShownRun;
  /** What no rule asks of any function. */
  readonly unasked: readonly string[];
}

/** Who is told what is known as soon as it is known. */
export interface Told {
  read(reading: ChangeReading): void;
  asks(system: System): void;
  /**
   * @param run - the run that is shown, where it is one of this system that a plainer one will not follow
   * @returns whether larger systems are to be asked
   */
  judged(system: JudgedSystem, run: ShownRun | undefined): boolean;
  /** All systems were asked. */
  asked(): void;
}

/** The run that is shown of all that break. */
export interface ShownRun {
  readonly system: System;
  readonly counterexample: Counterexample;
  /** The machines whose C changes. */
  readonly expand: readonly string[];
}

/** How plainly a rule of a kind says what is wrong: at a step, by who waits for whom, or not at all. */
const PLAINNESS = ['invariant monitor', 'leads-to deadlock', 'rest totality', 'refinement'];

function plainness(kind: Property['kind']): number {
  return PLAINNESS.findIndex((kinds) => kinds.split(' ').includes(kind));
}

/** Whether a run ends at the step that is wrong, so that no other one shows it more plainly. */
function isPlain({ counterexample }: ShownRun): boolean {
  return plainness(counterexample.property.kind) === 0;
}

/** Of the rules that break in some systems the plainest, of those the first, and its shortest run. */
export function runShown(
  systems: readonly JudgedSystem[],
  changed: ChangeReading['changed'],
): ShownRun | undefined {
  const expand = [...new Set(changed.map(({ machine }) => machine.id))];
  const length = ({ run, cycle }: Counterexample) =>
    run.vectors.length + (cycle?.vectors.length ?? 0);
  const runs = systems.flatMap(({ system, verdicts }, at) =>
    verdicts.flatMap(({ after }) =>
      after.verdict === 'broken'
        ? [{ at, shown: { system, counterexample: after.counterexample, expand } }]
        : [],
    ),
  );
  const rank = ({ shown: { counterexample } }: (typeof runs)[number]) =>
    plainness(counterexample.property.kind);
  const [first] = runs.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      a.at - b.at ||
      length(a.shown.counterexample) - length(b.shown.counterexample),
  );
  return first?.shown;
}

export type PatchCatalogue = Pick<Catalogue, 'families' | 'expectations' | 'revisions' | 'limits'>;

/** Reads a change and checks every system that has a function which it changes, the smallest first. */
export function judgeChange(
  reader: SourceReader,
  catalogue: PatchCatalogue,
  change: Change,
  told: Told,
): JudgedChange {
  const reading = readChange(reader, change);
  told.read(reading);
  const { before, after } = change;
  const functions = new Set(reading.changed.map((one) => one.function));
  const revision = newestRelease(catalogue)!.name;
  const c = { functions, before, after, around: reading.around, doubts: doubtsOf(reading) };
  const systems: JudgedSystem[] = [];
  const all = bySize(catalogue, revision);
  let shown: ShownRun | undefined;
  for (const one of judgeSystems(reader, all, c, revision, told.asks)) {
    const run = shown === undefined ? runShown([one], reading.changed) : undefined;
    // A run that says less plainly what is wrong waits for one of a larger system.
    if (run !== undefined && isPlain(run)) shown = run;
    const goesOn = told.judged(one, shown === run ? run : undefined);
    systems.push(one);
    if (!goesOn) break;
  }
  told.asked();
  const later = shown === undefined ? runShown(systems, reading.changed) : undefined;
  const notJudged = whatWasNot(reader, reading, systems);
  const answers = answersOf(reading, systems, notJudged);
  const unasked = catalogue.limits?.unasked ?? [];
  return { reading, systems, notJudged, answers, unasked, ...(later && { later }) };
}

/**
 * Functions with a statement that no label stands for and that was not there before: it may be what
 * another one needs.
 */
function doubtsOf({ changed, leftOver }: ChangeReading): Map<string, string> {
  const doubts = new Map<string, string>();
  for (const { function: fn, before, after } of changed) {
    const old = new Set(before.unlabelled.map(({ text }) => withoutLabel(text)));
    const isNew = ({ change, in: where, why }: LeftOver) =>
      change === 'added' && where !== undefined && after.read.has(where) && !old.has(why);
    const line = leftOver.find((one) => isNew(one) && one.isUnlabelled);
    if (line === undefined) continue;
    const { file, line: number } = line.place;
    doubts.set(fn, `what ${file.slice(file.lastIndexOf('/') + 1)}:${number} does is not known`);
  }
  return doubts;
}

/** The smallest systems answer first. */
function bySize({ families, expectations }: PatchCatalogue, revision: string) {
  const states = (name: string) =>
    expectations.find((e) => e.system === name && e.revision === revision)?.states ?? 0;
  return families
    .filter(({ revisions }) => revisions.includes(revision))
    .map((family) => ({ family, states: states(family.name) }))
    .sort((a, b) => a.states - b.states);
}

export function breaks({ verdicts }: JudgedSystem): boolean {
  return verdicts.some(({ after }) => after.verdict === 'broken');
}

/** The smallest machine of each function whose steps change. */
export function changedFunctions({ changed }: ChangeReading): ChangedMachine[] {
  const first = new Map<string, ChangedMachine>();
  for (const one of changed) if (!first.has(one.function)) first.set(one.function, one);
  return [...first.values()];
}

function whatWasNot(
  reader: SourceReader,
  reading: ChangeReading,
  systems: readonly JudgedSystem[],
): NotJudged[] {
  const unread = reading.unread.map(({ function: fn, why }) => ({
    what: `${fn}()`,
    why: `it is not read: ${why.message}`,
  }));
  const { machines } = reader.specification;
  const functions = changedFunctions(reading).flatMap(({ function: fn, choices }) => {
    const why = notAsked(machines, systems, fn);
    const silent = choices.map((choice) => ({
      what: `${fn}()`,
      why: `it decides by what no label shows, ${conditionOf(choice)}, at ${choice.place.file}:${choice.place.line}`,
    }));
    return [...(why === undefined ? [] : [{ what: `${fn}()`, why }]), ...silent];
  });
  const returns = changedFunctions(reading).flatMap(unexpectedReturns);
  const refused = systems.flatMap(({ system, refused: why }) =>
    why === undefined ? [] : [{ what: system.name, why }],
  );
  // Of a system in which a rule breaks, more states are no better news.
  const unbroken = systems.filter((one) => !breaks(one));
  const undecided = unbroken.flatMap(({ system, undecided: rules }) =>
    rules.map(({ property, reason }) => ({ what: `${property} in ${system.name}`, why: reason })),
  );
  const untested = unbroken.flatMap(({ system, verdicts }) =>
    verdicts.flatMap(({ property, before, after }) =>
      after.verdict === 'vacuous' && before === 'holds'
        ? [
            {
              what: `${property} in ${system.name}`,
              why: `nothing puts it to the test: ${after.reason}`,
            },
          ]
        : [],
    ),
  );
  const binary = reading.change.binary.map((path) => ({
    what: path,
    why: 'it is a binary diff, which is not read',
  }));
  const all = [
    ...binary,
    ...unread,
    ...functions,
    ...returns,
    ...refused,
    ...undecided,
    ...untested,
  ];
  if (!touchesNothing(reading)) return all;
  const names = [...reading.change.paths.keys()].join(', ');
  const why = `it touches nothing that is specified: no function of ${names} is read`;
  return [{ what: 'the patch', why }, ...all];
}

/** Whether no machine reads anything of the files of a patch: then its lines say nothing one by one. */
export function touchesNothing(reading: ChangeReading): boolean {
  const { files, change } = reading;
  // A header, or what configures the kernel, may matter to any file.
  const isElsewhere = [...change.paths].flat().every((path) => path.endsWith('.c'));
  return files.length === 0 && change.paths.size > 0 && isElsewhere && !changesNothing(reading);
}

/** Values with which a function returns only after the change, and that are no answer of its machine. */
function unexpectedReturns({ function: fn, before, after }: ChangedMachine): NotJudged[] {
  const isOne = ({ label }: { readonly label?: string }) => label?.startsWith('return ') === true;
  const known = new Set(before.steps.flat().map(({ label }) => label));
  const found = new Map(
    after.steps
      .flat()
      .filter((step) => isOne(step) && !known.has(step.label))
      .map((step) => [step.label!, step.place] as const),
  );
  return [...found].map(([label, { file, line }]) => ({
    what: `${fn}()`,
    why: `at ${file}:${line} it can ${label}, which is no answer that its machine has`,
  }));
}

/** Whether all files are the same before and after: what one patch of a series does, another undoes. */
export function changesNothing({ change }: ChangeReading): boolean {
  const { before, after, paths, binary } = change;
  if (binary.length > 0) return false;
  return [...paths].every(([path, old]) => path === old && before.read(old) === after.read(path));
}

/** A choice as the C writes it. */
export function conditionOf({ c, text }: Note): string {
  return c ?? plainly(text);
}

/** A value of the reader in a sentence. */
export function plainly(text: string): string {
  const operation = /\(([-+*/%<>=!&|^]+) ([^()\s]+) ([^()\s]+)\)/g;
  return text.replace(/@\d+/g, '').replace(operation, '$2 $1 $3');
}

function answersOf(
  reading: ChangeReading,
  systems: readonly JudgedSystem[],
  notJudged: readonly NotJudged[],
): PatchAnswer[] {
  const isLeft = reading.leftOver.length > 0 || notJudged.length > 0;
  const isAsked = systems.some(({ refused }) => refused === undefined);
  if (systems.some(breaks)) return isLeft ? ['breaks', 'cannot judge'] : ['breaks'];
  if (reading.changed.length === 0) return [isLeft ? 'cannot judge' : 'changes no step'];
  if (!isLeft) return ['changes steps'];
  // Where no rule was asked, none can be said not to break.
  return isAsked ? ['changes steps', 'cannot judge'] : ['cannot judge'];
}

/** What a rule is now, in a word: `breaks`, `mended`, `vacuous`. */
export function wordOf({ before, after }: JudgedSystem['verdicts'][number]): string {
  if (after.verdict === 'broken') return 'breaks';
  return before === 'broken' && after.verdict === 'holds' ? 'mended' : after.verdict;
}

/** Lines of one reason that follow each other, as one. */
export interface LeftLines {
  readonly first: LeftOver;
  readonly more: number;
}

export function gathered(leftOver: readonly LeftOver[]): LeftLines[] {
  const all: { first: LeftOver; more: number }[] = [];
  let before: LeftOver | undefined;
  for (const one of leftOver) {
    const goesOn =
      before !== undefined &&
      before.why === one.why &&
      before.change === one.change &&
      before.place.file === one.place.file &&
      one.place.line - before.place.line <= 2 &&
      one.place.line >= before.place.line;
    if (goesOn) all.at(-1)!.more += 1;
    else all.push({ first: one, more: 0 });
    before = one;
  }
  return all;
}
