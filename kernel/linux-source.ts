import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InputError } from 'xstate-check';
import { downloadSource } from './archive.ts';
import { newestEntry } from './cache.ts';
import { tool } from './tool.ts';

/** What is kept of the tree: the functions that machines stand for, and the headers around them. */
const KEPT = [
  ...['drivers/vfio', 'drivers/dma-buf', 'drivers/iommu/iommufd', 'drivers/pci'],
  ...['drivers/infiniband/core', 'drivers/infiniband/hw/irdma', 'drivers/gpu/drm/virtio'],
  ...['include/linux', 'include/uapi/linux', 'fs', 'mm'],
];

/**
 * The newest packaged source of Linux that has machines here, as a tree: downloaded and verified by
 * apt, unpacked once. Where the archive cannot be reached, the newest one that was unpacked before.
 */
export async function linuxSource(): Promise<string> {
  try {
    return await downloadSource(
      (version) => `linux-source/${version}`,
      async (archive, to) => {
        const tree = join(to, 'linux');
        mkdirSync(tree);
        const folder = basename(archive, '.tar.xz');
        const kept = KEPT.map((path) => `${folder}/${path}`);
        await tool('tar', ['-xf', archive, '-C', tree, '--strip-components=1', ...kept], {
          from: 'tar',
          doing: 'unpacking the source of Linux',
        });
      },
    ).then((place) => join(place, 'linux'));
  } catch (error) {
    const before = newestEntry('linux-source');
    if (before === undefined || !(error instanceof InputError)) throw error;
    return join(before, 'linux');
  }
}

if (process.argv[1]?.endsWith('linux-source.js')) {
  try {
    process.stdout.write(`${await linuxSource()}\n`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`linux-source: ${error.message}\n`);
    process.exitCode = 2;
  }
}
