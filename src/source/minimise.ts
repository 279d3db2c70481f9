import type { CGraph, CStep } from './graph.ts';

/**
 * The same graph with states that nothing tells apart made one (strong bisimulation, choices
 * without a label included). State 0 stays 0; of the places of steps that become one, the first stays.
 */
export function minimised(graph: CGraph): CGraph {
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
