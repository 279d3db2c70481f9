import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { Terminal } from '../src/base/terminal.ts';
import type { Catalogue } from '../src/catalogue/catalogue.ts';
import { run } from '../src/cli/main.ts';

/** Runs `dmabuf-spec` on a catalogue, with a terminal that only remembers. */
export async function runCommand(catalogue: Catalogue, ...args: string[]) {
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
  const status = await run(catalogue, args, terminal);
  // A sentence is one line to a test, as it is to a reader; `told` has it as it is folded.
  return { status, out, err: err.replace(/\n {2}(?=\S)/g, ' '), told: err, progress };
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
