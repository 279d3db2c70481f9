import { InputError } from '../base/errors.ts';

/**
 * Whoever watches over the code of other people, where it runs in a process of its own, is told what
 * it is doing, and `undefined` when it has done it.
 */
export type Watch = (doing: string | undefined) => void;

let watch: Watch = () => {};
let depth = 0;

export function watchForeign(by: Watch): void {
  watch = by;
}

/** Runs code of somebody's file. @param doing - what it does, as a phrase behind its name */
export function foreign<T>(doing: string, run: () => T): T {
  if (depth === 0) watch(doing);
  depth++;
  const done = () => {
    if (--depth === 0) watch(undefined);
  };
  let result: T;
  try {
    result = run();
  } catch (error) {
    done();
    throw error;
  }
  if (!(result instanceof Promise)) {
    done();
    return result;
  }
  return result.finally(done) as T;
}

/** What was thrown, on one line, with the line of the file where it was, or else where it was. */
export function saidOf(error: unknown, file: string): string {
  return `${messageOf(error)}${lineIn(error, file) || placeOf(error)}`;
}

/** Where something was thrown that the file did not throw itself: XState, or this program. */
function placeOf(error: unknown): string {
  if (error instanceof InputError || !(error instanceof Error)) return '';
  const [, place] =
    /\/((?:node_modules|dist|src)\/[^()]+:\d+):\d+/.exec(textIn(error, 'stack') ?? '') ?? [];
  return place === undefined ? '' : ` (in ${place})`;
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? (textIn(error, 'message') ?? '') : printed(error);
  const text = message.replace(/\s*\n\s*/g, ' ').slice(0, 200);
  return text === '' ? 'something without a message is thrown' : text;
}

/** Whether something was thrown by code in the file, or by what that called. */
export function isOf(error: unknown, file: string): boolean {
  return lineIn(error, file) !== '';
}

/** ` (line 3)`, by the innermost call in the file. */
function lineIn(error: unknown, file: string): string {
  if (error instanceof InputError || !(error instanceof Error)) return '';
  const frames = (textIn(error, 'stack') ?? '').split('\n');
  const name = file.slice(file.lastIndexOf('/') + 1);
  for (const frame of frames) {
    const [, path, line] = /^\s+at (?:.*\()?(?:file:\/\/)?([^()]+):(\d+):\d+\)?$/.exec(frame) ?? [];
    if (path?.endsWith(`/${name}`)) return ` (line ${line})`;
  }
  return '';
}

/** Of an error whose getters may throw, too. */
function textIn(error: Error, key: 'message' | 'stack'): string | undefined {
  try {
    const text: unknown = error[key];
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

function printed(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return '';
  }
}
