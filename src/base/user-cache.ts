import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where everything is that can be had or found out again: below the user's own cache. */
export function userCache(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vfio-dmabuf-spec');
}
