import type { Play, Subject } from '../../src/inspect/protocol.ts';
import { type Loaded, post, useAnswer } from '../api.ts';

/**
 * A run of a subject, and what can happen at a position of it; while it is asked for, that before, at
 * the position that is `shown`.
 */
export function usePlay(
  subject: Subject,
  steps: readonly string[],
  at: number,
): Loaded<Play> & { readonly stale: boolean; readonly shown: number } {
  const question = { subject, steps, at };
  const key = JSON.stringify(question);
  const loaded = useAnswer(key, () => askPlay(question));
  const isOfSubject = loaded.of?.startsWith(JSON.stringify({ subject }).slice(0, -1)) ?? false;
  const shown = (loaded.of === undefined ? question : (JSON.parse(loaded.of) as typeof question))
    .at;
  return { ...(isOfSubject && loaded), stale: loaded.of !== key, shown };
}

export function askPlay(question: {
  readonly subject: Subject;
  readonly steps: readonly string[];
  readonly at: number;
}): Promise<Play> {
  return post<Play>('api/play', question);
}

/**
 * Takes a number of random steps. Which one is taken depends on the seed and the position alone, so
 * that whoever has the link takes the same walk.
 */
export async function randomWalk(
  subject: Subject,
  steps: readonly string[],
  seed: number,
  length: number,
): Promise<readonly string[]> {
  let walked = steps;
  for (let taken = 0; taken < length; taken++) {
    const { enabled } = await askPlay({ subject, steps: walked, at: walked.length });
    if (enabled.length === 0) break;
    const chosen = enabled[random(seed, walked.length) % enabled.length]!;
    walked = [...walked, chosen.label];
  }
  return walked;
}

/** A number that looks random, from two. */
export function random(seed: number, position: number): number {
  let mixed = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(position + 1, 0x85ebca6b)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b) >>> 0;
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
