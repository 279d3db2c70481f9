import {
  all,
  alphabetOf,
  is,
  monitor,
  not,
  type Part,
  type Property,
  plainLabel,
  said,
  where,
} from 'xstate-check';
import { balanceMonitors, heldMonitors, type Lock, orderMonitors } from 'xstate-check/kernel';
import { matchErrors } from '../../machines/mapping-types/match-errors.monitor.ts';
import {
  type Lists,
  MAPPING_TYPES,
  sgtFits,
  typeOf,
} from '../../machines/mapping-types/match-lists.resource.ts';
import { onePath } from '../../machines/mapping-types/one-path.monitor.ts';
import { oneType } from '../../machines/mapping-types/one-type.monitor.ts';
import { ownOperation } from '../../machines/mapping-types/own-operation.monitor.ts';
import { rawAddresses } from '../../machines/mapping-types/raw-addresses.monitor.ts';
import { oneAnswer, somethingMoves } from '../shared/every-system.ts';
import { RESV, RWSEM } from '../shared/parts.ts';
import { returnsOf } from '../shared/rules.ts';
import { isIdle } from '../shared/words.ts';
import { mappingCalls } from './calls.ts';
import { contractOfTypes } from './contract.ts';
import { EXPORTER, IMPORTER } from './parts.ts';
import { CHRISTIAN, JASON, rfc, VFIO } from './sources.ts';

const ATT = 'att[0]';
const BUF = 'buf[0]';
const LOCKS: readonly Lock[] = [
  { name: 'dev[0].memory_lock', kind: RWSEM },
  { name: `${BUF}.resv`, kind: RESV },
];

const isListed = said(
  is(ATT, 'on', 'called_back'),
  'the attachment is listed',
  'the attachment is not listed',
);
const isMatched = said(is(`${ATT}.map_type`, '#matched'), 'it has a type', 'it has no type');
const isMapped = said(
  is('imp.mapping', '#mapped'),
  'the importer has a mapping',
  'the importer has no mapping',
);
const noMatch = said(
  is('match_mapping', '#no_match'),
  'the search has found no match',
  'the search has not failed',
);
const lists = (words: string, test: (lists: Lists) => boolean) =>
  where('lists', words, (context) => test(context as unknown as Lists));

/** A pair of SGT entries that fit; a type of a driver says for itself whether it fits. */
const fits = (of: Lists, e: number, i: number) =>
  typeOf(of.exp[e]!) === 'SGT' && typeOf(of.imp[i]!) === 'SGT'
    ? sgtFits(of.exp[e]!, of.imp[i]!, of.far)
    : of.exp[e] === 'PAL' && of.imp[i] === 'PAL';
const anyFits = (of: Lists, before: number) =>
  of.exp.slice(0, before).some((_, e) => of.imp.some((_, i) => fits(of, e, i)));

/** M1 to M10, I1 to I7, and what is true of every system of procedures. */
export function mappingRules(
  parts: readonly Part[],
  lists: number,
  revokes: boolean,
): { monitors: Part[]; properties: Property[] } {
  const { errors, ...watched } = monitorsOf(parts);
  // The match of one pair has nothing to go on with.
  const searched = lists > 1 ? [errors] : [];
  const balance = balanceMonitors(parts, locksOf(revokes), returnsOf(mappingCalls));
  const order = orderMonitors(parts, locksOf(revokes));
  const held = heldMonitors(parts, LOCKS[1]!, needsResv);
  return {
    monitors: [...searched, ...Object.values(watched), ...balance, ...order, ...held],
    properties: [
      ...matchRules(),
      ...searched.map(matchErrorsRule),
      ...typeRules(watched),
      ...(revokes ? revokeRules() : []),
      ...lockRules(balance, order, held, revokes),
      ...callRules(parts, revokes),
    ],
  };
}

const locksOf = (revokes: boolean) => (revokes ? LOCKS : LOCKS.slice(1));

