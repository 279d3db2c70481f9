import { all, any, is, not, type Part, type Predicate, type Property, said } from 'xstate-check';
import { balanceMonitors } from 'xstate-check/kernel';
import { oneAnswer, somethingMoves } from '../shared/every-system.ts';
import { MUTEX } from '../shared/parts.ts';
import { returnsOf } from '../shared/rules.ts';
import { isIdle } from '../shared/words.ts';
import { routeCalls } from './calls.ts';
import { IMPORTER, type Others, OWNER } from './parts.ts';
import { areSiblings, isCarried, isSameFunction, pathOf, type Shape, type Tree } from './tree.ts';

const MAP_TYPE = 'pci_p2pdma_map_type, calc_map_type_and_dist, v7.3';
const COMMENT = 'the comment above calc_map_type_and_dist(), v7.3';

const never: Predicate = said(
  any(),
  'the two have a way below the host bridge',
  'the two have no way below the host bridge',
);

/** Whether nothing on the way between the two sends it up. */
function isDirect(tree: Tree): Predicate {
  const path = pathOf(tree);
  if (path === undefined) return never;
  return said(
    all(...path.map((n) => not(is(`node[${n}]`, 'redirects')))),
    'nothing on the way redirects',
    'a device on the way redirects',
  );
}

const byBus = said(
  is('att[0].mapping', 'by_bus'),
  'the importer has bus addresses',
  'the importer has no bus address',
);
const byHost = said(
  is('att[0].mapping', 'by_host_bridge'),
  'the importer has addresses for the host bridge',
  'the importer has no address for the host bridge',
);
const found = (...types: readonly string[]) =>
  said(
    is('dev[0].types', ...types),
    `${types.join(' or ')} is kept of this client`,
    `${types.join(' or ')} is not kept of this client`,
  );

const isKept = found('BUS_ADDR', 'THRU_HOST_BRIDGE', 'NOT_SUPPORTED');
const refused = said(
  is(IMPORTER, '#refused'),
  'the last map answered -EINVAL',
  'the last map did not answer -EINVAL',
);

/** What is true of every map type that is answered. */
export function routeRules(
  tree: Tree,
  shape: Shape,
  parts: readonly Part[],
  others: Others,
): { monitors: Part[]; properties: Property[] } {
  const locks = [{ name: 'buf[0].resv', kind: MUTEX }];
  const balance = balanceMonitors(parts, locks, returnsOf(routeCalls));
  return {
    monitors: balance,
    properties: [
      ...answerRules(tree, others),
      ...(others.isPci && !others.late ? sameDeviceRule(shape) : []),
      ...lifeRules(others.isPci && (isCarried(tree) || pathOf(tree) !== undefined)),
      ...callRules(balance),
    ],
  };
}

/**
 * What is answered, by what there is. Host bridges do not change while the machine runs; where redirect
 * bits do, what was answered before is asked for no more than that it is true still.
 */
function answerRules(tree: Tree, { late, isPci }: Others): Property[] {
  const direct = isDirect(tree);
  const carried = isCarried(tree);
  const carries = said(
    carried ? all() : any(),
    'the host bridges carry it',
    'the host bridges do not carry it',
  );
  const agrees = any(
    all(direct, found('BUS_ADDR')),
    all(not(direct), found(carried ? 'THRU_HOST_BRIDGE' : 'NOT_SUPPORTED')),
  );
  if (!isPci) return [{ ...RULES.offPci, when: refused, then: not(isKept) }];
  const bus = pathOf(tree) === undefined ? [] : [{ ...RULES.direct, when: byBus, then: direct }];
  const kept = { ...RULES.agrees, when: isKept, then: agrees };
  if (late) return [...bus, kept];
  return [
    ...bus,
    { ...RULES.detour, when: isKept, then: any(not(byHost), not(direct)) },
    { ...RULES.carried, when: isKept, then: any(not(byHost), carries) },
    { ...RULES.refused, when: isKept, then: any(not(refused), all(not(direct), not(carries))) },
    kept,
  ];
}

