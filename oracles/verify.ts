import { parseArgs } from 'node:util';
import { compareRandom } from './random.ts';
import { compareSystem, type SystemComparison, tasks } from './systems.ts';
import { missing } from './tools.ts';

/*
 * npm run verify:oracles [-- --quick] [-- --seed N]
 *
 * Compares this checker with SPIN and Rumur: states, transitions, the verdict of each safety and
 * deadlock property and the number of states that break it, and with SPIN leads-to under weak
 * fairness. Exit status 0 where they agree, 1 where they differ, 2 where one of them is not here.
 */

const RANDOM = { full: 1_000, quick: 200 };

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean' }, seed: { type: 'string', default: '1' } },
  });
  const absent = missing('spin', 'rumur', 'gcc');
  if (absent.length > 0) {
    const verb = absent.length === 1 ? 'is' : 'are';
    console.error(`verify:oracles: ${absent.join(', ')} ${verb} not installed`);
    return 2;
  }
  const started = performance.now();
  const quick = values.quick === true;
  const systems = await inParallel(tasks(quick), async (task) => {
    const comparison = await compareSystem(task);
    console.log(lineOf(comparison));
    return comparison;
  });
  const count = quick ? RANDOM.quick : RANDOM.full;
  const random = await compareRandom(count, Number(values.seed), inParallel);
  console.log(
    `${random.systems} random systems (seed ${values.seed}), ${random.states} states: ` +
      `${random.brokenSafety} safety rules and ${random.brokenLeadsTo} leads-to rules broken, ` +
      `${random.strongDiffers} of them not where locks are fair`,
  );
  const disagreements = [
    ...systems.flatMap((one) => one.disagreements.map((said) => `${one.name}: ${said}`)),
    ...random.disagreements,
  ];
  for (const disagreement of disagreements) console.log(`DIFFERS ${disagreement}`);
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const verdict = disagreements.length === 0 ? 'SPIN, Rumur and we agree' : 'we do not agree';
  console.log(`${verdict}: ${systems.length} systems, ${count} random systems, ${minutes} min`);
  return disagreements.length === 0 ? 0 : 1;
}

function lineOf({
  name,
  states,
  transitions,
  broken,
  leadsTo,
  disagreements,
  seconds,
}: SystemComparison) {
  const said = disagreements.length === 0 ? 'agree' : 'DIFFER';
  return (
    `${name}: ${states} states, ${transitions} transitions, ${broken} broken` +
    `${leadsTo > 0 ? `, ${leadsTo} leads-to` : ''}: ${said} (${seconds.toFixed(0)} s)`
  );
}

/** As many at a time as there are cores, which are two everywhere that this runs. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let item = next++; item < items.length; item = next++)
      results[item] = await work(items[item]!);
  };
  await Promise.all([worker(), worker()]);
  return results;
}

process.exitCode = await main();
