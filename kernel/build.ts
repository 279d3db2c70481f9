import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from 'xstate-check';
import { downloadSource, type KernelFiles } from './archive.ts';
import { newestEntry } from './cache.ts';
import { fingerprint } from './fingerprint.ts';
import { tool } from './tool.ts';

/** Functions that a test stops at must not be inlined into their callers. */
const NOT_INLINED = [
  ...['-fno-inline-small-functions', '-fno-inline-functions-called-once'],
  ...['-fno-inline-functions', '-fno-ipa-cp', '-fno-ipa-sra'],
].join(' ');

/** What a module is built against; the rest of the tree is not kept. */
const KEPT = ['include', 'arch/x86/include', 'scripts/module.lds', '.config', 'System.map'];

/**
 * A small kernel from the newest packaged source, with what stock kernels lack; `lab.config` says
 * what that is.
 */
export async function buildLabKernel(progress: (what: string) => void): Promise<KernelFiles> {
  const config = configuration();
  progress('downloading the kernel source …');
  const place = await downloadSource(
    (version) => `lab/${version}-${builtAs()}`,
    async (archive, to) => {
      const tree = join(to, 'tree');
      mkdirSync(tree);
      await tool('tar', ['-xf', archive, '-C', tree, '--strip-components=1'], {
        from: 'tar',
        doing: 'unpacking the kernel source',
      });
      progress('building the kernel: some ten minutes on two cores …');
      await make(tree, ['allnoconfig', `KCONFIG_ALLCONFIG=${config}`]);
      await make(tree, [`CFLAGS_vfio_pci_core.o=${NOT_INLINED}`, 'bzImage']);
      cpSync(join(tree, 'arch/x86/boot/bzImage'), join(to, 'bzImage'));
      for (const path of KEPT.filter((path) => existsSync(join(tree, path)))) {
        cpSync(join(tree, path), join(to, 'build', path), { recursive: true });
      }
      rmSync(tree, { recursive: true });
    },
  );
  return labKernel(place);
}

/** Changes with everything that a kernel of one version is built by. */
function builtAs(): string {
  return fingerprint(readFileSync(configuration()), NOT_INLINED, ...KEPT);
}

/** The newest one that was built before as one would be now, if any. */
export function builtLabKernel(): KernelFiles | undefined {
  const place = newestEntry('lab', `-${builtAs()}`);
  return place === undefined ? undefined : labKernel(place);
}

function labKernel(place: string): KernelFiles {
  const build = join(place, 'build');
  const release = readFileSync(join(build, 'include/config/kernel.release'), 'utf8').trim();
  return {
    release,
    image: join(place, 'bzImage'),
    modules: build,
    headers: { build, source: build },
  };
}

function configuration(): string {
  const places = ['./lab.config', '../../kernel/lab.config'];
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((place) => existsSync(place));
  if (found === undefined) throw new InputError('lab.config is missing');
  return found;
}

async function make(tree: string, args: readonly string[]): Promise<void> {
  const jobs = `-j${availableParallelism()}`;
  const command = ['make', '-s', '-C', tree, jobs, ...args];
  // make ends, with all that it started, when this process does, however that ends
  await tool('setpriv', ['--pdeathsig', 'TERM', ...command], {
    from: 'make, flex, bison, bc, libelf-dev and libssl-dev',
    doing: 'building the kernel',
  });
}