const needsResv = (label: string) =>
  /^att\[0\]\.(op\(|invalidate:begin)|^imp\.mapping\.(set|clear)$|^buf\[0\]\.kref\.get$/.test(
    label,
  );

type Watched = Readonly<Record<'errors' | 'type' | 'operation' | 'path' | 'addresses', Part>>;

function monitorsOf(parts: readonly Part[]): Watched {
  const labels = [...new Set(parts.flatMap((part) => alphabetOf(part).flatMap(part.rename)))];
  const of = (name: RegExp) => labels.filter((label) => name.test(plainLabel(label)));
  const matched = Object.fromEntries(
    MAPPING_TYPES.map((type) => [`matched(${type})`, of(named(`lists.finish_match:${type}`))]),
  );
  const called = Object.fromEntries(
    MAPPING_TYPES.map((type) => [
      `called(${type})`,
      [...of(named(`${ATT}.op(${type})`)), ...of(named(`${ATT}.attach_op(${type})`))],
    ]),
  );
  const freed = of(named(`${ATT}.kfree`));
  return {
    errors: monitor('match_errors', matchErrors, {
      skip: of(/^lists\.(sgt|iov)_match:-EOPNOTSUPP$/),
      abort: of(/^lists\.iov_match:-ENOMEM$/),
      next: of(/^lists\.next_(imp|exp):/),
      found: of(/^lists\.finish_match/),
      returned: of(/^att\[0\]\.match:-/),
    }),
    type: monitor('one_type', oneType(), {
      ...matched,
      listed: of(named(`${ATT}.list_add`)),
      freed,
    }),
    operation: monitor('own_operation', ownOperation(), { ...matched, ...called, freed }),
    path: monitor('one_path', onePath, {
      begun: of(/^imp\.import:begin$/),
      tried: of(/^att\[0\]\.((mapping|legacy)_attach:begin|op\(.*)$/),
      failed: of(
        /^att\[0\]\.(mapping_attach|match):-|^imp\.(map_alloc:-|notify:none)|^buf\[0\]\.revoked:true/,
      ).filter((label) => label.endsWith(`@${IMPORTER}`) && !label.includes('#')),
      returned: of(/^imp\.import:(-|ok)/),
    }),
    addresses: monitor('raw_addresses', rawAddresses, { called: of(named(`${ATT}.op(PAL)`)) }),
  };
}

const named = (label: string) => new RegExp(`^${label.replace(/[[\]().]/g, '\\$&')}$`);

const matchErrorsRule = ({ name }: Part): Property => ({
  id: 'match-errors',
  kind: 'monitor',
  title: '-EOPNOTSUPP of a match goes on with the next pair, any other error ends the search',
  parts: [name],
  rule: 'M8',
  source: rfc(1),
  consequence: 'what both sides could do is not done, or an error is hidden',
});

/** What matches: I5, I6, M2, M6, M8, and the errno. */
function matchRules(): Property[] {
  return [
    {
      id: 'exporter-order',
      kind: 'invariant',
      title:
        'the type that is matched is the first of the exporter that an entry of the importer fits',
      when: isMatched,
      then: lists(
        'no earlier entry of the exporter has an entry that fits',
        (of) => !anyFits(of, of.e),
      ),
      rule: 'I6',
      source: rfc(1),
      consequence: 'the exporter has to give what it would rather not',
    },
    {
      id: 'sgt-pair-matches',
      kind: 'invariant',
      title: 'where both sides have a scatterlist that fits, something matches',
      when: noMatch,
      then: lists('no pair of them fits', (of) => !anyFits(of, of.exp.length)),
      rule: 'I5',
      source: `${JASON}: the core always returns a match of scatterlists to who can take one`,
      consequence: 'an importer that worked with every exporter of scatterlists does not any more',
    },
    {
      id: 'p2p-only-for-p2p',
      kind: 'invariant',
      title: 'memory of a peer is mapped for a P2P importer that can reach it, and for nobody else',
      when: said(is(`${ATT}.map_type`, 'SGT'), 'its type is SGT', 'its type is not SGT'),
      then: lists('the pair that was found fits', (of) => {
        const [exp, imp] = [of.exp[of.e], of.imp[of.i]];
        return exp === undefined || imp === undefined || exp === 'PAL' || sgtFits(exp, imp, of.far);
      }),
      rule: 'M6',
      source: rfc(3),
      consequence: 'a BAR is mapped by the DMA API as if it were memory',
    },
    {
      id: 'errno-as-today',
      kind: 'invariant',
      title: 'an importer that nothing matches is told -EOPNOTSUPP, as today',
      when: said(
        is(IMPORTER, '#answers_EINVAL', '#answers_EOPNOTSUPP'),
        'the import answers that it cannot be',
        'the import does not answer yet',
      ),
      then: said(
        not(is(IMPORTER, '#answers_EINVAL')),
        'the answer is -EOPNOTSUPP',
        'the answer is -EINVAL',
      ),
      source: `vfio_pci_dma_buf_attach, ${VFIO}; derived`,
      consequence: 'user space that goes another way at -EOPNOTSUPP does not do so any more',
    },
  ];
}

/** The type of an attachment and who uses it: M1 to M3, M5, M7, I1, I2, I7. */
function typeRules({ type, operation, path, addresses }: Omit<Watched, 'errors'>): Property[] {
  return [
    {
      id: 'type-when-listed',
      kind: 'invariant',
      title: 'an attachment that is listed has a type',
      when: isListed,
      then: isMatched,
      rule: 'M7',
      source: rfc(3),
      consequence: 'what is called by attach->map_type is called by NULL',
    },
    {
      id: 'one-type',
      kind: 'monitor',
      title: 'an attachment gets its type once, before anybody can see it, and keeps it',
      parts: [type.name],
      rule: 'I1',
      source: `${rfc(0, 1)}; M5`,
      consequence: 'exporter and importer take one attachment for two things',
    },
    {
      id: 'own-operation',
      kind: 'monitor',
      title: 'the operation that is called is one of the type that the attachment has',
      parts: [operation.name],
      rule: 'I2',
      source: `${JASON}; M1; ${rfc(21)}`,
      consequence: 'container_of() finds another structure: type confusion',
    },
    {
      id: 'dynamic-for-new-types',
      kind: 'invariant',
      title: 'who has a type other than SGT is a dynamic importer',
      when: all(
        isListed,
        said(is('imp.importer_ops', 'static'), 'importer_ops is NULL', 'it has importer_ops'),
      ),
      then: said(is(`${ATT}.map_type`, 'SGT', 'none'), 'its type is SGT', 'its type is not SGT'),
      rule: 'M3',
      source: JASON,
      consequence: 'nobody can tell it to let go',
    },
    {
      id: 'one-path',
      kind: 'monitor',
      title: 'an import that has failed one way does not try another',
      parts: [path.name],
      rule: 'M2',
      source: JASON,
      consequence: 'each importer has three ways to its mapping, and each of them to be right',
    },
    {
      id: 'addresses-stay-in-core',
      kind: 'monitor',
      title: 'no importer gets physical addresses',
      parts: [addresses.name],
      rule: 'I7',
      source: CHRISTIAN,
      consequence: 'an importer reaches the memory beside the API that knows who may',
    },
  ];
}

/** A revoke against an importer: I3, I4, M10. */
function revokeRules(): Property[] {
  return [
    {
      id: 'mapped-is-counted',
      kind: 'invariant',
      title: 'who has a mapping has a reference that a revoke waits for',
      when: isMapped,
      then: said(is(`${BUF}.kref`, 'counting'), 'it is counted', 'it is not counted'),
      rule: 'I3',
      source: `vfio_pci_dma_buf_map, ${VFIO}`,
      consequence: 'a revoke does not wait for it',
    },
    {
      id: 'away-means-unmapped',
      kind: 'invariant',
      title: 'nobody has a mapping while the memory is away',
      when: said(is(EXPORTER, '#away'), 'the memory is away', 'the memory is there'),
      then: not(isMapped),
      rule: 'I4',
      source: `vfio_pci_dma_buf_move, ${VFIO}`,
      consequence: 'DMA reaches a device in reset, or one that belongs to somebody else',
    },
    {
      id: 'own-device',
      kind: 'monitor',
      title: 'a match looks at what the buffer has a reference to',
      parts: ['exp'],
      rule: 'M10',
      source: `the review of ${rfc(16)}`,
      consequence: 'NULL is dereferenced, or memory that is freed',
    },
    {
      id: 'stored-before-told',
      kind: 'monitor',
      title: 'an importer has stored its attachment before a revoke can call it',
      parts: ['imp.attach'],
      source: rfc(23),
      consequence: 'an oops with dma_resv and memory_lock held',
    },
    {
      id: 'no-read-after-unmap',
      kind: 'monitor',
      title: 'addresses are not read after they were unmapped, and unmapped once',
      parts: ['imp.mapping'],
      source: `${rfc(21)}: "After this point the importer may not touch any of the addresses"`,
      consequence: 'the importer programs addresses that are not its own any more',
    },
  ];
}

function lockRules(
  balance: readonly Part[],
  order: readonly Part[],
  held: readonly Part[],
  revokes: boolean,
): Property[] {
  const names = (monitors: readonly Part[]) => monitors.map(({ name }) => name);
  const ordered: Property = {
    id: 'lock-order',
    kind: 'monitor',
    title: 'memory_lock is taken outside of dma_resv',
    parts: names(order),
    source: `vfio_pci_dma_buf_move, ${VFIO}`,
    consequence: 'two calls wait for each other for ever',
  };
  return [
    {
      id: 'lock-balance',
      kind: 'monitor',
      title: 'every lock that a call takes is released before it returns',
      parts: names(balance),
      source: 'derived: as of every system of procedures',
    },
    ...(revokes ? [ordered] : []),
    {
      id: 'map-under-resv',
      kind: 'monitor',
      title: 'map, unmap and move_notify run with dma_resv held',
      parts: names(held),
      rule: 'M9',
      source: rfc(3),
      consequence: 'a revoke does not see a mapping that is being made',
    },
  ];
}

function callRules(parts: readonly Part[], revokes: boolean): Property[] {
  const own = new Set(['exp', 'imp.attach', 'imp.mapping']);
  return [
    {
      id: 'no-misuse',
      kind: 'monitor',
      title: 'no lock is released unheld, no refcount used at 0, no list corrupt',
      parts: parts
        .filter(({ kind, name }) => kind === 'resource' && !own.has(name))
        .map(({ name }) => name),
      source: 'refcount_t, DEBUG_RWSEMS and DEBUG_LIST of the kernel',
    },
    ...[IMPORTER, ...(revokes ? [EXPORTER] : [])].map(
      (thread): Property => ({
        id: `returns(${thread})`,
        kind: 'leads-to',
        title: `a call of the ${thread} that has begun returns`,
        when: not(isIdle(thread)),
        then: isIdle(thread),
        source: 'derived: wait_for_completion(), vfio_pci_dma_buf_move, v7.3, has no timeout',
        consequence: 'a task hangs in D state with memory_lock held',
      }),
    ),
    {
      id: 'rest',
      kind: 'rest',
      title: 'every call can return, and every lock become free',
      source: 'derived: as of every system of procedures',
      consequence: 'a task hangs in D state',
    },
    somethingMoves(),
    oneAnswer,
    ...(revokes
      ? [
          {
            id: 'refinement',
            kind: 'refinement',
            title: 'every run is a run of the contract',
            contract: contractOfTypes,
            source: 'derived: the contract of a typed attachment',
          } as const,
        ]
      : []),
  ];
}
