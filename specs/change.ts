import type { AnyStateMachine, AnyStateNodeConfig } from 'xstate';
import { InputError, suggested } from '../src/errors.ts';
import { type Patch, patched } from '../src/faults/patch.ts';
import { type LintFinding, type LintRule, lint } from '../src/lts/lint.ts';
import type { Part } from '../src/system/part.ts';
import type { SystemFamily } from '../src/system/system.ts';
import { specification } from './catalogue.ts';

/** A change of design that somebody wants to try. */
export interface Change {
  /** The system it is made to: `hot-reset`. */
  readonly system: string;
  /** The version it is made to. */
  readonly from: string;
  /** States that are written anew, or added: `hot_reset.unwind` is `unwind` of machine `hot_reset`. */
  readonly states?: Readonly<Record<string, AnyStateNodeConfig>>;
  /** Small changes to steps, by machine. */
  readonly patches?: Readonly<Record<string, readonly Patch[]>>;
  /** What the changed system is called where a file has several; else it keeps its name. */
  readonly name?: string;
}

/**
 * A system with a change of design in it, at every scope of the original, and with its rules.
 *
 * @throws InputError for a system, version, machine or state that does not exist, and when a changed
 * machine does not do what is written
 */
export function change({
  system,
  from,
  states = {},
  patches = {},
  name = system,
}: Change): SystemFamily {
  const family = specification.families.find((candidate) => candidate.name === system);
  if (family === undefined) {
    throw unknown(
      name,
      'system',
      system,
      specification.families.map((f) => f.name),
    );
  }
  if (!family.revisions.includes(from)) throw unknown(name, 'version', from, family.revisions);
  const revision = `${from} changed`;
  const edits = new Map<string, Edit[]>();
  for (const [path, config] of Object.entries(states)) {
    const [machine = '', ...node] = path.split('.');
    add(edits, machine, (m) => withState(name, m, node, config));
  }
  for (const [machine, list] of Object.entries(patches))
    add(edits, machine, (m) => patched(m, list));
  const changed: SystemFamily = {
    name,
    title: `${family.title}, changed`,
    defaultScope: family.defaultScope,
    revisions: [revision],
    changeOf: { system, revision: from },
    build({ scope }) {
      const built = family.build({ scope, revision: from });
      return {
        ...built,
        name,
        revision,
        parts: edited(name, built.parts, edits, Object.keys(states)),
      };
    },
  };
  // A mistake is to be told now, and not when the change is first used.
  changed.build({ scope: family.defaultScope, revision });
  return changed;
}

type Edit = (machine: AnyStateMachine) => AnyStateMachine;

function add(edits: Map<string, Edit[]>, machine: string, edit: Edit): void {
  edits.set(machine, [...(edits.get(machine) ?? []), edit]);
}

function edited(
  name: string,
  parts: readonly Part[],
  edits: ReadonlyMap<string, readonly Edit[]>,
  written: readonly string[],
): Part[] {
  const known = [...new Set(parts.map(({ machine }) => machine.id))];
  const missing = [...edits.keys()].find((machine) => !known.includes(machine));
  if (missing !== undefined) throw unknown(name, 'machine', missing, known);
  return parts.map((part) => {
    const own = edits.get(part.machine.id);
    if (own === undefined) return part;
    const machine = own.reduce((before, edit) => edit(before), part.machine);
    assertMeant(name, machine, part.machine, written);
    return { ...part, machine };
  });
}

/** A state's configuration, with its children. */
interface Node {
  readonly states?: Readonly<Record<string, Node>>;
}

/** The machine with one state node written anew, or added. */
function withState(
  name: string,
  machine: AnyStateMachine,
  path: readonly string[],
  config: AnyStateNodeConfig,
): AnyStateMachine {
  const replaced = (node: Node | undefined, rest: readonly string[]): Node => {
    const [key, ...deeper] = rest;
    if (key === undefined) return config as Node;
    return { ...node, states: { ...node?.states, [key]: replaced(node?.states?.[key], deeper) } };
  };
  const Machine = machine.constructor as new (c: unknown, i: unknown) => AnyStateMachine;
  try {
    return new Machine(replaced(machine.config as Node, path), machine.implementations);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
    throw new InputError(
      `change '${name}': machine '${machine.id}', state '${path.join('.')}': ${reason}`,
    );
  }
}

/** What a change may bring about on purpose: it takes something away. */
const TAKEN_AWAY: readonly LintRule[] = [
  'label-never-happens',
  'unreachable-state',
  'never-taken',
  'stale-declaration',
];

/**
 * Asserts that the machine does what the change says: a state that it writes, under a name that is
 * misspelt for instance, would change nothing if it were never entered.
 */
function assertMeant(
  name: string,
  after: AnyStateMachine,
  before: AnyStateMachine,
  written: readonly string[],
): void {
  const known = lint(before).map(({ rule, state }) => `${rule} ${state}`);
  const isWritten = (state: string) =>
    written.some((path) => `${after.id}.${state}.`.startsWith(`${path}.`));
  const isMeant = ({ rule, state }: LintFinding) =>
    known.includes(`${rule} ${state}`) ||
    (TAKEN_AWAY.includes(rule) && !(rule === 'unreachable-state' && isWritten(state)));
  const found = lint(after).find((finding) => !isMeant(finding));
  if (found === undefined) return;
  throw new InputError(
    `change '${name}': machine '${after.id}', state '${found.state}': ${found.message}`,
  );
}

function unknown(change: string, kind: string, name: string, known: readonly string[]): InputError {
  const near = suggested(name, known, "'dmabuf-spec list' lists them all");
  return new InputError(`change '${change}': there is no ${kind} '${name}'; ${near}`);
}
