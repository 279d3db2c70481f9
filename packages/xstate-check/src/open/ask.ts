import { messageOf } from '../lts/machine-error.ts';
import { isOpaque, newReading, opaque, type Reading, shownContext, shownEvent } from './unknown.ts';

/** A function of somebody's machine: of its arguments, and of the parameters where it is named. */
export type Asked = (args: never, params?: unknown) => unknown;

/** What such a function is given. */
export interface Given {
  readonly context: Readonly<Record<string, unknown>>;
  readonly event: { readonly type: string };
  readonly kept: ReadonlySet<string>;
  readonly fields: readonly string[];
  /** Whether all data of an event is known: the machine raised it as it stands in its config. */
  readonly isDeclared: (event: object) => boolean;
  /** Other arguments, by name: `enqueue`, `spawn`. */
  readonly others?: (reading: Reading, seed: number) => Readonly<Record<string, unknown>>;
  readonly params?: unknown;
}

/** What a function answered. */
export interface Answer {
  readonly value: unknown;
  /** The same function, asked with other undeclared values. */
  readonly other: unknown;
  readonly reading: Reading;
  /** What it threw, in one line. */
  readonly threw?: string;
}

/** What gives another answer each time. */
const VARIES = /\bMath\.random\b|\bDate\b|\bperformance\b|\brandomUUID\b|\bnanoid\b|\buuid/;

/** Two numbers that no machine has by chance. */
const SEEDS = [7919.125, 104_729.375] as const;

/**
 * Asks a function of somebody's machine, twice where it looks at what nobody declared: what is then
 * the same does not depend on it, unless the function chooses by it.
 */
export function ask(asked: Asked, given: Given): Answer {
  const reading = newReading();
  // A clock and a random number are as undeclared as the data of an event.
  reading.unknown = VARIES.test(String(asked));
  let value: unknown;
  let other: unknown;
  try {
    value = once(asked, given, reading, SEEDS[0]);
    other = reading.unknown ? once(asked, given, reading, SEEDS[1]) : value;
  } catch (error) {
    return { value: undefined, other: undefined, reading, threw: messageOf(error) };
  }
  return { value, other, reading };
}

function once(asked: Asked, given: Given, reading: Reading, seed: number): unknown {
  const { context, event, kept, fields, isDeclared, others, params } = given;
  const args = {
    context: shownContext(context, kept, fields, reading, seed),
    event: shownEvent(event, isDeclared(event), reading, seed),
    self: opaque(reading, seed),
    system: opaque(reading, seed),
    spawn: () => opaque(reading, seed),
    ...others?.(reading, seed),
  };
  return (asked as (args: unknown, params?: unknown) => unknown)(args, params);
}

/** Whether the text of a function chooses: what it does not do may be what it would do otherwise. */
export function chooses(asked: Asked): boolean {
  const text = String(asked)
    .replace(/\?\.|\?\?=?|=>/g, ' ')
    .replace(/(['"`])(?:\\.|(?!\1).)*?\1/g, "''");
  return /[?!<>]|&&|\|\||===?|\b(?:if|switch|for|while|try)\b/.test(text);
}

/** Whether a value is, or has in it, what nobody declared. */
export function holdsOpaque(value: unknown, depth = 0): boolean {
  if (isOpaque(value)) return true;
  if (typeof value !== 'object' || value === null || depth > 8) return false;
  return Object.values(value).some((one) => holdsOpaque(one, depth + 1));
}
