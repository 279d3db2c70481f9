import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Writes a file beside the one that it replaces, and then puts it in its place: whoever reads it
 * finds the old text or the new one, whole, also where the writing is interrupted. What is no file
 * (`/dev/stdout`), and one in a directory that cannot be written to, is written in place.
 */
export function writeWhole(path: string, text: string): void {
  const there = existsSync(path) ? realpathSync(path) : resolve(path);
  const before = existsSync(there) ? statSync(there) : undefined;
  if (before?.isFile() === false || !isWritable(dirname(there))) {
    writeFileSync(there, text);
    return;
  }
  const fresh = join(dirname(there), `.${basename(there)}.${process.pid}.new`);
  uninterrupted(() => {
    try {
      writeFileSync(fresh, text);
      if (before !== undefined) chmodSync(fresh, before.mode);
      renameSync(fresh, there);
    } finally {
      rmSync(fresh, { force: true });
    }
  });
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does what must not be left half done. It is not waited for, so that a signal that comes meanwhile
 * is heard afterwards, and ends the process then.
 */
export function uninterrupted(work: () => void): void {
  if (uninterruptedWorks === 0) for (const signal of SIGNALS) process.on(signal, again);
  uninterruptedWorks += 1;
  try {
    work();
  } finally {
    setImmediate(release);
  }
}

/** How many works there were since signals were last heard at once. */
let uninterruptedWorks = 0;

function release(): void {
  uninterruptedWorks -= 1;
  if (uninterruptedWorks === 0) for (const signal of SIGNALS) process.off(signal, again);
}

function again(signal: NodeJS.Signals): void {
  for (const one of SIGNALS) process.off(one, again);
  process.kill(process.pid, signal);
}
