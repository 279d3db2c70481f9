import type { AnyStateMachine } from 'xstate';
import { InputError } from '../base/errors.ts';
import { check, type PropertyResult, type SystemResult } from '../check/check.ts';
import type { Bounds } from '../explore/explore.ts';
import { flatten } from '../lts/flatten.ts';
import { plainLabel } from '../lts/label.ts';
import { transitionsOf } from '../lts/lts.ts';
import { alphabetOf, objectOf, type Part } from '../specification/part.ts';
import type { System, SystemFamily } from '../specification/system.ts';
import { type HowItIsMade, hasC, leftOutOf, machineOfC, withMachines } from './in-system.ts';
import type { SourceReader, Surroundings } from './judge-source.ts';
import { cSourceOf } from './reading.ts';
import type { Tree } from './tree.ts';

/** A rule whose verdict a patch changes, in one system. */
export interface ChangedVerdict {
  readonly property: string;
  readonly title: string;
  readonly before: string;
  readonly after: PropertyResult;
}

/** A system with the C of a tree in it, before and after a patch. */
export interface JudgedSystem {
  readonly system: System;
  readonly before: SystemResult;
  readonly after: SystemResult;
  readonly verdicts: readonly ChangedVerdict[];
  /** Why the C after the patch cannot be put into it: it has steps that nobody of the system takes. */
  readonly refused?: string;
  /** Rules that were not decided after the patch, each with what was established. */
  readonly undecided: readonly { readonly property: string; readonly reason: string }[];
}

/** A system, and how many states the specification expects of it. */
export interface AskedSystem {
  readonly family: SystemFamily;
  readonly states: number;
}

/** The C of a change: which functions, and where they are on both sides. */
export interface ChangedC {
  readonly functions: ReadonlySet<string>;
  readonly before: Tree;
  readonly after: Tree;
  readonly around: { readonly before: Surroundings; readonly after: Surroundings };
  /** By function: why what it does is not known whole, where it is not. */
  readonly doubts: ReadonlyMap<string, string>;
}

/**
 * The systems that have a changed machine, smallest first, each with the C before the patch in the
 * machine's place, and with that after it.
 */
export function* judgeSystems(
  reader: SourceReader,
  systems: readonly AskedSystem[],
  { functions, before: old, after: now, around, doubts }: ChangedC,
  revision: string,
  asks: (system: System) => void,
): Generator<JudgedSystem> {
  for (const { family, states } of systems) {
    const system = family.build({ scope: family.defaultScope, revision });
    if (!system.parts.some(({ machine }) => isMeant(machine, functions))) continue;
    asks(system);
    // What breaks a rule is no reason to go through all of a much larger space.
    const bounds: Bounds = { keepSeen: true, states: Math.max(200_000, 3 * states) };
    const first = withC(reader, system, old, functions, { around: around.before });
    // What the C does only after the patch is not known, wherever it does it.
    const accepted = first.parts.flatMap(({ machine }) =>
      leftOutOf(machine).map((one) => one.accepted),
    );
    const made = checked(
      () => withC(reader, system, now, functions, { around: around.after, accepted }),
      bounds,
    );
    const before = check(first, bounds);
    if (typeof made === 'string') {
      yield { system, before, after: before, refused: made, verdicts: [], undecided: [] };
      continue;
    }
    const { second, after } = made;
    const unheard = unheardIn(first, second);
    if (unheard !== undefined) {
      yield { system, before, after: before, refused: unheard, verdicts: [], undecided: [] };
      continue;
    }
    const unsaid = { before: unsaidIn(first), after: unsaidIn(second) };
    const doubt = doubtIn(second, doubts) ?? unexpectedIn(first, second);
    yield { system, before, after, ...decided(before, after, unsaid, doubt) };
  }
}

