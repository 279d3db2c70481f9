import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KernelFiles } from './archive.ts';
import { compilerInput } from './compile.ts';
import { makeImage } from './image.ts';
import { assertLoaded, describeTested } from './loaded.ts';

let directory: string;
const before = process.env.XDG_CACHE_HOME;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kernel-image-'));
  process.env.XDG_CACHE_HOME = join(directory, 'cache');
  writeFileSync(join(directory, 'init'), 'init');
});

afterEach(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
  rmSync(directory, { recursive: true });
});

function write(path: string, text: string): string {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Compiles a line of C to what has the form of a module. */
function module(tree: string, text: string, name = 'vfio-pci-core'): void {
  const file = write('module.c', text);
  const object = join(directory, 'module.o');
  const to = join(directory, tree, 'kernel/drivers/vfio/pci', `${name}.ko`);
  mkdirSync(dirname(to), { recursive: true });
  expect(spawnSync('gcc', ['-c', file, '-o', object]).status).toBe(0);
  expect(spawnSync('ld', ['-r', '--build-id=sha1', '-o', to, object]).status).toBe(0);
}

/** A kernel with the modules of one tree; the same image, and the same release, for all. */
function kernelOf(tree: string): KernelFiles {
  const place = join(directory, tree);
  const headers = { build: join(place, 'build'), source: join(place, 'build') };
  return { release: '7.3.4', image: join(directory, 'bzImage'), modules: place, headers };
}

const imageOf = (tree: string) => makeImage(kernelOf(tree), { init: join(directory, 'init') });

describe('two trees of modules and one cache', () => {
  test('each is tested with its own module', async () => {
    module('one', 'int first;');
    module('other', 'int second = 2;');
    const [one, other] = [await imageOf('one'), await imageOf('other')];
    expect(one.file).not.toBe(other.file);
    const idOf = (image: typeof one) => image.modules[0]!.buildId;
    expect(idOf(one)).toMatch(/^[0-9a-f]{40}$/);
    expect(idOf(one)).not.toBe(idOf(other));
    for (const [tree, image] of [['one', one] as const, ['other', other] as const]) {
      const file = join(directory, tree, 'kernel/drivers/vfio/pci/vfio-pci-core.ko');
      expect(readFileSync(image.file).includes(readFileSync(file))).toBe(true);
    }
  });

  test('a tree that is built anew in its place is another', async () => {
    module('one', 'int first;');
    const old = await imageOf('one');
    module('one', 'int second = 2;');
    expect((await imageOf('one')).modules[0]!.buildId).not.toBe(old.modules[0]!.buildId);
  });

  test('the same modules elsewhere are the same', async () => {
    module('one', 'int first;');
    module('other', 'int first;');
    expect((await imageOf('one')).file).toBe((await imageOf('other')).file);
  });

  test('another init, and another file, are another image', async () => {
    module('one', 'int first;');
    const init = join(directory, 'init');
    const made = [
      await makeImage(kernelOf('one'), { init }),
      await makeImage(kernelOf('one'), { init: write('init2', 'another') }),
      await makeImage(kernelOf('one'), { init, files: { devices: 'run a' } }),
      await makeImage(kernelOf('one'), { init, files: { devices: 'run b' } }),
    ];
    expect(new Set(made.map(({ file }) => file)).size).toBe(4);
  });

  test('a module that is there twice is nobody’s guess', async () => {
    module('one', 'int first;');
    module('one/updates', 'int second;');
    await expect(imageOf('one')).rejects.toThrow(
      /'.*one' has vfio-pci-core twice, kernel\/.*\.ko and updates\/.*\.ko: remove the one not/,
    );
  });
});

test('a header of the kernel that changes makes another module of ours', async () => {
  const { build } = kernelOf('tree').headers;
  write('tree/build/include/linux/vfio_pci_core.h', '');
  const file = write('lab.c', '#include <linux/vfio_pci_core.h>\nstruct vdev v;\n');
  const inputOf = async (struct: string) => {
    write('tree/build/include/linux/vfio_pci_core.h', struct);
    return compilerInput([{ file, flags: [`-I${build}/include`] }]);
  };
  const one = await inputOf('struct vdev { int memory_lock; };');
  expect(await inputOf('struct vdev { int memory_lock; };')).toBe(one);
  expect(await inputOf('struct vdev { long memory_lock; };')).not.toBe(one);
});

describe('what the guest says that it has loaded', () => {
  const given = [{ name: 'vfio_pci_core', buildId: 'aa', sha256: 'cc' }];

  test('must be what it was given', () => {
    assertLoaded(given, [{ name: 'vfio_pci_core', buildId: 'aa' }]);
    const loaded = (buildId: string | undefined) => () =>
      assertLoaded(given, [{ name: 'vfio_pci_core', buildId }]);
    expect(loaded('bb')).toThrow('the guest was given vfio_pci_core aa and has bb: the modules');
    expect(loaded(undefined)).toThrow('has one without a build id: ');
    expect(() => assertLoaded(given, [])).toThrow('has none: ');
  });

  test('is named, by its contents where it has no build id', () => {
    const bare = { name: 'vfio', buildId: undefined, sha256: 'dd' };
    const kernel = { name: 'kernel', buildId: 'ee' };
    expect(describeTested('7.3.4', [...given, bare], [kernel])).toEqual([
      'Linux 7.3.4',
      'kernel: build id ee',
      'vfio_pci_core: build id aa',
      'vfio: no build id, sha256 dd',
    ]);
    expect(describeTested('7.3.4', [], [])).toContain('vfio is built in');
  });
});
