import type { Kthread } from '../kernel/step.ts';
import { step } from '../kernel/step.ts';

/** A completion: each complete() lets one waiter go. */
export class Completion {
  done = 0;

  constructor(readonly label: string) {}
}

/** complete(). */
export function complete(completion: Completion): void {
  completion.done += 1;
}

/** wait_for_completion(): uninterruptible, without a timeout, and consumes what it waited for. */
export function* wait_for_completion(completion: Completion, commits?: string): Kthread {
  yield {
    options: () => [{ label: `${completion.label}.wait`, commits }],
    ready: () => completion.done > 0,
    waitsFor: () => `${completion.label} is not complete`,
  };
  completion.done -= 1;
}

/** reinit_completion(). */
export function* reinit_completion(completion: Completion): Kthread {
  yield* step(`${completion.label}.reinit`);
  completion.done = 0;
}
