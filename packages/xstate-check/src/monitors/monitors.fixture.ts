import type { AnyStateMachine } from 'xstate';
import { ltsOf } from '../system/product.ts';

/** The state in which a monitor is after what it observed, and what it then says, if anything. */
export function observed(monitor: AnyStateMachine, ...labels: string[]): string {
  const lts = ltsOf(monitor);
  const at = labels.reduce(
    (state, label) => lts.next[state * lts.labels.length + lts.labels.indexOf(label)]!,
    0,
  );
  const { name, tags, meta } = lts.states[at]!;
  return tags.includes('violation') ? String(meta.finding) : name;
}

/** Whether the monitor takes every label in every state. */
export function neverRefuses(monitor: AnyStateMachine): boolean {
  return !ltsOf(monitor).next.includes(-1);
}
