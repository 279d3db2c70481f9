import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../src/errors.ts';
import type { KernelFiles } from './archive.ts';
import { fingerprint } from './fingerprint.ts';
import { tool } from './tool.ts';

/** A module of the kernel, as it is compiled. */
export interface ModuleSource {
  /** As modinfo calls it: `dmabuf_lab`. */
  readonly name: string;
  readonly files: readonly string[];
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

export function cFilesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => join(directory, name));
}

/**
 * What a compiler is given, down to the last header: whoever keeps what it makes of it keeps it by
 * this, because a header of the kernel can change with no change of a file of ours.
 */
export async function compilerInput(
  files: readonly { readonly file: string; readonly flags: readonly string[] }[],
): Promise<string> {
  const doing = { from: 'gcc', doing: 'reading the sources' };
  const parts = [await tool('gcc', ['--version'], doing)];
  for (const { file, flags } of files) {
    parts.push(flags.join(' '), await tool('gcc', [...flags, '-E', '-P', file], doing));
  }
  return fingerprint(...parts);
}

/** What a module is compiled from. */
export async function moduleInput(
  { name, files }: ModuleSource,
  { headers }: KernelFiles,
): Promise<string> {
  const script = layoutOf(headers.build);
  const input = await compilerInput(
    files.map((file) => ({ file, flags: moduleFlags(headers, name, file) })),
  );
  return fingerprint(input, script === undefined ? '' : readFileSync(script));
}

/**
 * The module is compiled as the kernel's own build would, without running any of its tools: those
 * of a newer Debian do not run on an older one. What modpost writes is one of its files.
 */
export async function compileModule(
  { name, files }: ModuleSource,
  { headers }: KernelFiles,
  to: string,
): Promise<void> {
  const doing = { from: 'gcc', doing: `building the module ${name}` };
  const objects: string[] = [];
  for (const file of files) {
    const object = join(to, `${baseOf(file)}.o`);
    await tool('gcc', [...moduleFlags(headers, name, file), '-c', file, '-o', object], doing);
    objects.push(object);
  }
  const script = layoutOf(headers.build);
  const layout = script === undefined ? [] : ['-T', script];
  const link = ['-r', '-m', 'elf_x86_64', '--build-id=sha1', ...layout];
  const module = join(to, `${name}.ko`);
  await tool('ld', [...link, '-o', module, ...objects], { ...doing, from: 'binutils' });
}

function baseOf(file: string): string {
  return basename(file, '.c');
}

function layoutOf(build: string): string | undefined {
  return ['scripts/module.lds', 'arch/x86/module.lds', 'arch/x86/kernel/module.lds']
    .map((path) => join(build, path))
    .find((path) => existsSync(path));
}

function moduleFlags(
  { build, source }: KernelFiles['headers'],
  name: string,
  file: string,
): string[] {
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
  const symbol = name.replaceAll('-', '_');
  return [
    '-nostdinc',
    ...include.map((directory) => `-I${directory}`),
    ...before.flatMap((header) => ['-include', `${source}/include/linux/${header}`]),
    ...LANGUAGE,
    ...MACHINE,
    ...(isConfigured(build, 'MITIGATION_RETPOLINE') ? RETPOLINE : []),
    '-DMODULE',
    `-DKBUILD_BASENAME="${baseOf(file)}"`,
    `-DKBUILD_MODNAME="${symbol}"`,
    `-DKBUILD_MODFILE="${symbol}"`,
    `-D__KBUILD_MODNAME=kmod_${symbol}`,
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
