import { type Product, type Scope, type SuiteSource, suiteOf } from 'xstate-check';
import type { TargetScope } from '../../targets/target-scope.ts';
import { MATCHED, REVOKED } from './scopes.ts';
import { typedAttachmentFamily } from './typed-attachment.system.ts';

function fromOutside(product: Product, vector: number): boolean {
  return product.vectors[vector]!.initiator < 0;
}

/** The sound design of mapping types. */
function types(name: string, scope: Scope, parts: readonly string[]): SuiteSource<TargetScope> {
  const suite = {
    name,
    parts,
    whole: false,
    targetScope: {
      devices: 1,
      buffers: [0],
      attachments: [],
      design: 'mapping-types' as const,
      objects: { lists: scope.lists ?? 1 },
      grain: 'procedure' as const,
    },
    performed: fromOutside,
  };
  return suiteOf(suite, () => typedAttachmentFamily.build({ scope, revision: 'types-required' }));
}

/** What matches, and what a revoke finds of it. */
export const mappingSuites: readonly SuiteSource<TargetScope>[] = [
  types('types-matched', MATCHED, ['match_mapping', 'mapping_attach']),
  types('types-revoked', REVOKED, [
    ...['importer', 'exporter', 'move(dev[0])@exporter'],
    ...['invalidate@exporter', 'callback@exporter'],
  ]),
];
