import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BoundReached, compose, defaultRevision, explore, findByName } from 'xstate-check';
import { specification } from '../specs/catalogue.ts';
import { type Growth, growthChart } from './growth-chart.ts';

/*
 * node dist/bench/growth.js [--measure]
 *
 * How many states a system has as its scope grows in one direction at a time: measured into
 * docs/growth.json, and drawn from it in docs/growth.svg.
 */

const MOST_STATES = 6_000_000;
const DIRECTIONS = [
  { of: 'devices', system: 'hot-reset', scope: 'devices', from: 1, to: 4 },
  { of: 'buffers', system: 'dma-buf-life', scope: 'buffers', from: 0, to: 4 },
  { of: 'attachments', system: 'hot-reset', scope: 'importers', from: 0, to: 2 },
  { of: 'config writers', system: 'hot-reset', scope: 'writers', from: 0, to: 2 },
  { of: 'resetters', system: 'hot-reset', scope: 'resets', from: 0, to: 2 },
] as const;

function measure(direction: (typeof DIRECTIONS)[number]): Growth {
  const family = findByName('system', direction.system, specification.families, (f) => f.name);
  const revision = defaultRevision(specification, family);
  const points: Growth['points'][number][] = [];
  for (let count = direction.from as number; count <= direction.to; count++) {
    const scope = { ...family.defaultScope, [direction.scope]: count };
    try {
      const bounds = { states: MOST_STATES, threads: 1 };
      const { states } = explore(compose(family.build({ scope, revision })), bounds);
      points.push({ count, states });
    } catch (error) {
      if (!(error instanceof BoundReached)) throw error;
      process.stderr.write(`${error.message}\n`);
      break;
    }
  }
  return { direction: `${direction.of} (${direction.system})`, points };
}

const { values } = parseArgs({ options: { measure: { type: 'boolean' } } });
if (values.measure) {
  writeFileSync('docs/growth.json', `${JSON.stringify(DIRECTIONS.map(measure), null, 2)}\n`);
}
const growth = JSON.parse(readFileSync('docs/growth.json', 'utf8')) as Growth[];
writeFileSync('docs/growth.svg', growthChart(growth));
