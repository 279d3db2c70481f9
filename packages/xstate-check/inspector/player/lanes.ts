import type { StepView, SystemView } from '../../src/inspect/protocol.ts';

/** Who starts what nobody of the system starts. */
export const ENVIRONMENT = 'environment';

/** By whom a step is taken, as the page says it: a machine by itself has no environment. */
export function actorOf(system: SystemView, { thread }: Pick<StepView, 'thread'>): string {
  const [only, ...others] = system.parts;
  const isAlone = only !== undefined && others.length === 0;
  return (isAlone && (thread ?? ENVIRONMENT) === ENVIRONMENT ? only.name : thread) ?? ENVIRONMENT;
}

export interface Lane {
  readonly name: string;
  /** A mark of its own, so that lanes are told apart without colour. */
  readonly mark: string;
}

/** The threads that take a step of the run, in the order of the system. */
export function threadLanes(system: SystemView, steps: readonly StepView[]): Lane[] {
  const taking = new Set(steps.map((step) => actorOf(system, step)));
  const names = [...system.threads, ENVIRONMENT].filter((name) => taking.has(name));
  const others = [...taking].filter((name) => !names.includes(name));
  return [...names, ...others].map((name, index) => ({ name, mark: String(index) }));
}

/** How many calls of each lane are open at each step, the one that begins or ends there included. */
export function openCalls(
  system: SystemView,
  lanes: readonly Lane[],
  steps: readonly StepView[],
): readonly (readonly number[])[] {
  const open = lanes.map(() => 0);
  return steps.map((step) => {
    const lane = lanes.findIndex(({ name }) => name === actorOf(system, step));
    if (step.shape === 'begin') open[lane]!++;
    const row = [...open];
    if (step.shape === 'end') open[lane] = Math.max(0, open[lane]! - 1);
    return row;
  });
}
