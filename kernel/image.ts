import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { KernelFiles } from './archive.ts';
import { cached } from './cache.ts';
import { cFilesIn, compileModule, compilerInput, sources } from './compile.ts';
import { fingerprint } from './fingerprint.ts';
import { initramfs } from './initramfs.ts';
import { type GivenModule, givenModule, moduleFiles, unpackModules } from './kernel-modules.ts';
import { tool } from './tool.ts';

/** What a guest is booted with, and what it has to say that it has loaded. */
export interface GuestImage {
  /** The initial file system. */
  readonly file: string;
  readonly modules: readonly GivenModule[];
}

/** What an image is made of besides the modules of the kernel. */
export interface ImageParts {
  /** The init of the guest. */
  readonly init: string;
  /** Modules of the kernel beside those that each guest loads. */
  readonly modules?: readonly string[];
  /** A module of our own, loaded last. */
  readonly module?: string;
  /** Other files, by their place in the guest. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** The image for the tests of a kernel: agent, modules, laboratory. */
export async function guestImage(kernel: KernelFiles): Promise<GuestImage> {
  const init = await program('agent', cFilesIn(sources('agent')));
  return makeImage(kernel, { init, module: await laboratoryModule(kernel) });
}

/** A static program of the guest. */
export async function program(name: string, files: readonly string[]): Promise<string> {
  const flags = ['-O2', '-Wall', '-static'];
  const mark = await compilerInput(files.map((file) => ({ file, flags })));
  const place = await cached(`program/${name}-${mark}`, async (to) => {
    const args = [...flags, '-o', join(to, name), ...files, '-lpthread'];
    await tool('gcc', args, { from: 'gcc', doing: `building the ${name}` });
  });
  return join(place, name);
}

function laboratoryModule(kernel: KernelFiles): Promise<string> {
  const files = cFilesIn(sources('module'));
  return compileModule({ name: 'dmabuf_lab', files, depends: [] }, kernel);
}

/** An image is kept by the contents of everything that is in it, so that it is never another's. */
export async function makeImage(kernel: KernelFiles, parts: ImageParts): Promise<GuestImage> {
  const given = moduleFiles(kernel, parts.modules);
  const { init, module, files = {} } = parts;
  const mark = fingerprint(
    ...given.flatMap(({ name, path }) => [name, readFileSync(path)]),
    ...[init, ...(module === undefined ? [] : [module])].map((path) => readFileSync(path)),
    ...Object.entries(files).flat(),
  );
  const place = await cached(`image/${kernel.release}-${mark}`, async (to) => {
    const order = await unpackModules(given, to);
    if (module !== undefined) {
      copyFileSync(module, join(to, basename(module)));
      order.push(basename(module));
    }
    writeFileSync(join(to, 'order'), order.map((name) => `${name}\n`).join(''));
    writeFileSync(join(to, 'initramfs'), archive(to, order, init, files));
  });
  const order = readFileSync(join(place, 'order'), 'utf8').split('\n').slice(0, -1);
  const modules = await Promise.all(order.map((name) => givenModule(place, name)));
  return { file: join(place, 'initramfs'), modules };
}

function archive(
  from: string,
  order: readonly string[],
  init: string,
  files: NonNullable<ImageParts['files']>,
): Buffer {
  const entry = (path: string, mode: number, data: string | Uint8Array) => ({
    path,
    mode,
    data: typeof data === 'string' ? Buffer.from(data) : data,
  });
  return initramfs([
    { path: 'modules' },
    entry('modules/order', 0o644, readFileSync(join(from, 'order'))),
    ...order.map((name) => entry(`modules/${name}`, 0o644, readFileSync(join(from, name)))),
    ...Object.entries(files).map(([path, data]) => entry(path, 0o755, data)),
    entry('init', 0o755, readFileSync(init)),
  ]);
}
