import { ltsOf, transitionsOf } from 'xstate-check';
import {
  answered,
  type Entry,
  type Lists,
} from '../../machines/mapping-types/match-lists.resource.ts';
import { matchMapping } from '../../machines/mapping-types/match-mapping.procedure.ts';

/** What a search comes to: the pair and the type, or the errno. */
export type Outcome = string;

/** What `match` of an IOV answers. */
export const IOV_ERRNOS = ['0', '-EOPNOTSUPP', '-ENOMEM'] as const;
export type IovErrno = (typeof IOV_ERRNOS)[number];

export const ENTRIES: readonly Entry[] = ['SGT', 'SGT_P2P', 'PAL', 'IOV'];

/** Every list of at most so many entries, the shortest first. */
export function listsTo(length: number): Entry[][] {
  if (length === 0) return [[]];
  const shorter = listsTo(length - 1);
  const longest = shorter.filter((list) => list.length === length - 1);
  return [...shorter, ...longest.flatMap((list) => ENTRIES.map((entry) => [...list, entry]))];
}

/** The steps of `match_mapping` from each of its states, by label. */
function stepsOf(): ReadonlyMap<string, number>[] {
  const lts = ltsOf(matchMapping());
  const steps = lts.states.map(() => new Map<string, number>());
  for (const { from, label, to } of transitionsOf(lts)) steps[from]!.set(lts.labels[label]!, to);
  return steps;
}

const STEPS = stepsOf();

/** What the machine `match_mapping` makes of two lists. */
export function machineMatch(given: Omit<Lists, 'e' | 'i'>, iov: IovErrno): Outcome {
  let lists: Lists = { ...given, e: -1, i: -1 };
  let state = STEPS[0]!.get('att.match:begin')!;
  let found = '';
  for (;;) {
    const [label, next, after] = stepFrom(state, lists, iov);
    if (label === 'att.match:ok') return found;
    if (label.startsWith('att.match:')) return label.slice('att.match:'.length);
    if (label.startsWith('lists.finish_match:')) {
      found = `${lists.e},${lists.i} ${label.slice('lists.finish_match:'.length)}`;
    }
    [state, lists] = [next, after];
  }
}

/** The step of a state that these lists answer; what no list answers is a return. */
function stepFrom(state: number, lists: Lists, iov: IovErrno): [string, number, Lists] {
  for (const [label, next] of STEPS[state]!) {
    if (!label.startsWith('lists.')) return [label, next, lists];
    const answer = label.slice('lists.'.length);
    if (answer.startsWith('iov_match:') && answer !== `iov_match:${iov}`) continue;
    const after = answered(lists, answer);
    if (after !== undefined) return [label, next, after];
  }
  throw new Error(`match_mapping: nothing answers in state ${state}`);
}
