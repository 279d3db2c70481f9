import { spawn } from 'node:child_process';
import { InputError } from 'xstate-check';
import { atExit } from './cleanup.ts';

export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What to install where the tool is missing. */
  readonly from: string;
  /** What was being done, for the sentence that says that it failed. */
  readonly doing: string;
}

/** Runs a program of the machine and returns what it printed. */
export function tool(
  name: string,
  args: readonly string[],
  { cwd, env, from, doing }: ToolOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, {
      ...(cwd !== undefined && { cwd }),
      env: { ...process.env, LC_ALL: 'C', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const forget = atExit(() => child.kill());
    let printed = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    const lacks = (program: string) =>
      reject(new InputError(`${doing} needs ${program}: install the package ${from}`));
    child.on('error', () => lacks(name));
    child.on('close', (status) => {
      forget();
      const missing = /^setpriv: failed to execute ([^:]+)/m.exec(complaint)?.[1];
      if (status === 0) resolve(printed);
      else if (missing !== undefined) lacks(missing);
      else reject(new InputError(`${doing} failed: ${reasonIn(complaint)}`));
    });
  });
}

/** The line that names the error, not what was printed around it. */
function reasonIn(complaint: string): string {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  const error = lines.find((line) => /\berror\b|^E:/i.test(line)) ?? lines.at(-1);
  return error?.trim().replace(/\.$/, '') ?? 'without a word';
}
