import type { AnyStateMachine } from 'xstate';
import { metaOf } from 'xstate-check/engine';

/** Whether a machine ever takes a label, by what it says of itself. */
export function happens(machine: AnyStateMachine, label: string): boolean {
  const { labels = [], unused = [] } = metaOf(machine);
  return labels.includes(label) && !unused.includes(label);
}
