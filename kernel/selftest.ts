import { join } from 'node:path';
import { InputError } from 'xstate-check';
import type { Terminal } from 'xstate-check/command';
import type { KernelFiles } from './archive.ts';
import { kernelOf } from './command.ts';
import { sources } from './compile.ts';
import { describeTested } from './loaded.ts';
import { TWO_PAIRS } from './machine.ts';
import { comments } from './report.ts';
import { buildSelftest, selftestImage } from './selftest-build.ts';
import { describeSleeper, parseStack } from './sleeper.ts';
import { boot, type Vm } from './vm.ts';

export interface SelftestOptions {
  /** A kernel of one's own: its bzImage, and the directory of its modules. */
  readonly kernel?: string;
  readonly modules?: string;
  /** The kernel that `kernel build` builds. */
  readonly lab?: boolean;
}

/** How a selftest went for one device. */
export interface SelftestRun {
  readonly device: string;
  /** What it printed: KTAP. */
  readonly lines: readonly string[];
  /** Its exit status: 0 passed, 1 failed, 4 skipped; -1 where it does not end. */
  readonly status: number;
}

export interface SelftestResult {
  readonly release: string;
  /** The kernel and its modules, a line each. */
  readonly tested: readonly string[];
  readonly runs: readonly SelftestRun[];
  /** What the kernel complained of on its console. */
  readonly complaints: readonly string[];
}

/** What `export --to kselftest` writes, as it is checked in. */
export function selftestFile(): string {
  return join(sources('selftest'), 'vfio_dma_buf_test.c');
}

/**
 * `kernel selftest`: a selftest in the form of the kernel's own, built in the packaged source of the
 * kernel as its Makefile would, and run in the virtual machine for a device of each slot.
 *
 * @returns 0 where nothing failed, 1 otherwise
 * @throws InputError for what cannot be used, in one sentence
 */
export async function kernelSelftest(
  file: string | undefined,
  options: SelftestOptions,
  terminal: Terminal,
): Promise<number> {
  const kernel = await kernelOf(options, terminal);
  const result = await runSelftest(file ?? selftestFile(), kernel, (what) =>
    terminal.progress(what),
  );
  terminal.progress('');
  terminal.out(comments(result.tested));
  for (const { device, lines } of result.runs) {
    terminal.out(`# device ${device}\n${lines.map((line) => `${line}\n`).join('')}`);
  }
  for (const complaint of result.complaints) terminal.out(`# the kernel: ${complaint}\n`);
  terminal.out(summaryOf(result));
  return hasFailed(result) ? 1 : 0;
}

export function hasFailed({ runs, complaints }: SelftestResult): boolean {
  return complaints.length > 0 || runs.some(({ status }) => status !== 0 && status !== 4);
}

/** How often each reason for a skip was given, and the sum of all devices. */
export function summaryOf(result: SelftestResult): string {
  const lines = result.runs.flatMap((run) => run.lines);
  const counted = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  const reasons = new Map<string, number>();
  for (const line of lines) {
    const reason = /^ok .* # SKIP (.*?)\.?$/.exec(line)?.[1];
    if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const skipped = counted(/^ok .* # SKIP/);
  const passed = counted(/^ok /) - skipped;
  return comments([
    ...[...reasons].sort(([, a], [, b]) => b - a).map(([reason, n]) => `${n} skipped: ${reason}`),
    `Linux ${result.release}: ${passed} passed, ${counted(/^not ok /)} failed, ${skipped} skipped`,
  ]);
}

/** Builds a selftest, boots a kernel and runs it there. */
export async function runSelftest(
  file: string,
  kernel: KernelFiles,
  progress: (what: string) => void,
): Promise<SelftestResult> {
  return runProgram(await buildSelftest(file, progress), kernel, progress);
}

/** Boots a kernel and runs a program there, for the devices that it is run for. */
export async function runProgram(
  program: string,
  kernel: KernelFiles,
  progress: (what: string) => void,
  devices?: string,
): Promise<SelftestResult> {
  const image = await selftestImage(kernel, program, devices);
  progress('booting …');
  const { vm, release, loaded } = await boot(TWO_PAIRS, kernel, image);
  try {
    const runs = await readRuns(vm, progress);
    const tested = describeTested(release, image.modules, loaded);
    return { release, tested, runs, complaints: vm.complaints() };
  } finally {
    await vm.stop();
  }
}

/** A test may wait for a bus as long as the kernel does: a minute. */
const PATIENCE = 120_000;

async function readRuns(vm: Vm, progress: (what: string) => void): Promise<SelftestRun[]> {
  const runs: SelftestRun[] = [];
  let lines: string[] = [];
  for (;;) {
    const line = await vm.read(PATIENCE);
    if (line === undefined) throw new InputError(`the guest stopped after: ${lines.at(-1) ?? ''}`);
    const [, bound, result] = /^bound (\S+) (-?\d+)$/.exec(line) ?? [];
    const [, device, status] = /^exit (\S+) (-?\d+)$/.exec(line) ?? [];
    if (line === 'over') return runs;
    if (bound !== undefined) assertBound(bound, Number(result));
    else if (line.startsWith('run ')) lines = [];
    else if (device !== undefined) {
      runs.push({
        device,
        lines: Number(status) < 0 ? withHang(lines) : lines,
        status: Number(status),
      });
    } else lines.push(line);
    if (line.startsWith('#  RUN ')) progress(line.replace(/^# +RUN +/, ''));
  }
}

/** What a program that does not end has said, and where its threads sleep. */
function withHang(lines: readonly string[]): string[] {
  const frame = /^frame (\d+) \S+$/;
  const tids = [...new Set(lines.flatMap((line) => frame.exec(line)?.[1] ?? []))];
  const said = lines.filter((line) => !frame.test(line) && line !== 'stacked');
  const sleepers = tids.map((tid) => ({
    ...{ thread: tid, step: 'the test', holder: undefined },
    ...parseStack(Number(tid), lines),
  }));
  return [...said, ...sleepers.flatMap(describeSleeper).map((line) => `# ${line}`)];
}

function assertBound(device: string, result: number): void {
  if (result === 0) return;
  throw new InputError(`vfio-pci does not take ${device} in the guest (${result})`);
}
