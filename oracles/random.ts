import { check, type System } from 'xstate-check';
import { type Model, modelOf, propertyName } from 'xstate-check/engine';
import { CHOICE, combined } from './combined.ts';
import { differences, type Findings } from './findings.ts';
import { brokenLeadsTo, ours, withUnfairLocks } from './ours.ts';
import { sampleSystems } from './random-systems.ts';
import { rumurFindings } from './rumur.ts';
import { compileFair, compileSafety, spinBreaks, spinFindings } from './spin.ts';
import { inDirectory } from './tools.ts';

/** What was compared over random systems. */
export interface RandomResult {
  readonly systems: number;
  readonly states: number;
  readonly brokenSafety: number;
  readonly brokenLeadsTo: number;
  /** Systems with locks, where strong fairness says another thing than weak fairness. */
  readonly strongDiffers: number;
  readonly disagreements: readonly string[];
}

/** Systems that are compiled together. */
const BATCH = 25;
/** Where SPIN's state says which of a batch runs. */
const CHOOSE = /^byte at_chosen = 0;$/m;

export async function compareRandom(
  count: number,
  seed: number,
  inParallel: <T, R>(items: readonly T[], work: (item: T) => Promise<R>) => Promise<R[]>,
): Promise<RandomResult> {
  const systems = sampleSystems(count, seed);
  const batches: { first: number; of: System[] }[] = [];
  for (let first = 0; first < count; first += BATCH) {
    batches.push({ first, of: systems.slice(first, first + BATCH) });
  }
  const results = await inParallel(batches, ({ first, of }) =>
    inDirectory((directory) => compareBatch(directory, of, (n) => `random ${seed}/${first + n}`)),
  );
  const sum = (of: (result: RandomResult) => number) => results.map(of).reduce((a, b) => a + b, 0);
  return {
    systems: sum((result) => result.systems),
    states: sum((result) => result.states),
    brokenSafety: sum((result) => result.brokenSafety),
    brokenLeadsTo: sum((result) => result.brokenLeadsTo),
    strongDiffers: sum((result) => result.strongDiffers),
    disagreements: results.flatMap((result) => result.disagreements),
  };
}

async function compareBatch(
  directory: string,
  systems: readonly System[],
  nameOf: (number: number) => string,
): Promise<RandomResult> {
  const models = systems.map(modelOf);
  const all = combined(models);
  const found = models.map((model) => ours(model, check(model.system)));
  const disagreements: string[] = [];
  const note = (number: number, said: readonly string[]) =>
    disagreements.push(...said.map((sentence) => `${nameOf(number)}: ${sentence}`));
  const runOf = (number: number) => ({ small: true, environment: { CHOSEN: String(number) } });

  await compileSafety(directory, all, '-O0', chosenAtRunTime);
  for (const number of models.keys()) {
    const theirs = await spinFindings(directory, all, runOf(number));
    note(number, differences(found[number]!, ownOf(theirs, number), 'SPIN'));
  }
  note(0, await compareWithRumur(directory, all, found));

  await compileFair(directory, all, '-O0', chosenAtRunTime);
  let [broken, strong] = [0, 0];
  for (const [number, system] of systems.entries()) {
    const weakly = brokenLeadsTo(withUnfairLocks(system)).get('response')!;
    const strongly = brokenLeadsTo(system).get('response')!;
    const formula = propertyName(all.leadsTo[number]!);
    const run = runOf(number);
    note(number, said(weakly, await spinBreaks(directory, formula, run), 'weak'));
    if (all.leadsTo[number]!.locks.length > 0) {
      note(number, said(strongly, await spinBreaks(directory, `${formula}_locks`, run), 'strong'));
    } else if (weakly !== strongly) {
      note(number, ['response: fairness of locks matters, and there is no lock']);
    }
    if (weakly) broken++;
    if (weakly !== strongly) strong++;
  }
  return {
    systems: systems.length,
    states: found.reduce((total, { states }) => total + states, 0),
    brokenSafety: found.reduce((total, { broken: { size } }) => total + size, 0),
    brokenLeadsTo: broken,
    strongDiffers: strong,
    disagreements,
  };
}

const said = (here: boolean, there: boolean, fairness: string): string[] => {
  const words = (broken: boolean) => (broken ? 'broken' : 'holds');
  if (here === there) return [];
  return [`response, ${fairness} fairness: ${words(here)} here, ${words(there)} by SPIN`];
};

/** Compiled once, SPIN's verifier reads from its environment which of the systems it runs. */
function chosenAtRunTime(text: string): string {
  if (!CHOOSE.test(text)) throw new Error('the export no longer declares which model is chosen');
  return text
    .replace(CHOOSE, `byte ${CHOICE} = c_expr { CHOSEN };`)
    .replace(/^/, 'c_decl {\n\\#include <stdlib.h>\n\\#define CHOSEN atoi(getenv("CHOSEN"))\n};\n');
}

/** What is said of one model of a batch. */
function ownOf(findings: Findings, number: number): Findings {
  const own = `m${number}/`;
  const broken = [...findings.broken].filter((id) => id.startsWith(own));
  return { ...findings, broken: new Set(broken.map((id) => id.slice(own.length))) };
}

/**
 * Rumur starts all models of a batch in one run; `cover` counts the states of each of them and the
 * violations of each property. Transitions are compared for the batch as a whole.
 */
async function compareWithRumur(
  directory: string,
  all: Model,
  found: readonly Findings[],
): Promise<string[]> {
  const numbers = [...found.keys()];
  const theirs = await rumurFindings(directory, all, '-O0', (text) =>
    text
      .replace(/^startstate .*$/m, `ruleset chosen_first: states_of_chosen do $&`)
      .replace(`  ${CHOICE} := chosen_IN_m0;`, `  ${CHOICE} := chosen_first;`)
      .replace(/^ruleset [\s\S]*?^end;$/m, '$&\nend;')
      .concat(numbers.map((n) => `cover "states ${n}" ${CHOICE} = chosen_IN_m${n};\n`).join('')),
  );
  const disagreements: string[] = [];
  for (const number of numbers) {
    const states = theirs.covered.get(`states ${number}`)!;
    const own = [...theirs.covered].filter(([id]) => id.startsWith(`m${number}/`));
    const broken = new Set(
      own.filter(([, count]) => count > 0).map(([id]) => id.slice(`m${number}/`.length)),
    );
    const violations = own.reduce((total, [, count]) => total + count, 0);
    const { transitions } = found[number]!;
    const of = { states, transitions, broken, violations };
    disagreements.push(
      ...differences(found[number]!, of, 'Rumur').map((sentence) => `${number}: ${sentence}`),
    );
  }
  const transitions = found.reduce((total, one) => total + one.transitions, 0);
  if (transitions !== theirs.transitions) {
    disagreements.push(`batch: ${transitions} transitions here, ${theirs.transitions} by Rumur`);
  }
  return disagreements;
}
