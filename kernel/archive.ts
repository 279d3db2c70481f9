import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../src/errors.ts';
import { cacheDirectory, cached } from './cache.ts';
import { tool } from './tool.ts';

/** A kernel that can be booted, and what is needed to build a module for it. */
export interface KernelFiles {
  /** As `uname -r` says it. */
  readonly release: string;
  readonly image: string;
  /** A directory with its modules, at any depth. */
  readonly modules: string;
  /** Generated headers, and those of the source. */
  readonly headers: { readonly build: string; readonly source: string };
}

/** The suite that has kernels newer than the stable release; its flavour for virtual machines. */
const SUITE = 'trixie-backports';
const FLAVOUR = 'cloud-amd64';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

const apt = (doing: string, env: Record<string, string> = {}) => ({ from: 'apt', doing, env });

/**
 * The newest stock Debian kernel, downloaded from the archive that this machine installs from,
 * verified by apt, and unpacked, not installed. Where the archive cannot be reached, the newest one
 * that was downloaded before.
 */
export async function newestStockKernel(): Promise<KernelFiles> {
  const settings = join(cacheDirectory(), 'apt');
  let release: string;
  try {
    release = await newestRelease(settings);
  } catch (error) {
    const before = newestCached();
    if (before === undefined) throw withoutArchive(error);
    release = before;
  }
  const place = await cached(`stock/${release}`, (to) => download(settings, release, to));
  return stockFiles(place, release);
}

/** What there is to do where the archive has no such kernel any more, or cannot be reached. */
function withoutArchive(error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  return new InputError(`${error.message}; give a kernel of your own: --kernel and --modules`);
}

function stockFiles(place: string, release: string): KernelFiles {
  const source = release.replace(`-${FLAVOUR}`, '-common');
  const modules = join(place, 'usr/lib/modules', release);
  return {
    release,
    image: join(modules, 'vmlinuz'),
    modules,
    headers: {
      build: join(place, `usr/src/linux-headers-${release}`),
      source: join(place, `usr/src/linux-headers-${source}`),
    },
  };
}

function newestCached(): string | undefined {
  const stock = join(cacheDirectory(), 'stock');
  if (!existsSync(stock)) return undefined;
  const releases = readdirSync(stock).filter((name) => !name.includes('.unfinished-'));
  return releases.sort(byVersion).at(-1);
}

async function newestRelease(settings: string): Promise<string> {
  const env = await privateApt(settings);
  await tool('apt-get', ['update', '-qq'], apt(`reading the index of ${SUITE}`, env));
  const listed = await tool(
    'apt-cache',
    ['search', '--names-only', `^linux-binary-[0-9].*-${FLAVOUR}$`],
    apt(`searching ${SUITE}`, env),
  );
  const releases = [...listed.matchAll(/^linux-binary-(\S+) /gm)].map(([, release]) => release!);
  const newest = releases.sort(byVersion).at(-1);
  if (newest === undefined) throw new InputError(`${SUITE} has no kernel for ${FLAVOUR}`);
  return newest;
}

/** Numbers by value, all else by character. */
function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** An apt of our own, so that nothing of the machine's changes. */
async function privateApt(settings: string): Promise<Record<string, string>> {
  const uri = await archive();
  for (const directory of ['state/lists/partial', 'cache/archives/partial', 'etc/apt.conf.d']) {
    mkdirSync(join(settings, directory), { recursive: true });
  }
  writeFileSync(
    join(settings, 'sources.list'),
    `deb [arch=amd64 signed-by=${KEYRING}] ${uri} ${SUITE} main\n`,
  );
  writeFileSync(join(settings, 'status'), '');
  const file = join(settings, 'apt.conf');
  writeFileSync(file, configuration(settings));
  return { APT_CONFIG: file };
}

