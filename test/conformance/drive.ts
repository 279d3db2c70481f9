import type { Kernel } from '../../simulator/kernel/kernel.ts';
import type { Kthread } from '../../simulator/kernel/step.ts';

/**
 * Runs a function of the simulated kernel to its return on a thread of its own, and lets the
 * environment choose these failures on the way.
 *
 * @throws Error if it sleeps
 */
export function drive<T>(
  kernel: Kernel,
  make: () => Kthread<T>,
  failures: readonly string[] = [],
): T {
  let answer: { readonly value: T } | undefined;
  function* body(): Kthread<string> {
    answer = { value: yield* make() };
    return 'returned';
  }
  const thread = kernel.scheduler.spawn('process', 'call', body);
  while (thread.pending && thread.ready) {
    const options = thread.pending.options();
    const chosen = options.find(({ label }) => failures.includes(label)) ?? options[0]!;
    kernel.scheduler.resume(thread, chosen);
  }
  if (!answer) throw new Error(`it sleeps: ${thread.pending?.waitsFor?.()}`);
  return answer.value;
}
