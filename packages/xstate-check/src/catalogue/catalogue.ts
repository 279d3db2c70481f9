import type { AnyStateMachine } from 'xstate';
import { InputError, suggested } from '../base/errors.ts';
import { exampleOfScope, identity, type ProgramIdentity, words } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Fault } from '../faults/fault.ts';
import type { Scope, SystemFamily } from '../specification/system.ts';
import type { Target } from '../target/target.ts';
import type { Comparison } from './comparison.ts';
import type { Door } from './door.ts';
import type { SuiteSource } from './suites.ts';

/** What the tool works on: the systems of one specification and what is expected of them. */
export interface Catalogue {
  /** The program that it makes of the tool; the tool itself where absent. */
  readonly program?: ProgramIdentity;
  /** Whether it is no more than what one system needs, while the threads beside have everything. */
  readonly isPart?: boolean;
  /** One sentence: what is specified. */
  readonly description: string;
  readonly families: readonly SystemFamily[];
  /** The subjects that `start` asks in full; all where absent. */
  readonly core?: readonly string[];
  /** The versions of the design that are compared, in the order of history. */
  readonly revisions: readonly Revision[];
  readonly faults: readonly Fault[];
  readonly machines: readonly MachineEntry[];
  readonly expectations: readonly Expectation[];
  readonly findings: readonly Finding[];
  readonly suites: readonly SuiteSource[];
  /** Designs of one thing, side by side. */
  readonly comparisons?: readonly Comparison[];
  /** Where who has a question begins, on the first page. */
  readonly doors?: readonly Door[];
  /** What a reader has to know of what is not checked. */
  readonly limits?: Limits;
  /** The targets that tests can be run on, by name; the first is the default. */
  readonly targets: readonly { readonly name: string; readonly make: () => Target }[];
  /** What a trace of what really ran took of the machines, where the specification reads traces. */
  readonly takenInTrace?: (file: string) => readonly TakenOfMachine[];
  /** What files of the user import by these names, wherever they are. */
  readonly modules?: Readonly<Record<string, unknown>>;
  /** The same with the C of a source tree in the place of machines, where the specification reads C. */
  readonly ofSource?: OfSource;
}

/** @param names - what a command is asked about, nothing where it is about all */
export type OfSource = (
  of: { readonly directory: string; readonly names: readonly string[] },
  terminal: Terminal,
) => Promise<Catalogue>;

/** What a specification rests on, and what it leaves out: sentences for a review. */
export interface Limits {
  readonly assumptions: readonly string[];
  readonly outOfScope: readonly string[];
  /** What no rule asks of any function, each as the object of `no rule asks`: `which errno ...`. */
  readonly unasked: readonly string[];
  readonly notModelled: readonly NotModelled[];
  /** By function: what the machine that stands for it does not show. */
  readonly leftOut: readonly LeftOut[];
}

/** Transitions of a machine, by the names of state and label. */
export interface TakenOfMachine {
  readonly machine: string;
  readonly taken?: () => readonly (readonly [state: string, label: string])[];
}

/** What a machine leaves out of a function that it stands for, and why. */
export interface LeftOut {
  readonly machine: string;
  readonly function: string;
  readonly what: string;
  readonly why: string;
}

/** A known defect or observation that a specification does not model, and why. */
export interface NotModelled {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly source: string;
}

/** One version of the design that somebody posted or released. */
export interface Revision {
  /** As the systems call it; short, because it is the head of a column. */
  readonly name: string;
  readonly title: string;
  /** A `what-if` is a change that is asked here, as nobody has posted it. */
  readonly kind: 'series' | 'release' | 'proposal' | 'what-if';
  readonly source: string;
  /** What its author looks for: names that it adds, titles of its parts. */
  readonly words?: readonly string[];
}

export interface MachineEntry {
  readonly name: string;
  readonly kind: 'contract' | 'procedure' | 'resource';
  readonly machine: AnyStateMachine;
  /** What it is about: machines of one subject are listed together. */
  readonly subject?: string;
}

