import type { AnyStateMachine } from 'xstate';
import { flatten } from './flatten.ts';
import type { Lts } from './lts.ts';

const flattened = new WeakMap<AnyStateMachine, Lts>();
const flattenedByText = new Map<string, Lts>();

/** The LTS of a machine, flattened once; machines that are the same text share it. */
export function ltsOf(machine: AnyStateMachine): Lts {
  const known = flattened.get(machine);
  if (known !== undefined) return known;
  const text = textOf(machine);
  const lts = (text === undefined ? undefined : flattenedByText.get(text)) ?? flatten(machine);
  remember(machine, lts, text);
  return lts;
}

/** Keeps the LTS of a machine that was flattened for another reason. */
export function remember(machine: AnyStateMachine, lts: Lts, text = textOf(machine)): void {
  flattened.set(machine, lts);
  if (text !== undefined) flattenedByText.set(text, lts);
}

/**
 * A machine as text, by which two that a factory made alike are known as one; `undefined` where
 * there is more to it than text: functions, because what those close over cannot be read, and what
 * holds itself.
 */
export function textOf(machine: AnyStateMachine): string | undefined {
  let isText = Object.values(machine.implementations).every((of) => Object.keys(of).length === 0);
  try {
    const text = JSON.stringify(machine.config, (_, value: unknown) => {
      if (typeof value === 'function' || typeof value === 'bigint') isText = false;
      return value;
    });
    return isText ? text : undefined;
  } catch {
    return undefined;
  }
}
