import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { InputError } from '../errors.ts';

const CHUNK = 1 << 20;
/** No line of a trace is longer; what is, is no text. */
const LONGEST = 1 << 16;

/**
 * The lines of a text file, one chunk in memory at a time.
 *
 * @throws InputError where the file is no text
 */
export function* linesOf(path: string): Generator<string> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new InputError(`there is no file '${path}'; give a trace file`);
  if (stat.isDirectory()) throw new InputError(`'${path}' is a directory; give a trace file`);
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK);
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      const length = readSync(file, chunk, 0, CHUNK, null);
      const bytes = chunk.subarray(0, length);
      if (bytes.includes(0)) throw notText(path);
      const lines = (rest + decoder.decode(bytes, { stream: length > 0 })).split('\n');
      rest = lines.pop()!;
      if (rest.length > LONGEST) throw notText(path);
      yield* lines;
      if (length === 0) break;
    }
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}

function notText(path: string): InputError {
  return new InputError(
    `'${path}' is no text: give the text of a trace (of a trace.dat the output of 'trace-cmd report')`,
  );
}
