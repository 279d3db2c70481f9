import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from 'xstate-check';
import type { KernelFiles } from './archive.ts';
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

/** A file of a module, as somebody built it. */
export interface ModuleFile {
  readonly name: string;
  readonly path: string;
}

/** A module that a guest is given to load. */
export interface GivenModule {
  /** As /sys/module calls it. */
  readonly name: string;
  /** What ld writes into it (`--build-id`), if it does. */
  readonly buildId: string | undefined;
  /** Of the unpacked file. */
  readonly sha256: string;
}

/**
 * The files of the modules that the guest loads, in that order.
 *
 * @param others - what it loads after those that each guest does
 * @throws InputError for two of one
 */
export function moduleFiles(
  { modules }: Pick<KernelFiles, 'modules'>,
  others: readonly string[] = [],
): ModuleFile[] {
  const all = readdirSync(modules, { recursive: true, encoding: 'utf8' }).sort();
  return [...MODULES, ...others].flatMap((name) => {
    const pattern = new RegExp(`(^|/)${name.replace(/[-_]/g, '[-_]')}\\.ko(\\.xz|\\.zst|\\.gz)?$`);
    const found = all.filter((entry) => pattern.test(entry));
    if (found.length > 1) {
      throw new InputError(
        `'${modules}' has ${name} twice, ${found[0]} and ${found[1]}: remove the one not meant`,
      );
    }
    return found.map((entry) => ({ name, path: join(modules, entry) }));
  });
}

/** Unpacks them; returns the names of the files, `vfio-pci-core.ko`, in order. */
export async function unpackModules(files: readonly ModuleFile[], to: string): Promise<string[]> {
  for (const { name, path } of files) await unpack(path, join(to, `${name}.ko`));
  return files.map(({ name }) => `${name}.ko`);
}

/** What tells an unpacked module from any other. */
export async function givenModule(directory: string, file: string): Promise<GivenModule> {
  const path = join(directory, file);
  const doing = { from: 'binutils', doing: `reading ${file}` };
  const notes = await tool('readelf', ['--notes', '--wide', path], doing);
  return {
    name: file.replace(/\.ko$/, '').replaceAll('-', '_'),
    buildId: /Build ID: ([0-9a-f]+)/.exec(notes)?.[1],
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
  };
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
