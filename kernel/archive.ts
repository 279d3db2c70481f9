import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InputError } from 'xstate-check';
import { Suite } from './apt.ts';
import { byVersion, cached, newestEntry } from './cache.ts';

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

/**
 * Where kernels newer than the stable release are: they follow the newest one within days, and their
 * index has a thirtieth of the size of sid's, which is asked where they have none.
 */
const BACKPORTS = 'stable-backports';
const NEWEST = 'sid';
/** For virtual machines: a third of the size. */
const FLAVOUR = 'cloud-amd64';
/** The first version that exports BARs as dma-bufs. */
const FIRST = '6.19';

/** A package, and where it is. */
interface Found {
  readonly suite: Suite;
  readonly name: string;
}

async function newestPackage(pattern: string, what: string): Promise<Found> {
  const backports = await backportsSuites();
  const found = (await newestIn(backports, pattern)) ?? (await newestIn(await newest(), pattern));
  if (found !== undefined) return found;
  throw new InputError(
    `there is no ${what} of Linux ${FIRST} or newer in ${BACKPORTS} or ${NEWEST} of this archive`,
  );
}

/** By both of its names: in a mirror one of them can lag behind the other. */
async function backportsSuites(): Promise<Suite[]> {
  const suite = await Suite.read(BACKPORTS);
  if (suite === undefined) return [];
  const named = await Suite.read(await suite.codename());
  return named === undefined ? [suite] : [suite, named];
}

async function newest(): Promise<Suite[]> {
  const suite = await Suite.read(NEWEST);
  return suite === undefined ? [] : [suite];
}

async function newestIn(suites: readonly Suite[], pattern: string): Promise<Found | undefined> {
  const found: Found[] = [];
  for (const suite of suites) {
    for (const name of await suite.packages(pattern)) found.push({ suite, name });
  }
  return found
    .filter(({ name }) => byVersion(versionIn(name), FIRST) >= 0)
    .sort((a, b) => byVersion(versionIn(a.name), versionIn(b.name)))
    .at(-1);
}

/** `linux-binary-7.3.4+deb13-cloud-amd64` is of 7.3.4+deb13-cloud-amd64. */
function versionIn(name: string): string {
  return /\d.*$/.exec(name)?.[0] ?? '';
}

/**
 * The newest stock Debian kernel, downloaded from the archive that this machine installs from,
 * verified by apt, and unpacked, not installed. Where the archive cannot be reached, the newest one
 * that was downloaded before.
 */
export async function newestStockKernel(): Promise<KernelFiles> {
  let found: Found;
  try {
    found = await newestPackage(`^linux-binary(-unsigned)?-[0-9].*-${FLAVOUR}$`, 'kernel');
  } catch (error) {
    const before = newestEntry('stock');
    if (before === undefined) throw withoutArchive(error);
    return stockFiles(before);
  }
  const { suite, name } = found;
  const release = versionIn(name);
  // a release is packaged again with other patches and keeps its name
  const entry = `stock/${release}_${await suite.version(name)}`;
  return stockFiles(await cached(entry, (to) => suite.unpack(stockPackages(name, release), to)));
}

/** What there is to do where the archive has no such kernel any more, or cannot be reached. */
function withoutArchive(error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  return new InputError(`${error.message}; give a kernel of your own: --kernel and --modules`);
}

function stockPackages(image: string, release: string): string[] {
  return [
    image,
    `linux-base-${release}`,
    `linux-modules-${release}`,
    `linux-headers-${release}`,
    `linux-headers-${commonOf(release)}`,
  ];
}

/** What the flavours of a version share. */
function commonOf(release: string): string {
  return release.replace(`-${FLAVOUR}`, '-common');
}

function stockFiles(place: string): KernelFiles {
  const release = basename(place).replace(/_.*$/, '');
  const modules = join(place, 'usr/lib/modules', release);
  const images = ['vmlinuz', 'vmlinuz.unsigned'].map((name) => join(modules, name));
  return {
    release,
    image: images.find((image) => existsSync(image)) ?? images[0]!,
    modules,
    headers: {
      build: join(place, `usr/src/linux-headers-${release}`),
      source: join(place, `usr/src/linux-headers-${commonOf(release)}`),
    },
  };
}

/**
 * The newest packaged source of the kernel, given to `make` as an archive where the entry of the
 * cache, named after the version, is not there yet.
 */
export async function downloadSource(
  entry: (version: string) => string,
  make: (archive: string, to: string) => Promise<void>,
): Promise<string> {
  const { suite, name } = await newestPackage('^linux-source-[0-9.]+$', 'packaged source');
  return cached(entry(await suite.version(name)), async (to) => {
    await suite.unpack([name], to);
    await make(join(to, 'usr/src', `${name}.tar.xz`), to);
    rmSync(join(to, 'usr'), { recursive: true });
  });
}
