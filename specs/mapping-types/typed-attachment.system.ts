import { InputError, type System, type SystemFamily } from 'xstate-check';
import { atMostOne } from '../shared/contract.ts';
import { mappingCalls } from './calls.ts';
import { partsOf } from './parts.ts';
import { mappingRules } from './rules.ts';
import { MATCHED, REVOKED } from './scopes.ts';
import { designs } from './versions.ts';

/** An importer that matches types with an exporter, while the memory is taken away. */
export const typedAttachmentFamily: SystemFamily = {
  name: 'typed-attachment',
  title: 'an importer and an exporter agree on a mapping type, and the memory is taken away',
  defaultScope: REVOKED,
  confidence: MATCHED,
  revisions: Object.keys(designs),
  build({ scope, revision }): System {
    const { lists = 1 } = scope;
    atMostOne(scope, 'revokes');
    if (lists !== 1 && lists !== 2) {
      throw new InputError("--scope: a list has one entry or two; take 'lists=1' or 'lists=2'");
    }
    const revokes = scope.revokes !== 0;
    const parts = partsOf(designs[revision]!, lists, revokes);
    const { monitors, properties } = mappingRules(parts, lists, revokes);
    return {
      name: 'typed-attachment',
      revision,
      scope,
      parts: [...parts, ...monitors],
      calls: mappingCalls,
      environment: ['user'],
      properties,
    };
  },
};
