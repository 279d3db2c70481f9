import type { CGraph, CStep } from './graph.ts';

/**
 * The same graph with states that nothing tells apart made one (strong bisimulation, choices
 * without a label included). State 0 stays 0; of the places of steps that become one, the first stays:
 * which line a run comes to, the steps as they were tell.
 */
export function minimised(graph: CGraph): CGraph {
  return { ...small(graph), whole: graph.steps };
}

function small(graph: CGraph): CGraph {
  const whole = reduced(graph);
  const steps = withoutInert(whole.steps);
  if (steps === whole.steps) return whole;
  const { choices, ...rest } = small({ ...whole, steps });
  const left = new Set(rest.steps.flat().map(({ choice }) => choice));
  return {
    ...rest,
    // What both ways of a choice agree on was none.
    choices: choices.filter(
      ({ text }) => left.has(`${text} is true`) || left.has(`${text} is false`),
    ),
  };
}

/** Steps past states that only choose, and whose choices all lead to one state. */
function withoutInert(steps: CGraph['steps']): CGraph['steps'] {
  const past = steps.map((all, state) => {
    const others = new Set(all.map(({ to }) => to).filter((to) => to !== state));
    const isInert = others.size === 1 && all.every(({ label }) => label === undefined);
    return isInert && state !== 0 ? [...others][0]! : state;
  });
  // One after the other, the last first; choices that only lead to each other stay.
  const beyond = past.map((to, state) => (past[to] === to ? to : state));
  if (beyond.every((to, state) => to === state)) return steps;
  return reachable(steps.map((all) => all.map((step) => ({ ...step, to: beyond[step.to]! }))));
}

/** The states that are reached, numbered anew in the order in which they are. */
export function reachable(steps: CGraph['steps']): CGraph['steps'] {
  const numbers = new Map([[0, 0]]);
  for (const state of numbers.keys()) {
    for (const { to } of steps[state]!) if (!numbers.has(to)) numbers.set(to, numbers.size);
  }
  return [...numbers.keys()].map((state) =>
    steps[state]!.map((step) => ({ ...step, to: numbers.get(step.to)! })),
  );
}

function reduced(graph: CGraph): CGraph {
  const blocks = refined(graph.steps);
  const numbers = new Map<number, number>();
  const representatives: number[] = [];
  for (const [state, block] of blocks.entries()) {
    if (numbers.has(block)) continue;
    numbers.set(block, representatives.length);
    representatives.push(state);
  }
  const steps = representatives.map((state) => {
    const once = new Map<string, CStep>();
    for (const step of graph.steps[state]!) {
      const to = numbers.get(blocks[step.to]!)!;
      const key = `${wordOf(step)}\u0000${to}`;
      if (!once.has(key)) once.set(key, { ...step, to });
    }
    return [...once.values()];
  });
  return { ...graph, steps };
}

function wordOf({ label, choice }: CStep): string {
  return label ?? `\u0001${choice}`;
}

/** The block of each state: refined until no block can be told apart further. */
function refined(steps: CGraph['steps']): number[] {
  let blocks = steps.map(() => 0);
  for (let count = 1; ; ) {
    const numbers = new Map<string, number>();
    const next = steps.map((all, state) => {
      const signature = [
        ...new Set(all.map((step) => `${wordOf(step)}>${blocks[step.to]}`)),
      ].sort();
      const key = `${blocks[state]}|${signature.join('|')}`;
      const known = numbers.get(key) ?? numbers.size;
      numbers.set(key, known);
      return known;
    });
    blocks = next;
    if (numbers.size === count) return blocks;
    count = numbers.size;
  }
}
