import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where everything is that can be had or found out again: below the user's own cache.
 *
 * @param of - the package whose it is
 */
export function userCache(of: string): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), of);
}
