import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Which of these programs are not here. */
export function missing(...programs: string[]): string[] {
  return programs.filter(
    (program) => spawnSync('sh', ['-c', 'command -v "$0"', program]).status !== 0,
  );
}

/** What a program that must exit with 0 prints. */
export async function output(
  directory: string,
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const options = {
    cwd: directory,
    env: { ...process.env, ...environment },
    maxBuffer: 2 ** 30,
  };
  return (await execute(program, [...args], options)).stdout;
}

/** What a program prints that says by its exit status what it found. */
export async function outputOfAny(
  directory: string,
  program: string,
  args: readonly string[],
): Promise<string> {
  try {
    return await output(directory, program, args);
  } catch (error) {
    const { stdout, code } = error as { stdout?: string; code?: unknown };
    if (typeof code === 'number' && stdout !== undefined) return stdout;
    throw error;
  }
}

/** Runs something in a directory that is gone afterwards. */
export async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'oracle-'));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
