import { spdkPage } from './spdk-page.ts';
import { twoGpusPage } from './two-gpus-page.ts';
import { vmmPage } from './vmm-page.ts';

/** The pages of docs/ about flows, which the machines are read off for. */
export function flowPages(): ReadonlyMap<string, string> {
  return new Map([
    ['two-gpus.md', twoGpusPage()],
    ['spdk.md', spdkPage()],
    ['vmm-regions.md', vmmPage()],
  ]);
}
