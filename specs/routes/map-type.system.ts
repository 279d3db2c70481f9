import type { Revision, System, SystemFamily } from 'xstate-check';
import { atMostOne } from '../shared/contract.ts';
import { routeCalls } from './calls.ts';
import { partsOf } from './parts.ts';
import { routeRules } from './rules.ts';
import { SIBLINGS, SWITCH } from './scopes.ts';
import { shapeOf, treeOf } from './tree.ts';

/** Its one column: drivers/pci/p2pdma.c of 7.2.13 and 7.3.4 differ in four entries of the list. */
const P2PDMA = 'p2pdma-7.3';

export const mapTypeRevisions: readonly Revision[] = [
  {
    name: P2PDMA,
    title: 'P2PDMA of 7.3',
    kind: 'series',
    source: 'pci_p2pdma_map_type, calc_map_type_and_dist, drivers/pci/p2pdma.c, v7.3',
    words: ['p2pdma'],
  },
];

/** Which way from an importer to a BAR the kernel finds, keeps, and maps by. */
export const mapTypeFamily: SystemFamily = {
  name: 'map-type',
  title: 'the way to a BAR: found by the tree, kept, and mapped by, while bits and drivers change',
  defaultScope: SIBLINGS,
  confidence: SWITCH,
  revisions: [P2PDMA],
  build({ scope, revision }): System {
    for (const name of ['zen', 'late', 'non_pci']) atMostOne(scope, name);
    const tree = treeOf(scope);
    const others = { late: scope.late === 1, isPci: scope.non_pci !== 1 };
    const parts = partsOf(tree, others);
    const { monitors, properties } = routeRules(tree, shapeOf(scope), parts, others);
    return {
      name: 'map-type',
      revision,
      scope,
      parts: [...parts, ...monitors],
      calls: routeCalls,
      environment: ['user', 'root'],
      properties,
    };
  },
};
