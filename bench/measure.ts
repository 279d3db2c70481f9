import { spawnSync } from 'node:child_process';

/** What a whole process took. */
export interface Cost {
  /** From its start to its end. */
  readonly seconds: number;
  /** What it used of the processors: less noisy where others use them too. */
  readonly cpuSeconds: number;
}

/** Runs a program in a directory; @throws Error with what it printed where it fails */
export function measure(
  directory: string,
  program: string,
  args: readonly string[],
): Cost & { readonly output: string } {
  const start = performance.now();
  // The shell says last what its children used.
  const { stdout, stderr, status } = spawnSync(
    'sh',
    ['-c', '"$0" "$@" && times', program, ...args],
    {
      cwd: directory,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    },
  );
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${status}\n${stdout}${stderr}`);
  const lines = stdout.trimEnd().split('\n');
  const used = [...lines.at(-1)!.matchAll(/(\d+)m([\d.]+)s/g)];
  const cpuSeconds = used.reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  return { seconds, cpuSeconds, output: lines.slice(0, -2).join('\n') };
}

export function isInstalled(...programs: string[]): boolean {
  return programs.every(
    (program) => spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0,
  );
}
