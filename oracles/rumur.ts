import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Model, murphi } from 'xstate-check/engine';
import type { Findings } from './findings.ts';
import { output, outputOfAny } from './tools.ts';

/** What Rumur finds, and how many states meet each `cover` that was added. */
export interface RumurFindings extends Findings {
  readonly covered: ReadonlyMap<string, number>;
}

/**
 * Rumur stops at a state that breaks an invariant. So that it counts on, each invariant is asked
 * as the cover property that it is broken.
 */
export async function rumurFindings(
  directory: string,
  model: Model,
  effort: '-O0' | '-O1',
  edit: (text: string) => string = (text) => text,
): Promise<RumurFindings> {
  const asked = murphi(model).replace(
    /^invariant ("[^"]*") (.*);$/gm,
    (_, id: string, formula: string) => `cover ${id} !${formula};`,
  );
  writeFileSync(join(directory, 'model.m'), edit(asked));
  const options = ['--deadlock-detection', 'off', '--symmetry-reduction', 'off'];
  const form = ['--output-format', 'machine-readable', '--threads', '1'];
  await output(directory, 'rumur', [...options, ...form, '--output', 'rumur.c', 'model.m']);
  const libraries = ['-lpthread', '-latomic'];
  await output(directory, 'gcc', [
    effort,
    '-w',
    '-march=native',
    '-o',
    'rumur',
    'rumur.c',
    ...libraries,
  ]);
  const text = await outputOfAny(directory, './rumur', []);
  return read(text);
}

function read(text: string): RumurFindings {
  const summary = /<summary states="(\d+)" rules_fired="(\d+)"/.exec(text);
  if (summary === null) throw new Error(`Rumur did not come to an end:\n${text.slice(-2_000)}`);
  const covered = new Map(
    [...text.matchAll(/<cover_result message="([^"]*)" count="(\d+)"/g)].map((match) => [
      match[1]!.replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&'),
      Number(match[2]),
    ]),
  );
  return {
    states: Number(summary[1]),
    transitions: Number(summary[2]),
    covered,
    broken: new Set([...covered].filter(([, count]) => count > 0).map(([id]) => id)),
    violations: [...covered.values()].reduce((a, b) => a + b, 0),
  };
}