/** What is wrong with a system, where it cannot be made of the C or does not compose. */
function checked(
  make: () => System,
  bounds: Bounds,
): { readonly second: System; readonly after: SystemResult } | string {
  try {
    const second = make();
    return { second, after: check(second, bounds) };
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/** Why a function in a system may do what is not read of it. */
function doubtIn({ parts }: System, doubts: ReadonlyMap<string, string>): string | undefined {
  for (const { machine } of parts) {
    const doubt = doubts.get(cSourceOf(machine)?.function ?? '');
    if (doubt !== undefined) return doubt;
  }
  return undefined;
}

/** A label that a function takes newly, and that no other part of the system takes. */
interface Alone {
  readonly part: Part;
  readonly label: string;
  /** The labels that it took before. */
  readonly known: readonly string[];
}

function* takenAlone(before: System, after: System): Generator<Alone> {
  for (const [i, part] of after.parts.entries()) {
    const old = before.parts[i]!;
    if (old.machine === part.machine) continue;
    const known = takenBy(old);
    for (const label of takenBy(part)) {
      if (known.includes(label)) continue;
      if (!isTakenByOthers(after, part, label)) yield { part, label, known };
    }
  }
}

function isTakenByOthers({ parts }: System, part: Part, label: string): boolean {
  const renamed = part.rename(label);
  return parts.some(
    (one) =>
      one !== part &&
      alphabetOf(one).some((own) => one.rename(own).some((each) => renamed.includes(each))),
  );
}

/**
 * How a function ends after a change that nobody of the system knows: whoever called it would wait
 * for another answer for ever.
 */
function unexpectedIn(before: System, after: System): string | undefined {
  for (const { part, label, known } of takenAlone(before, after)) {
    const [operation] = label.split(':');
    const hasAnswers = known.some(
      (one) => one.startsWith(`${operation}:`) && isTakenByOthers(after, part, one),
    );
    if (label.startsWith('return.') || hasAnswers) {
      return `it can end with ${label.replace(/^return\./, '')}, which nobody in this system expects`;
    }
  }
  return undefined;
}

/** What a function does newly and nobody hears of: whatever holds, holds without it. */
function unheardIn(before: System, after: System): string | undefined {
  for (const { part, label } of takenAlone(before, after)) {
    const deaf = deafTo(part.rename(label), after);
    if (deaf !== undefined) {
      return `it takes the step ${label}, of which ${deaf} does not hear in this system`;
    }
  }
  return undefined;
}

/**
 * What is an operation on a lock, a flag or a list of the system, which hears only of those that the
 * machines of the system have: what it would do is not known.
 */
function deafTo(labels: readonly string[], { parts }: System): string | undefined {
  const named = labels.map(plainLabel);
  return parts.find(
    (one) =>
      one.kind === 'resource' &&
      alphabetOf(one).some((own) => named.includes(`${objectOf(one)}.${own}`)),
  )?.name;
}

/** The labels of the steps that a part has, of those that it may have. */
function takenBy({ machine }: Part): string[] {
  const lts = flatten(machine);
  return [...new Set([...transitionsOf(lts)].map(({ label }) => lts.labels[label]!))];
}

/** Contract labels of which it is not known which step of the C commits them. */
function unsaidIn({ parts }: System): string[] {
  const unsaid = parts.flatMap(
    ({ machine: { root } }) =>
      (root.meta as { unsaid?: readonly string[] } | undefined)?.unsaid ?? [],
  );
  return [...new Set(unsaid)];
}

/**
 * The verdicts that change, and what was not decided. Where the C has other steps than those that
 * decide for the contract, it cannot be held against it.
 */
function decided(
  before: SystemResult,
  after: SystemResult,
  unsaid: { readonly before: readonly string[]; readonly after: readonly string[] },
  doubt: string | undefined,
): Pick<JudgedSystem, 'verdicts' | 'undecided'> {
  const verdicts: ChangedVerdict[] = [];
  const undecided: { property: string; reason: string }[] = [];
  for (const verdict of changedVerdicts(before, after)) {
    const { property, before: was, after: is } = verdict;
    const isContract = is.property.kind === 'refinement';
    const unknown = [...unsaid.after, ...(is.verdict === 'broken' ? unsaid.before : [])];
    if (is.verdict === 'broken' && doubt !== undefined) undecided.push({ property, reason: doubt });
    else if (isContract && unknown.length > 0) {
      const labels = [...new Set(unknown)].join(', ');
      const reason = `it is not known which step decides ${labels} for the contract`;
      undecided.push({ property, reason });
    } else if (is.verdict === 'unfinished') undecided.push({ property, reason: is.reason });
    else if (was !== 'unfinished') verdicts.push(verdict);
    else if (is.verdict === 'broken') {
      const reason = 'it is broken after the patch, and a bound left it undecided before';
      undecided.push({ property, reason });
    }
  }
  // What hangs never comes to where it broke other rules: they are not mended.
  const hangs = verdicts.some(
    ({ after: { verdict, property } }) => verdict === 'broken' && HANGS.includes(property.kind),
  );
  const isNews = ({ after: { verdict } }: ChangedVerdict) => !hangs || verdict !== 'holds';
  return { verdicts: verdicts.filter(isNews), undecided };
}

/** The kinds of rules that break where somebody waits for ever. */
const HANGS: readonly string[] = ['rest', 'leads-to', 'deadlock'];

/**
 * Why no system was asked about a function that changes: its machine has steps that its C does not
 * show, so that the C cannot stand in its place; or no system has it. Undefined where one was asked.
 */
export function notAsked(
  machines: readonly AnyStateMachine[],
  judged: readonly JudgedSystem[],
  fn: string,
): string | undefined {
  const asked = judged.some(({ system }) =>
    system.parts.some(({ machine }) => isMeant(machine, new Set([fn]))),
  );
  if (asked) return undefined;
  const inside = machines
    .map((machine) => cSourceOf(machine))
    .find((source) => source?.function === fn && source.inside !== undefined)?.inside;
  if (inside === undefined) return 'no system that is checked has its machine';
  return (
    `no rule was asked: its machine has steps that the C does not show (${inside.labels.join(', ')}: ` +
    `${inside.because}), so the C cannot take its place in a system`
  );
}

function isMeant(machine: AnyStateMachine, functions: ReadonlySet<string>): boolean {
  return hasC({ machine }) && functions.has(cSourceOf(machine)!.function);
}

/** The system with the C of a tree in the place of the machines that stand for some functions. */
function withC(
  reader: SourceReader,
  system: System,
  tree: Tree,
  functions: ReadonlySet<string>,
  how: Pick<HowItIsMade, 'around' | 'accepted'>,
): System {
  const made = ({ machine }: Part) =>
    isMeant(machine, functions) ? machineOfC(reader, tree, machine, how) : undefined;
  return withMachines(system, made, reader.specification.calls);
}

function changedVerdicts(before: SystemResult, after: SystemResult): ChangedVerdict[] {
  return after.properties.flatMap((result) => {
    const old = before.properties.find(({ property }) => property.id === result.property.id)!;
    if (old.verdict === result.verdict && result.verdict !== 'unfinished') return [];
    const { id: property, title } = result.property;
    return [{ property, title, before: old.verdict, after: result }];
  });
}
