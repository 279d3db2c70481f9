import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { userCache } from 'xstate-check/command';
import { atExit } from './cleanup.ts';

/** Where everything that was downloaded or built is kept. */
export function cacheDirectory(): string {
  return join(userCache('vfio-dmabuf-spec'), 'kernel');
}

/** The newest finished entry of a kind, by its version; of those whose name ends so. */
export function newestEntry(kind: string, ending = ''): string | undefined {
  const directory = join(cacheDirectory(), kind);
  if (!existsSync(directory)) return undefined;
  const entries = readdirSync(directory).filter(
    (name) => !name.includes('.unfinished-') && name.endsWith(ending),
  );
  const newest = entries.sort(byVersion).at(-1);
  return newest === undefined ? undefined : join(directory, newest);
}

/** Numbers by value, all else by character. */
export function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Removes what processes of this machine that are gone have left half made. */
function sweep(directory: string): void {
  for (const name of readdirSync(directory)) {
    const [, host, pid] = /\.unfinished-(.+)-(\d+)-[^-]+$/.exec(name) ?? [];
    if (host !== hostname() || isAlive(Number(pid))) continue;
    rmSync(join(directory, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * An entry of the cache, made where it is not there yet. It appears whole or not at all: it is made
 * beside its place and moved there; what somebody who was killed left half made goes the next time.
 */
export async function cached(
  name: string,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const place = join(cacheDirectory(), name);
  if (existsSync(place)) return place;
  mkdirSync(dirname(place), { recursive: true });
  sweep(dirname(place));
  const unfinished = mkdtempSync(`${place}.unfinished-${hostname()}-${process.pid}-`);
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
