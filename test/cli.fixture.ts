import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { Catalogue } from 'xstate-check';
import { type Program, programOf, run, type Terminal } from 'xstate-check/command';

/** Runs `dmabuf-spec` on a catalogue, with a terminal that only remembers. */
export const runCommand = (catalogue: Catalogue, ...args: string[]) =>
  runProgram(programOf(catalogue), ...args);

/** The same with commands beside those of the tool. */
export async function runProgram(program: Program, ...args: string[]) {
  let out = '';
  let err = '';
  const progress: string[] = [];
  const terminal: Terminal = {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      err += text;
    },
    progress: (text) => {
      progress.push(text);
    },
    colour: false,
  };
  const status = await run(program, args, terminal);
  return { status, out, err: unfolded(err), told: err, progress };
}

/** A sentence is one line to a test, as it is to a reader, however it is folded on a terminal. */
export function unfolded(told: string): string {
  return told.replace(/\n {2}(?=\S)/g, ' ');
}

const schema = JSON.parse(readFileSync('docs/schema/dmabuf-spec.schema.json', 'utf8')) as {
  definitions: Record<string, object>;
};
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

/** What in the output of a command with `--json` is not as its schema says. */
export function violationsOf(command: string, json: string): unknown {
  const validate = ajv.compile({ ...schema.definitions[command]! });
  validate(JSON.parse(json));
  return validate.errors ?? [];
}
