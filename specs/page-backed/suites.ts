import { type Product, type Scope, type SuiteSource, suiteOf } from 'xstate-check';
import type { TargetScope } from '../../targets/target-scope.ts';
import { pageBackedFamily, pageOwnersFamily } from './page-backed.system.ts';

function fromOutside(product: Product, vector: number): boolean {
  return product.vectors[vector]!.initiator < 0;
}

interface Asked {
  /** Every way through the parts, and not every step alone. */
  readonly whole?: boolean;
  readonly revision?: 'pages-sound' | 'pages-vfio-fd';
}

/** A design of page-backed buffers, at the smallest scope in which these parts have all to do. */
function pages(
  name: string,
  family: typeof pageBackedFamily,
  scope: Scope,
  parts: readonly string[],
  { whole = false, revision = 'pages-sound' }: Asked = {},
): SuiteSource<TargetScope> {
  const { exporters = 0, offset = 0, without_pages = 0, special = 0 } = scope;
  const vfio_fd = revision === 'pages-vfio-fd' ? 1 : 0;
  const suite = {
    name,
    parts,
    whole,
    targetScope: {
      devices: 1,
      buffers: exporters === 2 ? [0, 0] : [0],
      attachments: [],
      design: 'page-backed' as const,
      objects: { exported: exporters === 0 ? 1 : 0, offset, without_pages, vfio_fd, special },
      grain: 'procedure' as const,
    },
    performed: fromOutside,
  };
  return suiteOf(suite, () => family.build({ scope, revision }));
}

/** Every call of the sound design, the buffers that share a page, and both files of the one that keeps all. */
export const pageBackedSuites: readonly SuiteSource<TargetScope>[] = [
  pages('pages-pinned', pageBackedFamily, { pins: 1, resets: 1, closers: 1 }, [
    ...['mapping', 'o_direct', 'reset', 'release[0]'],
  ]),
  pages('pages-touched', pageBackedFamily, { touches: 1, resets: 1 }, ['touch', 'reset']),
  pages('pages-revoked', pageBackedFamily, { touches: 1, revokes: 1, importers: 1 }, [
    ...['revoke', 'importer'],
  ]),
  pages('pages-shared', pageOwnersFamily, { exporters: 2, closers: 1 }, [
    ...['export[0]', 'release[1]'],
  ]),
  pages('pages-offset', pageBackedFamily, { touches: 1, offset: 1 }, ['mapping', 'touch']),
  pages(
    'pages-allocate',
    pageOwnersFamily,
    { exporters: 1, closers: 1, allocators: 1 },
    ['allocate'],
    { whole: true },
  ),
  pages('pages-absent', pageBackedFamily, { touches: 1, without_pages: 1 }, ['mapping', 'touch']),
  pages(
    'pages-vfio-fd-pinned',
    pageBackedFamily,
    { pins: 1, resets: 1 },
    ['mapping', 'o_direct', 'reset'],
    { revision: 'pages-vfio-fd' },
  ),
  pages(
    'pages-vfio-fd-special-touched',
    pageBackedFamily,
    { touches: 1, resets: 1, special: 1 },
    ['mapping', 'touch'],
    { revision: 'pages-vfio-fd' },
  ),
  pages(
    'pages-vfio-fd-special-pinned',
    pageBackedFamily,
    { pins: 1, special: 1 },
    ['mapping', 'o_direct'],
    { revision: 'pages-vfio-fd' },
  ),
];
