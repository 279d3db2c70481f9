import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { downloadSource, type KernelFiles } from '../archive.ts';
import { cached } from '../cache.ts';
import { compileModule } from '../compile.ts';
import { fingerprint } from '../fingerprint.ts';
import { moduleFiles } from '../kernel-modules.ts';
import { tool } from '../tool.ts';
import { editFunction } from './edit.ts';
import type { Mutant } from './mutants.ts';

/** What vfio-pci-core.ko is made of, as its Makefile says, without s390. */
const FILES = ['core', 'intrs', 'rdwr', 'config', 'dmabuf'];

/** The directory of vfio-pci in the packaged source of the kernel. */
export async function vfioSource(): Promise<string> {
  const place = await downloadSource(
    (version) => `vfio/${version}`,
    async (archive, to) => {
      const top = basename(archive).replace(/\.tar\..*$/, '');
      const unpacking = { from: 'tar', doing: 'unpacking the source of vfio-pci' };
      const path = `${top}/drivers/vfio/pci`;
      await tool('tar', ['-xf', archive, '-C', to, '--strip-components=3', path], unpacking);
    },
  );
  return join(place, 'pci');
}

/**
 * A kernel with one defect in vfio-pci-core.ko, or none: the modules of the kernel, with that one
 * compiled from the source against its headers.
 */
export async function mutated(
  kernel: KernelFiles,
  source: string,
  mutant: Mutant | undefined,
): Promise<KernelFiles> {
  const changed = mutant && (await mutatedFile(source, mutant));
  const core = await compileModule(
    {
      name: 'vfio-pci-core',
      files: FILES.map((name) =>
        name === mutant?.file ? changed! : join(source, `vfio_pci_${name}.c`),
      ),
      depends: ['vfio', 'irqbypass'],
      headers: source,
      traced: true,
    },
    kernel,
  );
  const others = moduleFiles(kernel).filter(({ name }) => name !== 'vfio-pci-core');
  const mark = fingerprint(core, ...others.map(({ path }) => readFileSync(path)));
  const modules = await cached(`mutants/${kernel.release}-${mark}`, async (to) => {
    for (const { path } of others) cpSync(path, join(to, basename(path)));
    cpSync(core, join(to, 'vfio-pci-core.ko'));
  });
  return { ...kernel, modules };
}

async function mutatedFile(source: string, mutant: Mutant): Promise<string> {
  const name = `vfio_pci_${mutant.file}.c`;
  const text = readFileSync(join(source, name), 'utf8');
  const changed = editFunction(text, mutant.function, mutant.edits);
  const place = await cached(`mutants/source-${fingerprint(name, changed)}`, async (to) => {
    writeFileSync(join(to, name), changed);
  });
  return join(place, name);
}
