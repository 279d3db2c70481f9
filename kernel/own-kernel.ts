import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from 'xstate-check';
import type { KernelFiles } from './archive.ts';

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
