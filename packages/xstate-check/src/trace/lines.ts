import { closeSync, openSync, readSync } from 'node:fs';
import { InputError } from '../base/errors.ts';
import { assertIsFile } from '../base/input-file.ts';

const CHUNK = 1 << 20;
/** No line of a trace is longer; what is, is no text. */
const LONGEST = 1 << 16;

/**
 * The lines of a text file, one chunk in memory at a time.
 *
 * @throws InputError where the file is no text
 */
export function* linesOf(path: string): Generator<string> {
  assertIsFile(path, 'a trace file');
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK);
    const decoder = new TextDecoder();
    let rest = '';
    for (let isFirst = true; ; isFirst = false) {
      const length = readSync(file, chunk, 0, CHUNK, null);
      const bytes = chunk.subarray(0, length);
      if (isFirst) refuseOtherFormats(path, bytes);
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

/** How files begin that hold a trace, but not its text. */
const OTHER_FORMATS: readonly (readonly [magic: string, advice: string])[] = [
  ['1f8b', "is compressed by gzip; unpack it with 'gunzip' first"],
  ['fd377a585a00', "is compressed by xz; unpack it with 'unxz' first"],
  ['28b52ffd', "is compressed by zstd; unpack it with 'unzstd' first"],
  // TRACE-CMD.DAT(5): 0x17 0x08 0x44 and "tracing".
  [
    '17084474726163696e67',
    "is a trace.dat; give the output of 'trace-cmd report -O ftrace:parent' instead",
  ],
];

function refuseOtherFormats(path: string, bytes: Buffer): void {
  const start = bytes.toString('hex', 0, 16);
  const found = OTHER_FORMATS.find(([magic]) => start.startsWith(magic));
  if (found !== undefined) throw new InputError(`'${path}' ${found[1]}`);
}

function notText(path: string): InputError {
  return new InputError(
    `'${path}' is no text: give what 'cat trace' or 'trace-cmd report -O ftrace:parent' prints`,
  );
}
