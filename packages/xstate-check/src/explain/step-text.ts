import { own } from '../base/own.ts';
import type { StateSpace } from '../explore/explore.ts';
import { parseLabel } from '../lts/label.ts';
import { BEGIN, WAIT } from '../specification/call.ts';
import type { Product } from '../system/product.ts';

/** Outcomes that say nothing more than that the call returned. */
const PLAIN = ['end', 'ok', 'more', 'last'];

/**
 * A label as the source writes the step: the call's text with the indices of the objects
 * filled in, and `= outcome` where there is one worth saying.
 *
 * @param begin - for a call that is shown in one line, the label of its beginning
 */
export function callText(product: Product, label: string, begin = label): string {
  const { written } = product.calls.find(begin) ?? {};
  const { operation, outcome = '' } = parseLabel(label);
  if (outcome === WAIT) return `${callText(product, label.replace(`:${WAIT}`, ''))}: queues`;
  if (typeof written === 'object') return fillIndices(own(written, outcome) ?? operation, label);
  const text = fillIndices(written ?? operation, label);
  return outcome === '' || outcome === BEGIN || PLAIN.includes(outcome)
    ? text
    : `${text} = ${outcome}`;
}

/**
 * A step of a run in words. Where it misuses a resource, what that answers means nothing and is left
 * out.
 *
 * @param from - the state in which it is taken
 */
export function stepText(space: StateSpace, vector: number, from: number): string {
  return stepTextAt(space.product, vector, space.stepper.local(space.table, from));
}

/** The same, where the states of the parts are given. */
export function stepTextAt(product: Product, vector: number, local: ArrayLike<number>): string {
  const { label } = product.vectors[vector]!;
  return misuses(product, vector, local)
    ? callText(product, label.replace(/:[^@#]*/, ''), label)
    : callText(product, label);
}

function misuses(product: Product, vector: number, local: ArrayLike<number>): boolean {
  return product.vectors[vector]!.participants.some(({ part, next }) => {
    const after = product.ltss[part]!.states[next[local[part]!]!];
    return product.parts[part]!.kind === 'resource' && after?.tags.includes('violation');
  });
}

/** `vdev{dev}` for `dev[1].memory_lock.up_write` is `vdev1`. */
function fillIndices(text: string, label: string): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const index = new RegExp(`(?:^|\\.)${name}\\[(\\d+)\\]`).exec(label)?.[1];
    return index ?? whole;
  });
}
