import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from 'xstate-check';
import type { KernelFiles } from './archive.ts';
import { cached } from './cache.ts';
import { fingerprint } from './fingerprint.ts';
import { tool } from './tool.ts';

/** A module of the kernel, as it is compiled. */
export interface ModuleSource {
  /** As its file is called: `vfio-pci-core`. */
  readonly name: string;
  readonly files: readonly string[];
  /** The modules that it needs. */
  readonly depends: readonly string[];
  /** Where its headers are, if not beside each file. */
  readonly headers?: string;
  /** Whether ftrace sees its functions, as those of the kernel's own modules. */
  readonly traced?: boolean;
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

/**
 * The module is compiled as the kernel's own build would, without running any of its tools: those
 * of a newer Debian do not run on an older one. What modpost does is done here. Every object is kept
 * by what it is compiled from, down to the last header of the kernel.
 */
export async function compileModule(
  source: ModuleSource,
  { headers }: KernelFiles,
): Promise<string> {
  const { name, files, depends } = source;
  const flagsOf = (file: string) => moduleFlags(headers, source, file);
  const objects: string[] = [];
  for (const file of files) objects.push(await objectOf(file, flagsOf(file)));
  const exported = await exportsOf(objects);
  const table = await writtenTable(exported);
  const modpost = [`-DEXPORTS="${table}"`, `-DDEPENDS="${depends.join(',')}"`];
  objects.push(await objectOf(MODPOST(), [...flagsOf(MODPOST()), ...modpost]));
  const script = layoutOf(headers.build);
  const layout = script === undefined ? '' : readFileSync(script);
  const mark = fingerprint(name, layout, ...objects);
  const place = await cached(`module/${name}-${mark}`, async (to) => {
    const link = ['-r', '-m', 'elf_x86_64', '--build-id=sha1'];
    const args = [...link, ...(script === undefined ? [] : ['-T', script])];
    const doing = { from: 'binutils', doing: `building the module ${name}` };
    await tool('ld', [...args, '-o', join(to, `${name}.ko`), ...objects], doing);
  });
  return join(place, `${name}.ko`);
}

async function objectOf(file: string, flags: readonly string[]): Promise<string> {
  const mark = await compilerInput([{ file, flags }]);
  const place = await cached(`object/${baseOf(file)}-${mark}`, async (to) => {
    const doing = { from: 'gcc', doing: `compiling ${basename(file)}` };
    await tool('gcc', [...flags, '-c', file, '-o', join(to, 'object.o')], doing);
  });
  return join(place, 'object.o');
}

async function writtenTable(exported: string): Promise<string> {
  const place = await cached(`exports/${fingerprint(exported)}`, async (to) => {
    writeFileSync(join(to, 'exports.h'), exported);
  });
  return join(place, 'exports.h');
}

/** EXPORT_SYMBOL() leaves a local symbol, of which modpost makes an entry of the symbol table. */
async function exportsOf(objects: readonly string[]): Promise<string> {
  const doing = { from: 'binutils', doing: 'reading what the module exports' };
  const symbols = await tool('nm', [...objects], doing);
  const names = [...symbols.matchAll(/ __export_symbol_(\w+)$/gm)].map((match) => match[1]!);
  return names.map((name) => `EXPORTED(${name})\n`).join('');
}

/** What modpost would write of a module. */
const MODPOST = () => join(sources('modpost'), 'module.mod.c');

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
  { name, headers, traced = false }: ModuleSource,
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
    ...(headers === undefined ? [] : [`-I${headers}`]),
    ...include.map((directory) => `-I${directory}`),
    ...before.flatMap((header) => ['-include', `${source}/include/linux/${header}`]),
    ...LANGUAGE,
    ...MACHINE,
    ...(isConfigured(build, 'MITIGATION_RETPOLINE') ? RETPOLINE : []),
    ...(traced && isConfigured(build, 'FUNCTION_TRACER') ? FTRACE : []),
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

const FTRACE = ['-pg', '-mrecord-mcount', '-mfentry'];

function isConfigured(build: string, option: string): boolean {
  const config = readFileSync(join(build, 'include/generated/autoconf.h'), 'utf8');
  return config.includes(`#define CONFIG_${option} 1\n`);
}