/** What a system is expected to be, and to say, at one revision and scope. */
export interface Expectation {
  readonly system: string;
  readonly revision: string;
  readonly scope: Scope;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /**
   * For each property `holds`, or the id of the finding that breaks it, or `vacuous` where a change
   * leaves nothing that could put it to the test.
   */
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * A known defect of a revision, as a claim that a maintainer can check. In which other revisions it
 * is, the manifest says (known.ts).
 */
export interface Finding {
  readonly id: string;
  readonly system: string;
  readonly revision: string;
  /** Where it shows; the default scope of the system where absent. */
  readonly scope?: Scope;
  readonly property: string;
  readonly claim: string;
  readonly source: string;
  /** Nobody stated it; it was derived here. */
  readonly derived: boolean;
}

/** What `list` lists. */
const LISTED = /^(?:system|machine|property|fault|revision)\b/;

/** @throws InputError that names the nearest known names, or says where they are listed */
export function findByName<T>(
  kind: string,
  name: string,
  items: readonly T[],
  nameOf: (item: T) => string,
): T {
  const found = items.find((item) => nameOf(item) === name);
  if (found !== undefined) return found;
  const names = items.map(nameOf);
  throw new InputError(
    names.length === 0
      ? `there is no ${kind} '${name}': there is none at all`
      : `there is no ${kind} '${name}'; ${suggested(name, names, LISTED.test(kind) ? `'${identity().name} list' lists them all` : undefined)}`,
  );
}

/**
 * The revision that is meant where none is named: the newest release that the system has, else the
 * first of its revisions.
 */
export function defaultRevision(
  { revisions }: Pick<Catalogue, 'revisions'>,
  family: SystemFamily,
): string {
  const newest = revisions.findLast(
    ({ name, kind }) => kind === 'release' && family.revisions.includes(name),
  );
  return newest?.name ?? family.revisions[0]!;
}

/**
 * Reads `doors=3,keys=0` over a scope, the default one where none is given.
 *
 * @throws InputError for a name the system has not or that is given twice, or a value that is no
 * small number
 */
export function parseScope(
  text: string | undefined,
  family: SystemFamily,
  base = family.defaultScope,
): Scope {
  const names = [...new Set([...Object.keys(family.defaultScope), ...Object.keys(base)])];
  const asked = new Map<string, number>();
  for (const item of text === undefined ? [] : text.split(',')) {
    const [, name, value = ''] = /^\s*([^=\s]+)\s*=\s*(\d+)\s*$/.exec(item) ?? [];
    if (name === undefined) {
      throw new InputError(
        `--scope: '${item}' is not NAME=NUMBER, such as ${names[0] === undefined ? exampleOfScope(1) : `${names[0]}=3`}`,
      );
    }
    if (!names.includes(name)) {
      const has =
        names.length === 0 ? 'it has no scope: leave out --scope' : `it has ${names.join(', ')}`;
      throw new InputError(`--scope: '${family.name}' has no '${name}'; ${has}`);
    }
    if (asked.has(name)) throw new InputError(`--scope: '${name}' is given twice; give it once`);
    if (Number(value) > MOST) {
      throw new InputError(
        `--scope: '${item}' is more than can be had of anything; take at most ${MOST}`,
      );
    }
    asked.set(name, Number(value));
  }
  return { ...base, ...Object.fromEntries(asked) };
}

/** Most of a kind; far fewer are more than anybody can check. */
const MOST = 64;

/** The options that ask for a revision and scope of a system; none for those that are meant anyway. */
export function optionsFor(
  catalogue: Pick<Catalogue, 'revisions'>,
  family: SystemFamily,
  { revision, scope }: { readonly revision: string; readonly scope: Scope },
): string {
  const tree = family.changeOf?.source;
  const changed = Object.entries(scope)
    .filter(([name, count]) => family.defaultScope[name] !== count)
    .map(([name, count]) => `${name}=${count}`);
  return [
    ...(revision === defaultRevision(catalogue, family) ? [] : [`--revision ${quoted(revision)}`]),
    ...(changed.length === 0 ? [] : [`--scope ${changed.join(',')}`]),
    ...(tree === undefined ? [] : [`--source ${quoted(tree)}`]),
  ].join(' ');
}

/** For a shell, where it would read the text otherwise. */
export function quoted(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text}'`;
}

/** Where something was looked at: `door, version 2, 3 hinges`; of what has one version, without it. */
export function placeOf(system: string, revision: string, scope: Scope): string {
  const version = revision === AS_LOADED ? [] : [`${words().revision} ${revision}`];
  return [system, ...version, formatScope(scope)].filter(Boolean).join(', ');
}

/** The one version of a machine that somebody's file exports. */
export const AS_LOADED = 'as loaded';

/** `2 doors × 1 key`; what there is none of is left out. */
export function formatScope(scope: Scope): string {
  return Object.entries(scope)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${count === 1 ? name.replace(/s$/, '') : name}`)
    .join(' × ');
}
