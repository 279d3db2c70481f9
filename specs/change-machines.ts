import type { AnyStateMachine } from 'xstate';
import {
  InputError,
  type LintFinding,
  type LintRule,
  lint,
  type Part,
  suggested,
} from 'xstate-check';
import { type Edit, editOf, type MachineChanges, machinesOf, writtenAnew } from './written-anew.ts';

/**
 * The parts with their machines changed. Of several parts with one machine, which may be drawn for
 * different numbers of things, those are changed that have what the change names.
 *
 * @throws InputError for a machine that there is not, and for a change that no part of it can take
 */
export function changedParts(
  name: string,
  parts: readonly Part[],
  changes: MachineChanges,
): Part[] {
  const known = [...new Set(parts.map(({ machine }) => machine.id))];
  const missing = machinesOf(changes).find((machine) => !known.includes(machine));
  if (missing !== undefined) throw unknown(name, 'machine', missing, known);
  const edits = new Map(machinesOf(changes).map((id) => [id, editOf(id, changes)]));
  const refused = new Map<string, InputError>();
  const taken = new Set<string>();
  const changed = parts.map((part) => {
    const { machine } = part;
    const edit = edits.get(machine.id);
    if (edit === undefined) return part;
    try {
      const after = edited(name, machine, edit);
      taken.add(machine.id);
      return { ...part, machine: after };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (!refused.has(machine.id)) refused.set(machine.id, error);
      return part;
    }
  });
  const [, error] = [...refused].find(([machine]) => !taken.has(machine)) ?? [];
  if (error !== undefined) throw error;
  return changed;
}

function edited(name: string, machine: AnyStateMachine, edit: Edit): AnyStateMachine {
  const after = written(name, machine, edit);
  assertMeant(name, after, machine, edit);
  return after;
}

function written(name: string, machine: AnyStateMachine, edit: Edit): AnyStateMachine {
  try {
    return writtenAnew(machine, edit);
  } catch (error) {
    // What is wrong with a patch says so itself.
    if (error instanceof InputError) throw error;
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
    const paths = edit.states.map(({ path }) => `'${path.join('.')}'`).join(', ');
    throw new InputError(
      `change '${name}': machine '${machine.id}', state ${paths || 'of the root'}: ${reason}`,
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
 * misspelt for instance, would change nothing if it were never entered, and a label that it adds,
 * if no step took it.
 */
function assertMeant(
  name: string,
  after: AnyStateMachine,
  before: AnyStateMachine,
  { states, labels }: Edit,
): void {
  const known = lint(before).map(({ rule, state }) => `${rule} ${state}`);
  const isWritten = (state: string) =>
    states.some(({ path }) => `${state}.`.startsWith(`${path.join('.')}.`));
  const anyIndex = (text: string) => text.replace(/\[\w+\]/g, '[]');
  const isAdded = (message: string) =>
    labels.some((label) => anyIndex(message).includes(`'${anyIndex(label)}'`));
  const isMeant = ({ rule, state, message }: LintFinding) => {
    if (rule === 'label-never-happens' && isAdded(message)) return false;
    if (known.includes(`${rule} ${state}`)) return true;
    return TAKEN_AWAY.includes(rule) && !(rule === 'unreachable-state' && isWritten(state));
  };
  const found = lint(after).find((finding) => !isMeant(finding));
  if (found === undefined) return;
  throw new InputError(
    `change '${name}': machine '${after.id}', state '${found.state}': ${sentenceOf(found, after)}`,
  );
}

/** A label that is not the machine's is declared in the change, and not in the machine. */
function sentenceOf({ rule, message }: LintFinding, { id }: AnyStateMachine): string {
  if (rule !== 'undeclared-label') return message;
  const [, event = ''] = /handles '(.*?)'/.exec(message) ?? [];
  return (
    `machine '${id}' has no label '${event}'; take one that it has, or add it with ` +
    `labels: { ${id}: ['${event}'] }`
  );
}

export function unknown(
  change: string,
  kind: string,
  name: string,
  known: readonly string[],
): InputError {
  const near = suggested(name, known, "'dmabuf-spec list' lists them all");
  return new InputError(`change '${change}': there is no ${kind} '${name}'; ${near}`);
}

/** States of the machine of a fault written anew, by dotted path (`revoke.drain`): its `change`. */
export function anew(states: NonNullable<MachineChanges['states']>): {
  readonly anew: (machine: AnyStateMachine, fault: string) => AnyStateMachine;
} {
  return {
    anew: (machine, fault) => {
      const own = Object.entries(states).map(([path, state]) => [`${machine.id}.${path}`, state]);
      return edited(fault, machine, editOf(machine.id, { states: Object.fromEntries(own) }));
    },
  };
}
