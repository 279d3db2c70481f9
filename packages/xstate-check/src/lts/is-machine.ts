import type { AnyStateMachine } from 'xstate';

/** Whether a value is an XState machine, of whatever copy of XState. */
export function isMachine(value: unknown): value is AnyStateMachine {
  return (
    typeof value === 'object' &&
    value !== null &&
    'root' in value &&
    'getTransitionData' in value &&
    'implementations' in value
  );
}
