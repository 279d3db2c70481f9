import { parseLabel, plainLabel } from 'xstate-check/target';

/** A label by the object that a test has, however much of the label names what is in that object. */
export interface LabelOfObject {
  /** Without variant and thread. */
  readonly plain: string;
  /** `dev[0]`, `bus`. */
  readonly object: string;
  /** All that comes after it: `open`, `memory_lock.down_write`. */
  readonly operation: string;
  readonly outcome: string | undefined;
  readonly thread: string | undefined;
}

/**
 * Takes a label apart after its object; undefined if it is of none.
 *
 * @param objects - the names that objects can have, and nothing else
 */
export function labelOfObject(text: string, objects: RegExp): LabelOfObject | undefined {
  const { object: owner, operation: last, outcome, thread } = parseLabel(text);
  const path = `${owner}.${last}`;
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const object = path.slice(0, dot);
    if (!objects.test(object)) continue;
    return { plain: plainLabel(text), object, operation: path.slice(dot + 1), outcome, thread };
  }
  return undefined;
}
