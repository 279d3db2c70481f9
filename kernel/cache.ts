import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { atExit } from './cleanup.ts';

/** Where everything that was downloaded or built is kept. */
export function cacheDirectory(): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'vfio-dmabuf-spec', 'kernel');
}

/**
 * An entry of the cache, made where it is not there yet. It appears whole or not at all: it is made
 * beside its place and moved there; what was left half made by somebody who was killed is nobody's
 * entry.
 */
export async function cached(
  name: string,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const place = join(cacheDirectory(), name);
  if (existsSync(place)) return place;
  mkdirSync(dirname(place), { recursive: true });
  const unfinished = mkdtempSync(`${place}.unfinished-`);
  const discard = () => rmSync(unfinished, { recursive: true, force: true });
  const keep = atExit(discard);
  try {
    await make(unfinished);
    if (!existsSync(place)) renameSync(unfinished, place);
  } finally {
    discard();
    keep();
  }
  return place;
}
