import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { InputError } from 'xstate-check';
import { downloadSource, type KernelFiles } from './archive.ts';
import { cached } from './cache.ts';
import { sources } from './compile.ts';
import { fingerprint } from './fingerprint.ts';
import { type GuestImage, makeImage, program } from './image.ts';
import { TWO_PAIRS } from './machine.ts';
import { tool } from './tool.ts';

/** What a selftest of VFIO is built from; the rest of the source is not unpacked. */
const UNPACKED = [
  ...['Makefile', 'Kbuild', 'Kconfig', 'arch/x86', 'include', 'scripts', 'tools', 'usr'],
  // headers that tools/testing/selftests/vfio/lib/drivers has links to
  ...['drivers/dma', 'drivers/net/ethernet/intel'],
];
const VFIO = 'tools/testing/selftests/vfio';
const MAKING = 'make, gcc, libc6-dev and uuid-dev';
const STATIC = 'LDFLAGS=-static -pthread';

async function selftestSource(progress: (what: string) => void): Promise<string> {
  progress('downloading the kernel source …');
  const place = await downloadSource(
    (version) => `source/${version}-${fingerprint(...UNPACKED)}`,
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
export async function buildSelftest(
  file: string,
  progress: (what: string) => void,
): Promise<string> {
  if (!existsSync(file)) throw new InputError(`there is no '${file}'`);
  const tree = await selftestSource(progress);
  const name = basename(file, '.c');
  const mark = fingerprint(tree, STATIC, name, readFileSync(file));
  const place = await cached(`selftest/${mark}`, async (to) => {
    progress('building the selftest …');
    copyFileSync(file, join(to, `${name}.c`));
    const here = [`VPATH=${to}`, `OUTPUT=${to}`, '--eval', `TEST_GEN_PROGS += ${name}`];
    const flags = [STATIC, `EXTRA_CFLAGS=-fmacro-prefix-map=${to}/=`];
    const args = ['-s', '-C', join(tree, VFIO), ...here, ...flags];
    const doing = { from: MAKING, doing: `building '${file}'` };
    await tool('make', [...args, join(to, name)], doing);
  });
  return join(place, name);
}

/** What the init has of the agent. */
const SHARED = ['setup', 'channel', 'files', 'stack'];

/**
 * The image: an init that runs a program, the modules of vfio-pci, devices.
 *
 * @param devices - a line for each: `bind` or `run`, and its address
 */
export async function selftestImage(
  kernel: KernelFiles,
  test: string,
  devices = devicesText(),
): Promise<GuestImage> {
  const files = ['selftest/init.c', ...SHARED.map((name) => `agent/${name}.c`)];
  const init = await program(
    'selftest-init',
    files.map((path) => {
      const [folder = '', name = ''] = path.split('/');
      return join(sources(folder), name);
    }),
  );
  return makeImage(kernel, {
    init,
    files: { devices, selftest: readFileSync(test) },
  });
}

/** All are bound; the first of each slot is tested, and the one on the root bus. */
function devicesText(): string {
  const { devices, powered, resettable, importer } = TWO_PAIRS;
  const lines = devices.map((device, i) =>
    i === powered || i === resettable ? `run ${device}` : `bind ${device}`,
  );
  return `${[...lines, `run ${importer}`].join('\n')}\n`;
}
