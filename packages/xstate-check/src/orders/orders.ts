import { InputError } from '../base/errors.ts';

/** The steps of a design, and which of them must come before which for it to be that design at all. */
export interface Unordered {
  readonly steps: readonly string[];
  readonly before: readonly (readonly [first: string, then: string])[];
}

/**
 * Every order of the steps that the constraints allow, in the order of the steps as they are given.
 *
 * @throws InputError for a step that is given twice, or that a constraint names and nobody gives
 */
export function* ordersOf({ steps, before }: Unordered): Generator<readonly string[]> {
  const twice = steps.find((step, i) => steps.indexOf(step) !== i);
  if (twice !== undefined) {
    throw new InputError(`the step '${twice}' is given twice; name each step once`);
  }
  const missing = before.flat().find((step) => !steps.includes(step));
  if (missing !== undefined) {
    throw new InputError(
      `a constraint names the step '${missing}', which is none of ${steps.join(', ')}`,
    );
  }
  yield* continued([], { steps, before });
}

function* continued(order: readonly string[], design: Unordered): Generator<readonly string[]> {
  const left = design.steps.filter((step) => !order.includes(step));
  if (left.length === 0) yield order;
  for (const step of left) {
    const waits = design.before.some(([first, then]) => then === step && left.includes(first));
    if (!waits) yield* continued([...order, step], design);
  }
}