function configuration(settings: string): string {
  return [
    `Dir::State "${settings}/state";`,
    `Dir::State::status "${settings}/status";`,
    `Dir::Cache "${settings}/cache";`,
    `Dir::Etc::sourcelist "${settings}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    'APT::Architecture "amd64";',
    'APT::Sandbox::User "";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    '',
  ].join('\n');
}

/** The archive that this machine's own packages come from. */
async function archive(): Promise<string> {
  const format = '$(ORIGIN)|$(COMPONENT)|$(REPO_URI)';
  const listed = await tool(
    'apt-get',
    ['indextargets', '--format', format, 'Created-By: Packages'],
    apt('asking apt for its archive'),
  );
  const lines = listed.split('\n').map((line) => line.split('|'));
  const found = lines.find(
    ([origin, component, uri]) =>
      origin === 'Debian' && component === 'main' && !/-security\/?$/.test(uri!),
  );
  if (!found) {
    throw new InputError(
      "apt knows no Debian archive on this machine: 'apt-get update' may not have run yet",
    );
  }
  return found[2]!;
}

async function download(settings: string, release: string, to: string): Promise<void> {
  const packages = [
    `linux-base-${release}`,
    `linux-binary-${release}`,
    `linux-modules-${release}`,
    `linux-headers-${release}`,
    `linux-headers-${release.replace(`-${FLAVOUR}`, '-common')}`,
  ];
  const env = { APT_CONFIG: join(settings, 'apt.conf') };
  const options = { ...apt(`downloading Linux ${release}`, env), cwd: to };
  await tool('apt-get', ['download', '-qq', ...packages], options);
  for (const file of readdirSync(to).filter((name) => name.endsWith('.deb'))) {
    const unpacking = { from: 'dpkg', doing: `unpacking ${file}` };
    await tool('dpkg-deb', ['-x', join(to, file), to], unpacking);
    rmSync(join(to, file));
  }
}

/**
 * The newest packaged source of the kernel, given to `make` as an archive where the entry of the
 * cache, named after the version, is not there yet.
 */
export async function downloadSource(
  entry: (version: string) => string,
  make: (archive: string, to: string) => Promise<void>,
): Promise<string> {
  const settings = join(cacheDirectory(), 'apt');
  const env = await privateApt(settings);
  const doing = 'looking for the source of the kernel';
  await tool('apt-get', ['update', '-qq'], apt(`reading the index of ${SUITE}`, env));
  const search = ['search', '--names-only', '^linux-source-[0-9]'];
  const listed = await tool('apt-cache', search, apt(doing, env));
  const name = [...listed.matchAll(/^(linux-source-\S+) /gm)]
    .map((match) => match[1]!)
    .sort(byVersion)
    .at(-1);
  if (name === undefined) throw new InputError(`${SUITE} has no source of the kernel`);
  const shown = await tool('apt-cache', ['show', '--no-all-versions', name], apt(doing, env));
  const version = /^Version: (\S+)/m.exec(shown)?.[1] ?? name;
  return cached(entry(version), async (to) => {
    const options = { ...apt(`downloading ${name}`, env), cwd: to };
    await tool('apt-get', ['download', '-qq', name], options);
    const file = readdirSync(to).find((entry) => entry.endsWith('.deb'))!;
    const unpacking = { from: 'dpkg', doing: `unpacking ${file}` };
    await tool('dpkg-deb', ['-x', join(to, file), to], unpacking);
    rmSync(join(to, file));
    await make(join(to, 'usr/src', `${name}.tar.xz`), to);
    rmSync(join(to, 'usr'), { recursive: true });
  });
}

/** A kernel that somebody built: its image, and the directory of its modules. */
export function ownKernel(image: string, modules: string): KernelFiles {
  for (const [option, path] of [
    ['--kernel', image],
    ['--modules', modules],
  ] as const) {
    if (!existsSync(path)) throw new InputError(`${option}: there is no '${path}'`);
  }
  // Documentation/arch/x86/boot.rst: every bzImage has this at this place
  if (readFileSync(image).toString('latin1', 0x202, 0x206) !== 'HdrS') {
    throw new InputError(`--kernel: '${image}' is no bzImage`);
  }
  const build = [join(modules, 'build'), modules].find((path) =>
    existsSync(join(path, 'include/generated/autoconf.h')),
  );
  if (build === undefined) {
    throw new InputError(
      `--modules: '${modules}' has no 'build' that leads to the tree that the kernel was built in`,
    );
  }
  const source = [join(modules, 'source'), build].find((path) =>
    existsSync(join(path, 'include/linux/kernel.h')),
  );
  if (source === undefined) throw new InputError(`'${build}' has no kernel headers`);
  const release = readFileSync(join(build, 'include/config/kernel.release'), 'utf8').trim();
  return { release, image, modules, headers: { build, source } };
}
