import type { Counterexample } from '../check/verdict.ts';
import { objectNames } from './object-names.ts';
import type { Wait } from './waits.ts';

/**
 * What a run comes to, a sentence a line: who waits for whom, what is wrong, what it means.
 *
 * @param actor - what a thread that waits, or is waited for, is called
 */
export function conclusion(
  { property, finding, space }: Counterexample,
  waits: readonly Wait[],
  actor: (thread: number) => string,
): string[] {
  const stops = /^the run may end here, against the rule that (.*)$/.exec(finding)?.[1];
  const inSource = objectNames(space.product);
  // The labels of a contract are names of their own.
  const wrong = property.kind === 'refinement' ? finding : inSource(inPlainWords(finding));
  return [
    ...new Set(waits.map((wait) => sentence(waitInWords(wait, waits, actor)))),
    ...(stops !== undefined && waits.length > 0 ? [] : [sentence(wrong)]),
    ...(property.consequence ? [sentence(inSource(property.consequence))] : []),
  ];
}

function waitInWords(
  { thread, text, lock, since }: Wait,
  all: readonly Wait[],
  actor: (thread: number) => string,
): string {
  const waits = `${actor(thread)} waits for ever in ${text}`;
  if (since === undefined) return waits;
  const who = since.thread === thread ? 'itself' : actor(since.thread);
  if (!lock) return `${waits}: the last to change that was ${who}, in ${since.text}`;
  const did = since.queues ? 'which queued for it in' : 'which took it in';
  const waitsFor = `${waits} for ${who}, ${did} ${since.text}`;
  if (since.thread === thread) return waitsFor;
  if (since.returned) return `${waitsFor} and has returned without giving it back`;
  return all.some((wait) => wait.thread === since.thread) ? `${waitsFor} and waits too` : waitsFor;
}

/** Without the names of monitors, and without `not (…)`. */
function inPlainWords(finding: string): string {
  return finding
    .replace(/^always, and yet /, '')
    .replace(/^\w+\((.+?)\)(?:@\S+)?: /, '$1: ')
    .replace(/^\w+@\S+:? /, '')
    .replace(/\bnot \((\S+) is ([^()]+)\)/g, '$1 is not $2');
}

function sentence(text: string): string {
  const whole = text.endsWith('.') ? text : `${text}.`;
  const isName = /^\S*[[_(\d>]|^\S+:/.test(whole);
  return isName ? whole : whole[0]!.toUpperCase() + whole.slice(1);
}
