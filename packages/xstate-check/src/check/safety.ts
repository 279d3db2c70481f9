import type { StateSpace } from '../explore/explore.ts';
import { type Predicate, reasonInWords } from '../specification/predicate.ts';
import type { Invariant, Monitor, NoDeadlock } from '../specification/property.ts';
import { type Product, partNamed } from '../system/product.ts';
import { compilePredicate, partsOf } from './compile-predicate.ts';
import { firstEntered } from './entered.ts';
import { occurringAmong } from './occurring.ts';
import { stuckRestOf } from './quiescence.ts';
import { runTo } from './threads.ts';
import { unasked, vacuous } from './vacuous.ts';
import { HOLDS, type Verdict } from './verdict.ts';

/** Whenever the premise holds in a state, the conclusion holds there too. */
export function checkInvariant(space: StateSpace, property: Invariant): Verdict {
  const { product } = space;
  const when = compilePredicate(property.when, product);
  const then = compilePredicate(property.then, product);
  let tested = false;
  const state = firstEntered(space, partsOf(product, property.when, property.then), (local) => {
    if (!when(local)) return false;
    tested = true;
    return !then(local);
  });
  if (state !== undefined) {
    const finding = invariantFinding(product, property, space.stepper.local(space.table, state));
    return {
      verdict: 'broken',
      counterexample: { property, space, run: runTo(space, state), finding },
    };
  }
  if (tested) return HOLDS;
  return vacuous(unasked.premise(property.when));
}

/** What is wrong in a state in which an invariant is broken. */
export function invariantFinding(
  product: Product,
  { when, then }: Invariant,
  local: Int32Array,
): string {
  const holds = (predicate: Predicate) => compilePredicate(predicate, product)(local);
  return `${reasonInWords(when, holds)}, and yet ${reasonInWords(then, holds)}`;
}

/**
 * None of the named parts reaches a state tagged `violation`.
 *
 * @throws InputError when a part that the property names does not exist
 */
export function checkMonitor(space: StateSpace, property: Monitor): Verdict {
  const { product } = space;
  const watched = property.parts.map((name) => partNamed(product, name));
  const bad = watched.map((part) => violationsOf(product, part));
  const moved = new Uint8Array(watched.length);
  const isBad = (local: Int32Array, i: number) => bad[i]![local[watched[i]!]!] === 1;
  const state = firstEntered(space, watched, (local) => {
    for (let i = 0; i < watched.length; i++) {
      if (local[watched[i]!] === 0 && bad[i]![0] === 0) continue;
      moved[i] = 1;
      if (isBad(local, i)) return true;
    }
    return false;
  });
  if (state !== undefined) {
    const local = space.stepper.local(space.table, state);
    const part = watched.find((_, i) => isBad(local, i))!;
    const finding = monitorFinding(product, part, local[part]!);
    return {
      verdict: 'broken',
      counterexample: { property, space, run: runTo(space, state), finding },
    };
  }
  return testedMonitors(
    space,
    watched,
    watched.filter((_, i) => moved[i] === 1),
  );
}

/** What is wrong where a part is in a state tagged `violation`. */
export function monitorFinding({ parts, ltss }: Product, part: number, state: number): string {
  const { name, kind } = parts[part]!;
  const { meta } = ltss[part]!.states[state]!;
  const said = typeof meta.finding === 'string' ? meta.finding : 'is violated';
  return `${name}${kind === 'monitor' ? ':' : ''} ${said}`;
}

/** For each state of a part 1 where it is tagged `violation`. */
export function violationsOf(product: Product, part: number): Uint8Array {
  return Uint8Array.from(product.ltss[part]!.states, ({ tags }) =>
    tags.includes('violation') ? 1 : 0,
  );
}

/**
 * Each monitor has taken its first step, and of the resources at least one. A monitor that has no
 * step but into a violation (this never happens) is tested by anything that it watches.
 */
function testedMonitors(
  space: StateSpace,
  watched: readonly number[],
  moved: readonly number[],
): Verdict {
  const { product } = space;
  if (watched.length === 0) return vacuous(unasked.watched([]));
  const still = watched.filter((part) => !moved.includes(part));
  const isMonitor = (part: number) => product.parts[part]!.kind === 'monitor';
  const idle = still.filter((part) => isMonitor(part) && !observesInPlace(space, part));
  if (idle.length === 0 && (moved.length > 0 || still.some(isMonitor))) return HOLDS;
  const names = (idle.length > 0 ? idle : watched).map((part) => product.parts[part]!.name);
  return vacuous(unasked.watched(names));
}

function observesInPlace(space: StateSpace, part: number): boolean {
  const { next, labels } = space.product.ltss[part]!;
  const violation = violationsOf(space.product, part);
  const first = next.subarray(0, labels.length);
  if (first.some((to) => to !== 0 && violation[to] === 0)) return false;
  const observed = space.product.vectors.flatMap(({ participants }, vector) =>
    participants.some((participant) => participant.part === part) ? [vector] : [],
  );
  return occurringAmong(space, observed).size > 0;
}

/** Where nothing can move, every thread and whatever else is no resource is quiescent. */
export function checkDeadlock(space: StateSpace, property: NoDeadlock): Verdict {
  const { product } = space;
  const rest = stuckRestOf(product);
  for (const state of space.stuck) {
    const local = space.stepper.local(space.table, state);
    const finding = deadlockFinding(product, rest, local);
    if (finding === undefined) continue;
    return {
      verdict: 'broken',
      counterexample: { property, space, run: runTo(space, state), finding },
    };
  }
  return HOLDS;
}

/** What is wrong in a state in which nothing can move; nothing where nobody is stuck. */
export function deadlockFinding(
  product: Product,
  rest: readonly Uint8Array[],
  local: Int32Array,
): string | undefined {
  const busy = product.parts.filter((_, part) => rest[part]![local[part]!] === 0);
  if (busy.length === 0) return undefined;
  const names = busy.map((part) => part.name).join(', ');
  return `nothing can move, and ${names} ${busy.length === 1 ? 'is' : 'are'} not at rest`;
}
