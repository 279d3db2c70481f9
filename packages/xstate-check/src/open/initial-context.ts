import type { AnyStateMachine } from 'xstate';
import { MachineError } from '../lts/machine-error.ts';
import { notPlain } from '../lts/snapshot.ts';
import { type Answer, type Asked, ask, chooses, holdsOpaque } from './ask.ts';
import type { Kept } from './kept.ts';
import { opaque, UNKNOWN } from './unknown.ts';

/** The kept part of a machine's first context, and the names of all that it has. */
interface InitialContext {
  readonly values: Record<string, unknown>;
  readonly fields: readonly string[];
}

/**
 * The context that a machine starts with, where its input may be anything.
 *
 * @throws MachineError where it cannot be made without knowing the input
 */
export function initialContext(machine: AnyStateMachine, kept: Kept): InitialContext {
  const { context } = machine.config as { context?: unknown };
  if (typeof context !== 'function') return keptOf(machine, kept, context ?? {});
  const answer = ask(context as Asked, {
    ...{ context: {}, event: { type: 'xstate.init' }, kept: new Set<string>(), fields: [] },
    isDeclared: () => true,
    others: (reading, seed) => ({ input: opaque(reading, seed) }),
  });
  if (answer.threw !== undefined) {
    const reason = `its context cannot be made without an input (${answer.threw}); export the machine with a context of its own`;
    throw new MachineError('throws', machine.id, '', reason);
  }
  const isOpen = answer.reading.unknown && chooses(context as Asked);
  const known = Object.entries(answer.value as object).map(([key, value]) => {
    const isKnown = !isOpen && isSame(answer, key);
    return [key, isKnown ? value : UNKNOWN] as const;
  });
  return keptOf(machine, kept, Object.fromEntries(known));
}

function keptOf(machine: AnyStateMachine, kept: Kept, context: object): InitialContext {
  if (Array.isArray(context) || typeof context !== 'object') {
    throw new MachineError(
      'context-not-plain',
      machine.id,
      '',
      'its context is no object; make it one',
    );
  }
  const fields = Object.keys(context);
  const values = Object.entries(context)
    .filter(([key]) => kept.fields.has(key))
    .map(([key, value]) => [key, storedValue(kept, key, value)] as const);
  return { fields, values: Object.fromEntries(values) };
}

/** A value as it is kept: what is no plain data, and what takes too many values, is unknown. */
export function storedValue(kept: Kept, key: string, value: unknown): unknown {
  if (kept.folded.has(key) || holdsOpaque(value)) return UNKNOWN;
  if (value === undefined) return undefined;
  return notPlain(value) === undefined ? value : UNKNOWN;
}

/** Whether a field of what a function answered is the same whatever it was given. */
export function isSame({ value, other }: Answer, key: string): boolean {
  const [one, two] = [value, other].map((each) => (each as Record<string, unknown>)[key]);
  if (holdsOpaque(one)) return false;
  if (one === two) return true;
  try {
    return JSON.stringify(one) === JSON.stringify(two);
  } catch {
    return false;
  }
}
