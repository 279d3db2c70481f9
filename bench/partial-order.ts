import { compose, explore, type Product } from 'xstate-check';
import { decide, either, type Goal, partIs, shortestRunTo } from 'xstate-check/engine';
import { benchmarkSystem } from './model.ts';

/*
 * node dist/bench/partial-order.js
 *
 * The benchmark model by partial-order reduction: whether two devices can be reset at once and
 * whether nothing can move, and a shortest run to the last step of the last device's reset.
 */

/** Two devices hold the lock. */
function twoAtOnce(product: Product, devices: number): Goal {
  const holds = (device: number) =>
    partIs(product, 3 * device, (local) =>
      ['holding', 'resetting', 'restored'].includes(product.ltss[3 * device]!.states[local]!.name),
    );
  const pairs = Array.from({ length: devices }, (_, one) =>
    Array.from({ length: one }, (_, other): Goal => {
      return { kind: 'and', of: [holds(one), holds(other)] };
    }),
  );
  return either(...pairs.flat());
}

for (const devices of [2, 3, 4, 5]) {
  const product = compose(benchmarkSystem(devices));
  const { states } = explore(product);
  const stop = partIs(product, 0, () => true);
  const none = decide(product, { goals: [], stop });
  const both = decide(product, { goals: [twoAtOnce(product, devices)] });
  const last = 3 * (devices - 1);
  const restored = partIs(
    product,
    last,
    (local) => product.ltss[last]!.states[local]!.name === 'restored',
  );
  const run = shortestRunTo(product, restored, false);
  console.log(
    `${devices} devices: ${states} states; ${none.states} kept for deadlock (${none.stops}), ` +
      `${both.states} for two resets at once (${both.reached[0]}); shortest run ${run?.length}`,
  );
}
