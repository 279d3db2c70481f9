import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Model, promela, propertyName } from 'xstate-check/engine';
import type { Findings } from './findings.ts';
import { output } from './tools.ts';

/** How a verifier is compiled: what is run once for long, or often for a moment. */
export type Effort = '-O0' | '-O1';

/** The depth of SPIN's search, which is as large as the longest run without repetition. */
const DEPTH = 4_000_000;

/** Makes a verifier of safety in a directory; `edit` changes the text first. */
export async function compileSafety(
  directory: string,
  model: Model,
  effort: Effort,
  edit: (text: string) => string = (text) => text,
): Promise<void> {
  writeFileSync(join(directory, 'model.pml'), edit(promela(model)));
  await output(directory, 'spin', ['-a', 'model.pml']);
  await output(directory, 'gcc', [effort, '-w', '-DSAFETY', '-DNOREDUCE', '-o', 'pan', 'pan.c']);
}

/**
 * What SPIN finds. Its transitions are its states stored and matched, so that the initial state is
 * one; and it takes a step for each property in each state that breaks it.
 */
export async function spinFindings(
  directory: string,
  model: Model,
  { small = false, environment = {} } = {},
): Promise<Findings> {
  const depth = small ? 10_000 : DEPTH;
  const size = small ? '-w12' : '-w22';
  const text = await output(directory, './pan', [`-m${depth}`, size, '-c0', '-n'], environment);
  if (text.includes('max search depth too small')) throw new Error('SPIN: the depth is too small');
  const violations = numberIn(text, /errors: (\d+)/);
  const said = new Set([...text.matchAll(/assertion violated (\w+)/g)].map((match) => match[1]!));
  const properties = [...model.safety, ...(model.deadlock ? [model.deadlock] : [])];
  return {
    states: numberIn(text, /(\d+) states, stored/),
    transitions: numberIn(text, /(\d+) transitions \(=/) - 1 - violations,
    violations,
    broken: new Set(
      properties.filter((property) => said.has(propertyName(property))).map(({ id }) => id),
    ),
  };
}

/** Makes a verifier of what has to come in the end, under weak fairness for each thread. */
export async function compileFair(
  directory: string,
  model: Model,
  effort: Effort,
  edit: (text: string) => string = (text) => text,
): Promise<void> {
  writeFileSync(join(directory, 'fair.pml'), edit(promela(model)));
  await output(directory, 'spin', ['-a', '-DFAIR', 'fair.pml']);
  const options = [effort, '-w', '-DNOREDUCE', '-DNFAIR=4', '-o', 'fair', 'pan.c'];
  await output(directory, 'gcc', options);
}

/** Whether SPIN finds a fair run that breaks a formula. */
export async function spinBreaks(
  directory: string,
  formula: string,
  { small = false, environment = {} } = {},
): Promise<boolean> {
  const text = await output(
    directory,
    './fair',
    [small ? '-m500000' : `-m${DEPTH}`, small ? '-w12' : '-w22', '-a', '-f', '-n', '-N', formula],
    environment,
  );
  const isBroken = numberIn(text, /errors: (\d+)/) > 0;
  if (!isBroken && text.includes('max search depth too small')) {
    throw new Error('SPIN: the depth is too small');
  }
  return isBroken;
}

function numberIn(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`no ${pattern} in what the verifier printed:\n${text}`);
  return Number(found);
}
