import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../src/errors.ts';
import type { KernelFiles } from './archive.ts';
import { cached } from './cache.ts';
import { initramfs } from './initramfs.ts';
import { tool } from './tool.ts';

/** The modules that the guest loads, what others need first; those that are built in are absent. */
const MODULES = [
  'virtio',
  'virtio_ring',
  'virtio_pci_modern_dev',
  'virtio_pci_legacy_dev',
  'virtio_pci',
  'virtio_console',
  'irqbypass',
  'iommufd',
  'vfio',
  'vfio_iommu_type1',
  'vfio-pci-core',
  'vfio-pci',
];

const UNPACK: Readonly<Record<string, string>> = { '.xz': 'xz', '.zst': 'zstd', '.gz': 'gzip' };

/** The initial file system of the guest for a kernel: agent, modules, laboratory. */
export async function guestImage(kernel: KernelFiles): Promise<string> {
  const name = `image/${kernel.release}-${fingerprint(kernel)}`;
  const directory = await cached(name, async (to) => {
    await buildAgent(join(to, 'agent'));
    await buildModule(kernel, to);
    const modules = await kernelModules(kernel, to);
    const files = [...modules, 'dmabuf_lab.ko'];
    const file = (from: string, path: string, mode: number) => ({
      path,
      mode,
      data: readFileSync(join(to, from)),
    });
    const image = initramfs([
      { path: 'modules' },
      { path: 'modules/order', mode: 0o644, data: Buffer.from(`${files.join('\n')}\n`) },
      ...files.map((module) => file(module, `modules/${module}`, 0o644)),
      file('agent', 'init', 0o755),
    ]);
    writeFileSync(join(to, 'initramfs'), image);
  });
  return join(directory, 'initramfs');
}

/** The C sources: beside this file, or beside what it was compiled to. */
export function sources(folder: string): string {
  const places = [`./${folder}`, `../../kernel/${folder}`];
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((place) => existsSync(place));
  if (found === undefined) throw new InputError(`the sources of the ${folder} are missing`);
  return found;
}

function filesIn(folder: string, ending: string): string[] {
  const directory = sources(folder);
  return readdirSync(directory)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(directory, name));
}

/** Changes with the kernel and with every source. */
function fingerprint(kernel: KernelFiles): string {
  const hash = createHash('sha256').update(readFileSync(kernel.image));
  for (const folder of ['agent', 'module']) {
    for (const file of [...filesIn(folder, '.c'), ...filesIn(folder, '.h')]) {
      hash.update(readFileSync(file));
    }
  }
  return hash.digest('hex').slice(0, 12);
}

async function buildAgent(to: string): Promise<void> {
  const args = ['-O2', '-Wall', '-static', '-o', to, ...filesIn('agent', '.c'), '-lpthread'];
  await tool('gcc', args, { from: 'gcc', doing: 'building the agent' });
}

/**
 * The module is compiled as the kernel's own build would, without running any of its tools: those
 * of a newer Debian do not run on an older one. What modpost writes is in `module.mod.c`.
 */
async function buildModule({ headers }: KernelFiles, to: string): Promise<void> {
  const doing = { from: 'gcc', doing: 'building the module' };
  const objects: string[] = [];
  for (const file of filesIn('module', '.c')) {
    const base = file.replace(/^.*\//, '').replace(/\.c$/, '');
    const object = join(to, `${base}.o`);
    await tool('gcc', [...moduleFlags(headers, base), '-c', file, '-o', object], doing);
    objects.push(object);
  }
  const script = ['scripts/module.lds', 'arch/x86/module.lds', 'arch/x86/kernel/module.lds']
    .map((path) => join(headers.build, path))
    .find((path) => existsSync(path));
  const layout = script === undefined ? [] : ['-T', script];
  const link = ['-r', '-m', 'elf_x86_64', '--build-id=sha1', ...layout];
  const module = join(to, 'dmabuf_lab.ko');
  await tool('ld', [...link, '-o', module, ...objects], { ...doing, from: 'binutils' });
}

function moduleFlags({ build, source }: KernelFiles['headers'], base: string): string[] {
  const include = [
    `${source}/arch/x86/include`,
    `${build}/arch/x86/include/generated`,
    `${source}/include`,
    `${build}/include`,
    `${source}/arch/x86/include/uapi`,
    `${build}/arch/x86/include/generated/uapi`,
    `${source}/include/uapi`,
    `${build}/include/generated/uapi`,
  ];
  const before = ['compiler-version.h', 'kconfig.h', 'compiler_types.h'];
  return [
    '-nostdinc',
    ...include.map((directory) => `-I${directory}`),
    ...before.flatMap((header) => ['-include', `${source}/include/linux/${header}`]),
    ...LANGUAGE,
    ...MACHINE,
    ...(isConfigured(build, 'MITIGATION_RETPOLINE') ? RETPOLINE : []),
    '-DMODULE',
    `-DKBUILD_BASENAME="${base}"`,
    '-DKBUILD_MODNAME="dmabuf_lab"',
    '-DKBUILD_MODFILE="dmabuf_lab"',
    '-D__KBUILD_MODNAME=kmod_dmabuf_lab',
  ];
}

const LANGUAGE = [
  ...['-O2', '-Wall', '-Wno-unused', '-Wno-address-of-packed-member', '-std=gnu11'],
  ...['-D__KERNEL__', '-DCC_USING_FENTRY', '-fms-extensions', '-fshort-wchar', '-funsigned-char'],
  ...['-fno-common', '-fno-PIE', '-fno-strict-aliasing', '-fno-strict-overflow'],
  ...['-fno-delete-null-pointer-checks', '-fno-stack-protector', '-fno-jump-tables'],
];

const MACHINE = [
  ...['-m64', '-mno-sse', '-mno-mmx', '-mno-sse2', '-mno-3dnow', '-mno-avx', '-mno-80387'],
  ...['-mcmodel=kernel', '-mno-red-zone', '-mpreferred-stack-boundary=3'],
  ...['-fno-asynchronous-unwind-tables', '-fcf-protection=branch'],
];

/** Only such a kernel has the thunks. */
const RETPOLINE = ['-mindirect-branch=thunk-extern', '-mindirect-branch-register'];

function isConfigured(build: string, option: string): boolean {
  const config = readFileSync(join(build, 'include/generated/autoconf.h'), 'utf8');
  return config.includes(`#define CONFIG_${option} 1\n`);
}

/** Unpacks the modules that the guest loads; returns their names in that order. */
export async function kernelModules(kernel: KernelFiles, to: string): Promise<string[]> {
  const all = readdirSync(kernel.modules, { recursive: true, encoding: 'utf8' });
  const found: string[] = [];
  for (const name of MODULES) {
    const pattern = new RegExp(`(^|/)${name.replace(/[-_]/g, '[-_]')}\\.ko(\\.xz|\\.zst|\\.gz)?$`);
    const path = all.find((entry) => pattern.test(entry));
    if (path === undefined) continue;
    await unpack(join(kernel.modules, path), join(to, `${name}.ko`));
    found.push(`${name}.ko`);
  }
  return found;
}

async function unpack(from: string, to: string): Promise<void> {
  const program = UNPACK[/\.(xz|zst|gz)$/.exec(from)?.[0] ?? ''];
  if (program === undefined) {
    writeFileSync(to, readFileSync(from));
    return;
  }
  const owner = program === 'xz' ? 'xz-utils' : program;
  await tool('sh', ['-c', `${program} -dc "$1" > "$2"`, 'sh', from, to], {
    from: owner,
    doing: `unpacking ${from}`,
  });
}
