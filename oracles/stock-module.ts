import { copyFileSync, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { STOCK } from '../specs/rv/symbols.ts';
import { output } from './tools.ts';

/** Where kernel/setup unpacks the packaged kernel. */
const PACKAGE = join(homedir(), '.cache/vfio-dmabuf-spec/kernel/stock', STOCK);
const MODULE = `usr/lib/modules/${STOCK}/kernel/drivers/vfio/pci/vfio-pci-core.ko.xz`;

/** The stock vfio-pci-core, as it was packaged; `undefined` where it is not here. */
export function stockModule(): string | undefined {
  const path = join(PACKAGE, MODULE);
  return existsSync(path) ? path : undefined;
}

/** What `nm` says of each function, in the words of specs/rv/symbols.ts. */
export async function presenceIn(
  directory: string,
  module: string,
  functions: readonly string[],
): Promise<Record<string, string>> {
  copyFileSync(module, join(directory, 'module.ko.xz'));
  await output(directory, 'xz', ['--decompress', 'module.ko.xz']);
  const listing = await output(directory, 'nm', ['module.ko']);
  const kinds = new Map<string, string>();
  for (const line of listing.split('\n')) {
    const [kind = '', name = ''] = line.trim().split(/\s+/).slice(-2);
    kinds.set(name, kind);
  }
  const presence = (name: string) => {
    if (kinds.get(name) === 'U') return 'called';
    if (kinds.has(name)) return 'symbol';
    return kinds.has(`${name}.constprop.0`) ? 'constprop' : 'inlined';
  };
  return Object.fromEntries(functions.map((name) => [name, presence(name)]));
}
