import { createHash, randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';

/** The first line of every file; another version of it is another form. */
const HEAD = 'xstate-check, kept, form 1\n';
const DIGEST_LENGTH = 64;

/** Bytes of all files together, of which the ones not looked at for longest are let go. */
const MOST_BYTES = 256 * 2 ** 20;

/** What a process that was killed left half written, after an hour. */
const UNFINISHED = 60 * 60 * 1000;

/**
 * Texts under keys, one file each, in a directory that any number of processes share. A file appears
 * whole or not at all, as it is written beside its place and renamed; what cannot be read, is
 * truncated or of another form is as if it were not there, and so is what cannot be written.
 */
export class Store {
  readonly #directory: string;
  readonly #most: number;
  #puts = 0;

  constructor(directory: string, most = MOST_BYTES) {
    this.#directory = directory;
    this.#most = most;
  }

  get(key: string): string | undefined {
    const path = this.#pathOf(key);
    try {
      const text = textIn(readFileSync(path));
      // Whoever was looked at last is let go last.
      if (text !== undefined) utimesSync(path, new Date(), new Date());
      return text;
    } catch {
      return undefined;
    }
  }

  put(key: string, text: string): void {
    const path = this.#pathOf(key);
    const fresh = `${path}.${randomBytes(6).toString('hex')}.new`;
    const body = deflateSync(text);
    try {
      mkdirSync(this.#directory, { recursive: true });
      if (this.#puts++ % 64 === 0) this.#bound(body.length);
      writeFileSync(fresh, Buffer.concat([Buffer.from(HEAD + digestOf(body)), body]));
      renameSync(fresh, path);
    } catch {
      discard(fresh);
    }
  }

  #pathOf(key: string): string {
    return join(this.#directory, digestOf(key));
  }

  /** Makes room, down to three quarters where there is too much. */
  #bound(more: number): void {
    const files = readdirSync(this.#directory).flatMap((name) => {
      const path = join(this.#directory, name);
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.isFile() ? [{ path, size: found.size, at: found.mtimeMs }] : [];
    });
    const isLeft = ({ path, at }: { path: string; at: number }) =>
      path.endsWith('.new') && at < Date.now() - UNFINISHED;
    let total = more + files.reduce((sum, { size }) => sum + size, 0);
    const room = total > this.#most ? this.#most * 0.75 : this.#most;
    for (const file of files.sort((a, b) => a.at - b.at)) {
      if (total <= room && !isLeft(file)) continue;
      rmSync(file.path, { force: true });
      total -= file.size;
    }
  }
}

/** Where there is no such place, there is nothing to take away. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

/** @throws where it cannot be unpacked */
function textIn(file: Buffer): string | undefined {
  const start = HEAD.length + DIGEST_LENGTH;
  const body = file.subarray(start);
  if (file.subarray(0, start).toString('latin1') !== HEAD + digestOf(body)) return undefined;
  return inflateSync(body).toString('utf8');
}

export function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