const RULES = {
  direct: {
    id: 'bus-means-direct',
    kind: 'invariant',
    title: 'an address on the bus is given where nothing on the way sends requests up',
    rule: 'R1',
    source: `${MAP_TYPE}; enum pci_p2pdma_map_type, include/linux/pci-p2pdma.h`,
    consequence:
      'a port sends the request to the host bridge, where the IOMMU has no such address: DMA faults, or reaches other memory',
  },
  detour: {
    id: 'direct-means-bus',
    kind: 'invariant',
    title: 'where nothing sends requests up, the address is one on the bus',
    rule: 'R2',
    source: MAP_TYPE,
    consequence: 'an IOVA goes to a switch, which routes it by its own windows',
  },
  carried: {
    id: 'host-bridge-means-listed',
    kind: 'invariant',
    title: 'a way through host bridges is given where they are known to carry it',
    rule: 'R3',
    source: `host_bridge_whitelist, cpu_supports_p2pdma, v7.3`,
    consequence: 'the root complex drops the request, or the machine checks',
  },
  refused: {
    id: 'refused-means-no-way',
    kind: 'invariant',
    title: 'a map answers -EINVAL only where there is no way',
    rule: 'R4',
    source: `derived: dma_buf_phys_vec_to_sgt, v7.3; ${MAP_TYPE}`,
    consequence: 'two devices that could work together do not',
  },
  offPci: {
    id: 'off-pci-is-refused',
    kind: 'invariant',
    title: 'a device that is none of PCI is refused, and nothing is kept of it',
    rule: 'R4',
    source: 'pci_p2pdma_map_type, v7.3: dev_is_pci(dev), whatever is above it',
    consequence: 'the number of another device is taken for its own',
  },
  agrees: {
    id: 'kept-is-true',
    kind: 'invariant',
    title: 'what is kept of a client is what would be found now',
    rule: 'R5',
    source: `derived: ${MAP_TYPE}: map_types is written once for a client`,
    consequence: 'every map goes on by a way that is not there, until the driver is bound anew',
  },
} as const;

/** What the comment says of functions of one device, whatever their ports redirect. */
function sameDeviceRule(shape: Shape): Property[] {
  if (!isSameFunction(shape) && !areSiblings(shape)) return [];
  return [
    {
      id: 'same-device-is-bus',
      kind: 'invariant',
      title: 'functions of one device get bus addresses of each other',
      when: isKept,
      then: found('BUS_ADDR'),
      rule: 'R6',
      source: COMMENT,
      consequence: 'they are refused where the host bridge is not listed',
    },
  ];
}

const OUTLIVES: Property = {
  id: 'provider-outlives-mapping',
  kind: 'invariant',
  title: 'who has a mapping has one by a provider that is there',
  when: any(byBus, byHost),
  then: said(
    is('dev[0].p2pdma', 'set'),
    'the providers of the device are there',
    'the providers of the device are gone',
  ),
  rule: 'R7',
  source:
    'pcim_p2pdma_provider, v7.3: "any DMA mappings created for any MMIO, are all cleaned up before the driver remove() completes"',
  consequence: 'an unmap uses a provider that was freed, and DMA reaches the next owner',
};

const lifeRules = (hasWay: boolean): Property[] => [
  ...(hasWay ? [OUTLIVES] : []),
  {
    id: 'no-misuse',
    kind: 'monitor',
    title: 'no map type is looked up in what was destroyed; nothing is mapped or unmapped twice',
    parts: ['dev[0].types', 'dev[0].p2pdma', 'att[0].mapping', 'buf[0].resv'],
    rule: 'R8',
    source: 'derived: pci_p2pdma_release, v7.3',
    consequence: 'a use after free',
  },
];

function callRules(balance: readonly Part[]): Property[] {
  return [
    {
      id: 'lock-balance',
      kind: 'monitor',
      title: 'dma_resv is released before a call returns',
      parts: balance.map(({ name }) => name),
      source: 'derived: dma_buf_map_attachment, v7.3',
    },
    ...[IMPORTER, OWNER].map(
      (thread): Property => ({
        id: `returns(${thread})`,
        kind: 'leads-to',
        title: `a call of the ${thread} returns`,
        when: not(isIdle(thread)),
        then: isIdle(thread),
        rule: 'L2',
        source: 'derived: L2',
        consequence: 'a task hangs',
      }),
    ),
    {
      id: 'rest',
      kind: 'rest',
      title: 'every call can return, and the lock become free',
      source: 'derived: as of every system of procedures',
      consequence: 'a task hangs',
    },
    somethingMoves(),
    oneAnswer,
  ];
}
