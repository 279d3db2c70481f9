import { type Product, type Scope, type SuiteSource, suiteOf } from 'xstate-check';
import type { TargetScope } from '../../targets/target-scope.ts';
import { pageBackedFamily, pageOwnersFamily } from './page-backed.system.ts';

function fromOutside(product: Product, vector: number): boolean {
  return product.vectors[vector]!.initiator < 0;
}

/** The sound design of page-backed buffers, at the smallest scope in which these parts have all to do. */
function pages(
  name: string,
  family: typeof pageBackedFamily,
  scope: Scope,
  parts: readonly string[],
  whole = false,
): SuiteSource<TargetScope> {
  const { exporters = 0, offset = 0, without_pages = 0 } = scope;
  const suite = {
    name,
    parts,
    whole,
    targetScope: {
      devices: 1,
      buffers: exporters === 2 ? [0, 0] : [0],
      attachments: [],
      design: 'page-backed' as const,
      objects: { exported: exporters === 0 ? 1 : 0, offset, without_pages },
      grain: 'procedure' as const,
    },
    performed: fromOutside,
  };
  return suiteOf(suite, () => family.build({ scope, revision: 'pages-sound' }));
}

/** Every call of the design, and the buffers that share a page. */
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
    true,
  ),
  pages('pages-absent', pageBackedFamily, { touches: 1, without_pages: 1 }, ['mapping', 'touch']),
];
