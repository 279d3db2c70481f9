import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from 'xstate-check';
import { modelOf, promela } from 'xstate-check/engine';
import { measure } from './measure.ts';
import type { Measured } from './rows.ts';

/**
 * How SPIN's verifier is built. All keep every state whole in a hash table and can print a run to
 * an error; `-O2`, because that is what SPIN's users take.
 */
export const SPIN_WAYS = {
  /** Depth first, which is SPIN's own way: the runs are not the shortest. */
  'SPIN, depth first': ['-DSAFETY', '-DNOREDUCE', '-DNOBOUNDCHECK', '-DNOFAIR'],
  /** With partial-order reduction: it visits no fewer states here, for all steps share variables. */
  'SPIN, reduced': ['-DSAFETY', '-DNOBOUNDCHECK', '-DNOFAIR'],
  /** Breadth first, as ours does: the runs are the shortest. */
  'SPIN, breadth first': ['-DSAFETY', '-DNOREDUCE', '-DBFS'],
} as const;

export type SpinWay = keyof typeof SPIN_WAYS;

export function writeModel(directory: string, system: System): void {
  writeFileSync(join(directory, 'model.pml'), promela(modelOf(system)));
  measure(directory, 'spin', ['-a', 'model.pml']);
}

/** The name of the program that was built. */
export function buildSpin(directory: string, way: SpinWay): string {
  const name = `./${way.replaceAll(/\W+/g, '-')}`;
  const options = ['-O2', '-w', '-DMEMLIM=12000', ...SPIN_WAYS[way]];
  measure(directory, 'gcc', [...options, '-o', name, 'pan.c']);
  return name;
}

/** One run of a verifier that was built; compiling it is not counted. */
export function runSpin(directory: string, program: string, states: number): Measured {
  // As many slots as states, about, and room for as deep a search as there are states.
  const slots = Math.min(30, Math.ceil(Math.log2(states)));
  const args = [`-m${states + 10}`, `-w${slots}`, '-n'];
  const { output, seconds, cpuSeconds } = measure(directory, program, args);
  if (output.includes('max search depth too small'))
    throw new Error('SPIN: the depth is too small');
  const megabytes = numberIn(output, /([\d.]+)\s+total actual memory usage/);
  return {
    states: numberIn(output, /(\d+) states, stored/),
    transitions: transitionsIn(output),
    seconds,
    cpuSeconds,
    megabytes: Math.round(megabytes),
  };
}

/**
 * Its transitions are its states stored and matched, so that the initial state is one. From 10^8 on
 * it prints eight digits and an exponent: then the one is lost already.
 */
function transitionsIn(output: string): number {
  const count = numberIn(output, /([\d.e+]+) transitions \(=/);
  return count < 1e8 ? count - 1 : count;
}

function numberIn(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`no ${pattern} in what the verifier printed:\n${text}`);
  return Number(found);
}
