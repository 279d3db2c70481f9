import { compose, type Explored, exploreForPaths, observablesOf } from 'xstate-check';
import { hotResetFamily } from '../../hot-reset/hot-reset.system.ts';
import { suites } from '../../suites.ts';
import { type CallPath, choosePaths } from './choose.ts';
import { sequentialGraph } from './sequential.ts';
import { effectOf, isProvoked, type Statement, statements } from './statements.ts';

/** One call of a test, and what can be seen after it. */
export interface Step {
  readonly statement: Statement;
  readonly answer: string;
  /** What it does to the buffer; empty where nothing. */
  readonly effect: string;
  /** Whether the buffer can be mapped afterwards; undefined where there is none. */
  readonly mappable: boolean | undefined;
  /** Everything that happens from the beginning of the call to its return. */
  readonly labels: readonly string[];
}

export interface TestPath {
  /** The calls in words. */
  readonly name: string;
  /** The first call of a test is that of its fixture, which opens the device. */
  readonly steps: readonly Step[];
}

/** All that user space does by itself, one call after the other. */
export function testPaths(): TestPath[] {
  const paths = [...lifePaths(), ...hotResetPaths()];
  const names = paths.map(({ name }) => name);
  return paths.filter(({ name }, i) => names.indexOf(name) === i);
}

const OPEN = 'dev[0].open';
const EXPORT = 'buf[0].export';

/** The suite whose system user space alone drives: one device, one buffer, iommufd maps it. */
export const LIFE_SUITE = 'iommufd';

/** The paths of that suite; a test begins with the open of the device, which its fixture does. */
export function lifePaths(): TestPath[] {
  const { system, performed } = suites.find(({ name }) => name === LIFE_SUITE)!;
  const explored = exploreForPaths(compose(system));
  const { product } = explored;
  const graph = sequentialGraph(explored, {
    performed: (vector) => performed(product, vector),
    provoked: isProvoked,
  });
  return choosePaths(graph, [OPEN, EXPORT]).map((path) => testPath(explored, path.slice(1)));
}

/** A function of a slot whose other function is bound and closed; it has exported a buffer. */
function hotResetPaths(): TestPath[] {
  const scope = { devices: 2, unopened: 1, buffers: 1, importers: 0, writers: 1 };
  const explored = exploreForPaths(compose(hotResetFamily.build({ scope, revision: '7.3' })));
  const { vectors } = explored.product;
  const graph = sequentialGraph(explored, {
    performed: (vector) => vectors[vector]!.initiator < 0,
    provoked: isProvoked,
  });
  const exported = stepOf(EXPORT, 'ok', '', isMappable(explored, 0), []);
  return choosePaths(graph, []).map((path) => testPath(explored, path, [exported]));
}

function testPath(explored: Explored, path: CallPath, before: readonly Step[] = []): TestPath {
  const steps = [
    ...before,
    ...path.map((call) =>
      stepOf(call.call, call.answer, effectOf(call), isMappable(explored, call.to), call.labels),
    ),
  ];
  return { name: nameOf(steps), steps };
}

function stepOf(
  call: string,
  answer: string,
  effect: string,
  mappable: boolean | undefined,
  labels: readonly string[],
): Step {
  const statement = statements[call];
  if (statement?.lines[answer] === undefined) {
    throw new Error(`the selftest has no statement for '${call}' that answers '${answer}'`);
  }
  return { statement, answer, effect, mappable, labels };
}

/** What is exported first goes without saying. */
function nameOf(steps: readonly Step[]): string {
  const words = steps.map(({ statement, answer }) =>
    [statement.word, ...(answer === 'ok' ? [] : [answer.slice(1).toLowerCase()])].join('_'),
  );
  if (words[0] === 'export' && words.length > 1) return words.slice(1).join('_');
  return words.includes('export') ? words.join('_') : `no_buffer_${words.join('_')}`;
}

/** What the contract of the buffer shows, or the flag of the buffer where that is a part. */
function isMappable({ product, local }: Explored, state: number): boolean | undefined {
  const width = product.parts.length;
  const at = local.subarray(state * width, (state + 1) * width);
  const flag = product.parts.findIndex(({ name }) => name === 'buf[0].revoked');
  if (flag >= 0) return product.ltss[flag]!.states[at[flag]!]!.name === 'clear';
  const shown = observablesOf(product)(at)['buf[0].revoked'];
  return shown === undefined ? undefined : shown === 'false';
}
