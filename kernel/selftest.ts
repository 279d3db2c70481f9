import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import type { Terminal } from '../src/cli/terminal.ts';
import { InputError } from '../src/errors.ts';
import { downloadSource, type KernelFiles } from './archive.ts';
import { cached } from './cache.ts';
import { kernelOf } from './command.ts';
import { kernelModules, sources } from './image.ts';
import { initramfs } from './initramfs.ts';
import { TWO_PAIRS } from './machine.ts';
import { tool } from './tool.ts';
import { Vm } from './vm.ts';

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
  /** Its exit status: 0 passed, 1 failed, 4 skipped. */
  readonly status: number;
}

export interface SelftestResult {
  readonly release: string;
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
  return [
    ...[...reasons].sort(([, a], [, b]) => b - a).map(([reason, n]) => `${n} skipped: ${reason}`),
    `Linux ${result.release}: ${passed} passed, ${counted(/^not ok /)} failed, ${skipped} skipped`,
  ]
    .map((line) => `# ${line}\n`)
    .join('');
}

/** Builds a selftest, boots a kernel and runs it there. */
export async function runSelftest(
  file: string,
  kernel: KernelFiles,
  progress: (what: string) => void,
): Promise<SelftestResult> {
  const program = await buildSelftest(file, progress);
  const image = await selftestImage(kernel, program);
  progress('booting …');
  const vm = new Vm(TWO_PAIRS, kernel, image);
  try {
    const { release } = await vm.ready();
    const runs = await readRuns(vm, progress);
    return { release, runs, complaints: vm.complaints() };
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
    const [, device, status] = /^exit (\S+) (\d+)$/.exec(line) ?? [];
    if (line === 'over') return runs;
    if (bound !== undefined) assertBound(bound, Number(result));
    else if (line.startsWith('run ')) lines = [];
    else if (device !== undefined) runs.push({ device, lines, status: Number(status) });
    else lines.push(line);
    if (line.startsWith('#  RUN ')) progress(line.replace(/^# +RUN +/, ''));
  }
}

function assertBound(device: string, result: number): void {
  if (result === 0) return;
  throw new InputError(`vfio-pci does not take ${device} in the guest (${result})`);
}

// --- building ----------------------------------------------------------------------------------

/** What a selftest of VFIO is built from; the rest of the source is not unpacked. */
const UNPACKED = [
  ...['Makefile', 'Kbuild', 'Kconfig', 'arch/x86', 'include', 'scripts', 'tools', 'usr'],
  // headers that tools/testing/selftests/vfio/lib/drivers has links to
  ...['drivers/dma', 'drivers/net/ethernet/intel'],
];
const VFIO = 'tools/testing/selftests/vfio';
const MAKING = 'make, gcc, libc6-dev and uuid-dev';

async function selftestSource(progress: (what: string) => void): Promise<string> {
  progress('downloading the kernel source …');
  const place = await downloadSource(
    (version) => `source/${version}`,
    async (archive, to) => {
      const tree = join(to, 'tree');
      mkdirSync(tree);
      const top = basename(archive).replace(/\.tar\..*$/, '');
      const paths = UNPACKED.map((path) => `${top}/${path}`);
      const unpacking = { from: 'tar', doing: 'unpacking the kernel source' };
      await tool('tar', ['-xf', archive, '-C', tree, '--strip-components=1', ...paths], unpacking);
      progress('making the headers …');
      const doing = { from: MAKING, doing: 'making the headers' };
      await tool('make', ['-s', '-C', tree, `-j${availableParallelism()}`, 'headers'], doing);
    },
  );
  return join(place, 'tree');
}

/** Built as the head of the file says, beside the tree, which stays as it is; without libraries. */
async function buildSelftest(file: string, progress: (what: string) => void): Promise<string> {
  if (!existsSync(file)) throw new InputError(`there is no '${file}'`);
  const tree = await selftestSource(progress);
  const name = basename(file, '.c');
  const mark = fingerprint(tree, name, readFileSync(file));
  const place = await cached(`selftest/${mark}`, async (to) => {
    progress('building the selftest …');
    copyFileSync(file, join(to, `${name}.c`));
    const here = [`VPATH=${to}`, `OUTPUT=${to}`, '--eval', `TEST_GEN_PROGS += ${name}`];
    const flags = ['LDFLAGS=-static -pthread', `EXTRA_CFLAGS=-fmacro-prefix-map=${to}/=`];
    const args = ['-s', '-C', join(tree, VFIO), ...here, ...flags];
    const doing = { from: MAKING, doing: `building '${file}'` };
    await tool('make', [...args, join(to, name)], doing);
  });
  return join(place, name);
}

function fingerprint(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}

/** The initial file system: an init that runs the selftest, the modules of vfio-pci, devices. */
async function selftestImage(kernel: KernelFiles, program: string): Promise<string> {
  const init = ['selftest/init.c', 'agent/setup.c', 'agent/channel.c', 'agent/files.c'];
  const files = init.map((path) => {
    const [folder = '', name = ''] = path.split('/');
    return join(sources(folder), name);
  });
  const mark = fingerprint(
    kernel.release,
    readFileSync(kernel.image),
    readFileSync(program),
    ...files.map((file) => readFileSync(file)),
  );
  const place = await cached(`selftest/${kernel.release}-${mark}`, async (to) => {
    const building = { from: 'gcc', doing: 'building the init of the guest' };
    await tool('gcc', ['-O2', '-Wall', '-static', '-o', join(to, 'init'), ...files], building);
    const modules = await kernelModules(kernel, to);
    const file = (path: string, from: string, mode: number) => ({
      path,
      mode,
      data: readFileSync(from),
    });
    const text = (path: string, data: string) => ({ path, mode: 0o644, data: Buffer.from(data) });
    const image = initramfs([
      { path: 'modules' },
      text('modules/order', `${modules.join('\n')}\n`),
      ...modules.map((name) => file(`modules/${name}`, join(to, name), 0o644)),
      text('devices', devicesText()),
      file('selftest', program, 0o755),
      file('init', join(to, 'init'), 0o755),
    ]);
    writeFileSync(join(to, 'initramfs'), image);
  });
  return join(place, 'initramfs');
}

/** All are bound; the first of each slot is tested. */
function devicesText(): string {
  const { devices, powered, resettable } = TWO_PAIRS;
  const lines = devices.map((device, i) =>
    i === powered || i === resettable ? `run ${device}` : `bind ${device}`,
  );
  return `${lines.join('\n')}\n`;
}
