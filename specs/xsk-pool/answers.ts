import { Runs } from '../uses/runs.ts';
import { poolSwapFamily } from './pool-swap.system.ts';
import { ONE_QUEUE, UNRESETTABLE } from './scopes.ts';

/** What a user calls, one after the other, and what each answers. */
export interface Conversation {
  readonly calls: readonly string[];
  readonly answers: readonly string[];
}

const CALLS = ['dev.open', 'dev.stop', 'sk.bind(ZEROCOPY)', 'sk.bind(auto)', 'sk.close'];
/** What a machine that works does not do. */
const FAILS = /:-ENOMEM$|vq_enable:-EBUSY$|fill\(xsk\):none$/;

/**
 * Every call of user space in every state that a queue of virtio-net comes to where nothing fails, each by
 * the shortest way there; a call begins when what the last one left behind is done.
 *
 * @param isResettable - whether the device has VIRTIO_F_RING_RESET
 */
export function conversations(isResettable: boolean): Conversation[] {
  const scope = isResettable ? ONE_QUEUE : UNRESETTABLE;
  const runs = new Runs(poolSwapFamily.build({ scope, revision: 'virtio-net-7.3' }));
  const found = new Map<number, Conversation>([[0, { calls: [], answers: [] }]]);
  const all: Conversation[] = [];
  for (const [state, before] of found) {
    for (const call of CALLS) {
      const after = called(runs, state, call);
      if (after === undefined) continue;
      const now = {
        calls: [...before.calls, call],
        answers: [...before.answers, after.answer],
      };
      all.push(now);
      if (!found.has(after.state)) found.set(after.state, now);
    }
  }
  // One that another goes on from is in that one.
  return all.filter((one) => !all.some((other) => isBeginning(one, other)));
}

const isBeginning = (one: Conversation, other: Conversation) =>
  one.calls.length < other.calls.length && one.calls.every((call, i) => call === other.calls[i]);

/** A call to its end, with the work that it leaves; absent where it cannot be called. */
function called(runs: Runs, from: number, call: string) {
  const begun = runs.steps(from).find(({ label }) => label === `${call}:begin`);
  if (begun === undefined) return undefined;
  let state = begun.to;
  let answer = '';
  for (;;) {
    const steps = runs
      .steps(state)
      .filter(({ by, label }) => by !== 'environment' && !FAILS.test(label));
    const [step, ...others] = steps;
    if (step === undefined) return { state, answer };
    if (others.length > 0) throw new Error(`${call} can go on in two ways: ${step.label}`);
    if (step.label.startsWith(`${call}:`)) answer = step.label.slice(call.length + 1);
    state = step.to;
  }
}
