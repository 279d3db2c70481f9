import { compose } from 'xstate-check';
import { exploreOrbits, symmetryOf } from 'xstate-check/engine';
import { benchmarkSystem } from './model.ts';

/*
 * node dist/bench/symmetry.js
 *
 * The benchmark model with devices that are exchanged for each other: how many orbits there are,
 * how many states they stand for, and how long it took to find that out.
 */

for (const devices of [5, 10, 15, 20]) {
  const start = performance.now();
  const product = compose(benchmarkSystem(devices));
  const found = exploreOrbits(product, symmetryOf(product));
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  const orbits = found.orbits.toLocaleString('en');
  const states = found.states().toLocaleString('en');
  console.log(`${devices} devices: ${orbits} orbits for ${states} states, ${seconds} s`);
}
