import { BoundReached } from '../explore/explore.ts';
import type { Product } from '../system/product.ts';
import { decide } from './decide.ts';
import { either, type Goal, literalsOf } from './goal.ts';

/** More is left to the exploration of the whole product. */
const MOST_STATES = 500;

/**
 * What is left of a goal when everything is taken out that some of the parts cannot reach even if
 * no other part ever refuses; `undefined` where nothing is left. Fewer parts refuse less, so what
 * they cannot reach the product cannot reach either (localisation: Kurshan, "Computer-aided
 * verification of coordinating processes", 1994). The parts are those that the goal reads, and then
 * those of the one thread that moves them as well.
 */
export function withoutWhatPartsExclude(goal: Goal, product: Product): Goal | undefined {
  if (goal.kind !== 'or') return isExcluded(goal, product) ? undefined : goal;
  const left = goal.of.filter((child) => !isExcluded(child, product));
  return left.length === 0 ? undefined : either(...left);
}

function isExcluded(goal: Goal, product: Product): boolean {
  const read = new Set(literalsOf(goal).map(({ part }) => part));
  if (isExcludedBy(read, goal, product)) return true;
  // Of a single part the thread excludes little, and that costs much.
  if (read.size === 1) return false;
  const threads = new Set(
    product.vectors.flatMap(({ participants, initiator }) =>
      participants.some(({ part }) => read.has(part)) ? [product.parts[initiator]?.thread] : [],
    ),
  );
  const [thread] = threads;
  if (threads.size !== 1 || thread === undefined) return false;
  const ofThread = product.parts.flatMap((part, i) => (part.thread === thread ? [i] : []));
  return isExcludedBy(new Set([...read, ...ofThread]), goal, product);
}

function isExcludedBy(parts: ReadonlySet<number>, goal: Goal, product: Product): boolean {
  try {
    return !decide(onlyParts(product, parts), { goals: [goal] }, BOUNDS).reached[0];
  } catch (error) {
    if (error instanceof BoundReached) return false;
    throw error;
  }
}

const BOUNDS = { states: MOST_STATES };

/** The product in which the other parts never refuse and are not looked at. */
function onlyParts(product: Product, parts: ReadonlySet<number>): Product {
  const vectors = product.vectors.flatMap((vector) => {
    const participants = vector.participants.filter(({ part }) => parts.has(part));
    return participants.length === 0 ? [] : [{ ...vector, participants }];
  });
  const ltss = product.ltss.map((lts, part) =>
    parts.has(part) ? lts : { ...lts, states: lts.states.slice(0, 1) },
  );
  return { ...product, ltss, vectors };
}
