import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Where a Chromium is that tests can drive: what `CHROMIUM` names, else one on the path. */
export const chromiumPath: string | undefined = [process.env.CHROMIUM, ...NAMES.map(onPath)].find(
  (path) => path !== undefined && existsSync(path),
);

function onPath(name: string): string | undefined {
  try {
    return execFileSync('which', [name], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}
