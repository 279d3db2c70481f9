import { type AnyStateMachine, setup } from 'xstate';

/** A call that takes some steps one after the other. */
export interface Line {
  readonly id: string;
  readonly begin: string;
  readonly labels: readonly string[];
  readonly end: string;
  readonly source: string;
}

/** The machine of such a call: it rests where nobody has called it, and after each call. */
export function lineOf({ id, begin, labels, end, source }: Line): AnyStateMachine {
  const steps = [...labels, end];
  const states = steps.map((label, i) => [
    `step${i}`,
    { on: { [label]: i + 1 < steps.length ? `step${i + 1}` : 'idle' } },
  ]);
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id,
    description: `${begin}, and then ${labels.join(', ')}`,
    meta: { labels: [...new Set([begin, ...steps])], source },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { [begin]: 'step0' } },
      ...Object.fromEntries(states),
    },
  });
}
