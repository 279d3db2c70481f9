import { compilePredicate, inWords, oppositeInWords } from './predicate.ts';
import type { Invariant, Monitor, NoDeadlock } from './property.ts';
import type { StateSpace } from '../explore/explore.ts';
import { parseLabel } from '../lts/label.ts';
import { runTo } from './threads.ts';
import { HOLDS, type Verdict } from './verdict.ts';

/** Whenever the premise holds in a state, the conclusion holds there too. */
export function checkInvariant(space: StateSpace, property: Invariant): Verdict {
  const when = compilePredicate(property.when, space.product);
  const then = compilePredicate(property.then, space.product);
  let tested = false;
  for (let state = 0; state < space.states; state++) {
    const local = space.stepper.local(space.table, state);
    if (!when(local)) continue;
    tested = true;
    if (then(local)) continue;
    const finding = `${inWords(property.when)}, and yet ${oppositeInWords(property.then)}`;
    return { verdict: 'broken', counterexample: { property, space, run: runTo(space, state), finding } };
  }
  if (tested) return HOLDS;
  return { verdict: 'vacuous', reason: `no run reaches: ${inWords(property.when)}` };
}

/** None of the named parts reaches a state tagged `violation`. */
export function checkMonitor(space: StateSpace, property: Monitor): Verdict {
  const { product, table } = space;
  const watched = product.parts.flatMap((part, index) =>
    property.parts.includes(part.name) ? [index] : [],
  );
  const bad = watched.map((part) =>
    Uint8Array.from(product.ltss[part]!.states, (s) => (s.tags.includes('violation') ? 1 : 0)),
  );
  const moved = watched.map(() => false);
  for (let state = 0; state < space.states; state++) {
    const local = space.stepper.local(table, state);
    for (let i = 0; i < watched.length; i++) {
      const at = local[watched[i]!]!;
      if (at !== 0) moved[i] = true;
      if (bad[i]![at] === 0) continue;
      const part = product.parts[watched[i]!]!;
      const meta = product.ltss[watched[i]!]!.states[at]!.meta;
      const finding = typeof meta.finding === 'string' ? meta.finding : 'is violated';
      return {
        verdict: 'broken',
        counterexample: { property, space, run: runTo(space, state), finding: `${part.name}${part.kind === 'monitor' ? ':' : ''} ${finding}` },
      };
    }
  }
  const idle = watched.filter((part, i) => !moved[i] && product.parts[part]!.kind === 'monitor');
  if (idle.length === 0 && moved.includes(true)) return HOLDS;
  const names = idle.map((part) => product.parts[part]!.name).join(', ') || property.parts.join(', ');
  return { verdict: 'vacuous', reason: `nothing that it watches ever happens: ${names}` };
}

/** Where nothing can move, every part is quiescent. */
export function checkDeadlock(space: StateSpace, property: NoDeadlock): Verdict {
  const { product } = space;
  for (const state of space.stuck) {
    const local = space.stepper.local(space.table, state);
    const busy = product.parts.filter(
      (part, i) => part.kind !== 'monitor' && !isQuiescent(space, i, local[i]!),
    );
    if (busy.length === 0) continue;
    const finding = `nothing can move, and ${busy.map((part) => part.name).join(', ')} ${
      busy.length === 1 ? 'is' : 'are'
    } not at rest`;
    return { verdict: 'broken', counterexample: { property, space, run: runTo(space, state), finding } };
  }
  return HOLDS;
}

/** A part without any state tagged `quiescent` is at rest everywhere. */
export function isQuiescent(space: StateSpace, part: number, local: number): boolean {
  const { states } = space.product.ltss[part]!;
  return states[local]!.tags.includes('quiescent') || !states.some((s) => s.tags.includes('quiescent'));
}

/** The labels that a part waits for in a state, thread aside, for a sentence. */
export function awaited(space: StateSpace, part: number, local: number): string[] {
  const { labels, next } = space.product.ltss[part]!;
  return labels
    .filter((_, label) => next[local * labels.length + label]! >= 0)
    .map((label) => {
      const { object, operation } = parseLabel(label);
      return object ? `${object}.${operation}` : operation;
    });
}
