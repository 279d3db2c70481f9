import { kernelDialect } from '../linux/c-dialect.ts';
import type { CGraph } from './graph.ts';
import { minimised } from './minimise.ts';
import { CReader } from './parse.ts';
import { Program } from './program.ts';
import { readFunction } from './run.ts';
import type { Reading, Row } from './table.ts';

/** Rows of a lamp: a lock, a switch that may fail, and a list of bulbs. */
export const lampRows: readonly Row[] = [
  { c: 'mutex_lock(&$lamp->lock)', label: '{lamp}.lock' },
  { c: 'mutex_unlock(&$lamp->lock)', label: '{lamp}.unlock' },
  { c: 'mutex_trylock(&$lamp->lock)', label: '{lamp}.trylock', returns: { 1: '1', 0: '0' } },
  { c: 'lamp_on($lamp)', label: '{lamp}.on', returns: { ok: '0', '-EIO': '-EIO' } },
  { c: 'lamp_off($lamp)', label: '{lamp}.off' },
  { c: 'lamp_find($lamp)', label: '{lamp}.find', returns: { found: '@bulb[0]', NULL: 'NULL' } },
  {
    c: 'lamp_probe($lamp)',
    label: '{lamp}.probe',
    returns: { ok: '@bulb[0]', '-ENODEV': 'ERR_PTR(-ENODEV)' },
  },
  { c: '$lamp->hot', label: '{lamp}.hot', returns: { true: '1', false: '0' } },
  { c: '$lamp->lit = true', label: '{lamp}.lit.set' },
  { c: '$lamp->lit = false', label: '{lamp}.lit.clear' },
  { c: 'bulb_take($bulb)', label: '{bulb}.take', returns: { 1: '1', 0: '0' } },
  { c: 'bulb_put($bulb)', label: '{bulb}.put' },
];

const reader = await CReader.load(kernelDialect);

/** The graph of `int f(struct lamp *lamp, int n)`, whose text is given, with two bulbs on a list. */
export function graphOf(text: string, more: Partial<Reading> = {}): CGraph {
  const program = new Program([reader.read('lamp.c', text)], kernelDialect);
  const reading: Reading = {
    function: 'f',
    entries: [
      {
        begins: 'f:begin',
        parameters: { lamp: '@lamp' },
        returns: {
          'f:ok': '0',
          'f:-EIO': '-EIO',
          'f:-EBUSY': '-EBUSY',
          'f:-ENODEV': '-ENODEV',
          'f:end': 'void',
        },
      },
    ],
    rows: lampRows,
    lists: [{ head: '&$lamp->bulbs', of: 'bulb', size: 2, link: 'node' }],
    leads: { 'bulb.lamp': '@lamp' },
    ...more,
  };
  return minimised(readFunction(program, reading, reader));
}

/** All runs from a call to its return, each as its labels in one line; loops are gone through once. */
export function runsOf(graph: CGraph): string[] {
  const runs: string[] = [];
  const go = (state: number, run: readonly string[], seen: readonly number[]) => {
    for (const { label, choice, to } of graph.steps[state]!) {
      const next = [...run, label ?? `(${choice})`];
      if (to === 0)
        runs.push(
          next
            .join(' ')
            .replaceAll('lamp.', '')
            .replace(/^f:begin /, ''),
        );
      else if (!seen.includes(to)) go(to, next, [...seen, to]);
    }
  };
  go(0, [], [0]);
  return runs.sort();
}

/** All runs of a graph; n is chosen first, as main() chooses it. */
export function readRuns(graph: CGraph): string[] {
  const runs = new Set<string>();
  const go = (state: number, run: readonly string[], n: string) => {
    for (const { label, choice, to } of graph.steps[state]!) {
      const value = choice === undefined ? n : choice === 'n is true' ? '1' : '0';
      const next =
        label === undefined || label === 'f:begin' ? run : [...run, label.replace('lamp.', '')];
      if (to === 0)
        for (const v of value === '' ? ['0', '1'] : [value]) runs.add([v, ...next].join(' '));
      else go(to, next, value);
    }
  };
  go(0, [], '');
  return [...runs].sort();
}
