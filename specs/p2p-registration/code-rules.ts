import {
  all,
  alphabetOf,
  any,
  is,
  monitor,
  not,
  type Part,
  type Predicate,
  type Property,
  plainLabel,
  said,
  where,
} from 'xstate-check';
import { balanceMonitors, type Lock, orderMonitors } from 'xstate-check/kernel';
import { waitsUnlocked } from '../../machines/p2p-registration/waits-unlocked.monitor.ts';
import { range } from '../shared/contract.ts';
import { oneAnswer, somethingMoves } from '../shared/every-system.ts';
import { MUTEX, RWSEM } from '../shared/parts.ts';
import { returnsOf } from '../shared/rules.ts';
import { allAreIdle, isIdle } from '../shared/words.ts';
import { codeCalls } from './code-calls.ts';
import type { CodeScope, Taker } from './code-parts.ts';
import { RFC0 } from './sources.ts';

const DEV = 'dev[0]';
const VFIO_LOCKS: readonly Lock[] = [
  { name: 'dev_set.lock', kind: MUTEX },
  { name: `${DEV}.memory_lock`, kind: RWSEM },
];

const TAKERS: readonly Taker[] = ['reset', 'hot_reset', 'disable', 'close'];

/** Those of them that there are. */
function takersIn({ resets, hotResets, disables, closes }: CodeScope): readonly Taker[] {
  const count = { reset: resets, hot_reset: hotResets, disable: disables, close: closes };
  return TAKERS.filter((taker) => count[taker] > 0);
}

interface Rules {
  readonly monitors: Part[];
  readonly properties: Property[];
  readonly unused: Readonly<Record<string, string>>;
}

/**
 * The rules of registration as code, by their names, and those of the review that they are: `X10`.
 *
 * @param tearDown - who tears registrations down in this version
 */
export function codeRules(
  scope: CodeScope,
  parts: readonly Part[],
  tearDown: readonly Taker[],
): Rules {
  const removers = takersIn(scope).filter((taker) => tearDown.includes(taker));
  const locks: readonly Lock[] = [
    ...range(scope.mappers).map((i) => ({ name: `mm[${i}].mmap_lock`, kind: RWSEM })),
    ...VFIO_LOCKS,
  ];
  const balance = balanceMonitors(parts, locks, returnsOf(codeCalls));
  const order = orderMonitors(parts, locks);
  const unlocked = waitMonitors(scope, parts);
  const names = (monitors: readonly Part[]) => monitors.map(({ name }) => name);
  return {
    monitors: [...balance, ...order, ...unlocked],
    unused: unusedIn(scope),
    properties: [
      ...memoryRules(scope, removers),
      ...lifeRules(scope, removers),
      ...takeawayRules(scope),
      ...(scope.driver === 'vfio' ? registrationRules(scope, parts, removers) : []),
      ...waitRules(scope, names(unlocked)),
      ...lockRules(names(balance), names(order)),
      ...progress(scope),
    ],
  };
}

/** The memory that is used is there. */
function memoryRules(scope: CodeScope, removers: readonly Taker[]): Property[] {
  const { bars, pages, mappers, driver } = scope;
  const changes = scope.registrars + scope.probes + scope.unbinds + removers.length > 0;
  const of = (part: string) => range(bars).map((b) => `bar[${b}].${part}`);
  const pageParts = range(mappers > 0 ? pages : 0).flatMap((p) => of(`page[${p}]`));
  return [
    {
      id: 'pool-is-there',
      kind: 'monitor',
      title: 'the pool is made once, used while it is there, and destroyed when all of it is back',
      parts: [`${DEV}.pool`, `${DEV}.p2pdma`],
      rule: 'X10',
      source:
        'gen_pool_destroy, lib/genalloc.c, v7.3: BUG_ON(); pci_p2pdma_release, v7.3: the pointer, RCU, the pool',
      consequence: 'the kernel dies in gen_pool_destroy(), or uses freed memory',
    },
    {
      id: 'pages-made-once',
      kind: 'monitor',
      title: 'the pages of a BAR are made once, and taken away when the last is back',
      parts: of('pgmap'),
      rule: 'X7',
      source: 'pagemap_range, memunmap_pages, mm/memremap.c, v7.3',
      consequence: 'with panic_on_warn, an ioctl of a user panics the machine',
    },
    ...(pageParts.length > 0
      ? [
          {
            id: 'count-is-references',
            kind: 'monitor',
            title: 'the count of a page is written by nobody while somebody else has it',
            parts: pageParts,
            source: 'p2pmem_alloc_mmap, v7.3: "no one else should be using it"',
            consequence:
              'a page that is mapped goes to somebody else, or never comes back, and no removal ends',
          } as const,
        ]
      : []),
    ...(changes ? [actionHasItsMemory(of('p2p_pgmap'), driver)] : []),
  ];
}

function actionHasItsMemory(parts: readonly string[], driver: CodeScope['driver']): Property {
  return {
    id: 'action-has-its-memory',
    kind: 'monitor',
    title: 'p2p_pgmap is there as long as its devm action is',
    parts,
    rule: 'X14',
    source: 'pci_p2pdma_add_resource, v7.3',
    consequence:
      driver === 'vfio'
        ? 'the unbind of the device runs the action on freed memory'
        : 'the unbind of the driver runs the action on freed memory',
  };
}

/** How long the pool, its file and the pages live. */
function lifeRules({ bars, pages, mappers }: CodeScope, removers: readonly Taker[]): Property[] {
  if (mappers === 0) return [];
  const allocates = range(mappers).map((i) => not(is(`alloc_mmap@mapper[${i}]`, '#quiescent')));
  return [
    ...range(bars).flatMap((b) =>
      range(pages).map((p): Property => {
        const page = `bar[${b}].page[${p}]`;
        return {
          id: `pool-outlives-references(${page})`,
          kind: 'invariant',
          title: 'the pool lives until the last page is back',
          when: where(page, 'it is in use', ({ count }) => Number(count) > 0),
          then: said(is(`${DEV}.pool`, '#alive'), 'the pool is alive', 'the pool is gone'),
          rule: 'X10',
          source: 'p2pdma_folio_free, v7.3: "safe to dereference while a reference is held"',
          consequence: 'gen_pool_destroy() hits BUG_ON(), or p2pdma_folio_free() uses freed memory',
        };
      }),
    ),
    ...removers.flatMap((taker) =>
      range(bars).map(
        (b): Property => ({
          id: `no-alloc-after-remove(bar[${b}])@${taker}`,
          kind: 'invariant',
          title: 'when the pages of a BAR are taken away, no mmap() of p2pmem runs any more',
          when: not(is(`memunmap_pages(bar[${b}])@${taker}`, '#quiescent')),
          then: not(any(...allocates)),
          rule: 'X10',
          source: 'derived: the file goes first and drains, pci_p2pdma_unmap_mappings, v7.3',
          consequence: 'an allocation meets a pgmap that dies, or a pool that is NULL',
        }),
      ),
    ),
  ];
}

/** No page is in use while the device does not answer. */
function takeawayRules(scope: CodeScope): Property[] {
  const { driver, pinners, mappers } = scope;
  if (driver === 'kernel' || takersIn(scope).length === 0) return [];
  const gone = said(
    is(`${DEV}.memory`, '#gone'),
    'the device does not answer',
    'the device answers',
  );
  return [
    ...range(pinners).map(
      (i): Property => ({
        id: `reset-after-last-pin(io[${i}])`,
        kind: 'invariant',
        title: 'no O_DIRECT is in flight while the device is reset, off or closed',
        when: gone,
        then: not(is(`io[${i}]`, '#pins')),
        rule: 'X13',
        source: `derived: pages cannot be revoked, only waited for; ${RFC0}, section 3`,
        consequence: 'a DMA of the disk reaches a device that does not answer',
      }),
    ),
    ...range(mappers).map(
      (i): Property => ({
        id: `no-mapping-while-off(vma[${i}])`,
        kind: 'invariant',
        title: 'no p2pmem mapping has PTEs while the device is reset, off or closed',
        when: gone,
        then: not(is(`vma[${i}]`, 'present')),
        rule: 'X9',
        source: `derived: p2pmem mappings do not fault through VFIO; ${RFC0}, section 3`,
        consequence: 'an access of the CPU is a bus error, outside the fault handler of VFIO',
      }),
    ),
  ];
}

/** What vfio-pci says of a BAR is so. */
function registrationRules(
  scope: CodeScope,
  parts: readonly Part[],
  removers: readonly Taker[],
): Property[] {
  const { bars, registrars, closes } = scope;
  const isEverFree = registrars > 0 || removers.length > 0;
  const mark = (b: number, state: string) => is(`bar[${b}].mark`, state);
  const noPages = (b: number) =>
    said(is(`bar[${b}].pgmap`, '#absent'), `bar[${b}] has no pages`, `bar[${b}] has pages`);
  const allocatable = said(
    all(is(`${DEV}.pool`, 'live'), is(`${DEV}.allocate`, 'present')),
    'p2pmem/allocate is there',
    'p2pmem/allocate is not there',
  );
  const adds = registrars > 0;
  /** Something is done to another BAR. */
  const others = (b: number) =>
    any(
      ...range(bars)
        .filter((other) => other !== b)
        .map((other) => is(`bar[${other}].mark`, 'registering', 'unregistering')),
    );
  const everyBar = (of: (b: number) => Predicate) => all(...range(bars).map(of));
  return [
    ...range(bars).flatMap((b): Property[] => [
      ...(isEverFree ? [freeMeansDrained(b, mark(b, 'free'), noPages(b))] : []),
      {
        id: `registered-means-allocatable(bar[${b}])`,
        kind: 'invariant',
        title: 'memory of a registered BAR can be taken through p2pmem/allocate',
        when: mark(b, 'registered'),
        then: allocatable,
        rule: 'X16',
        source: `${RFC0}, section 2: "Users utilize the standard sysfs p2pmem/allocate interface"`,
        consequence: 'the registration is there and of no use to anybody',
      },
      ...(adds && bars > 1
        ? [otherBarKeepsItsPool(b, mark(b, 'registered'), allocatable, others(b))]
        : []),
    ]),
    ...range(registrars).flatMap((b) => registrarRules(b, bars, mark, allocatable)),
    ...(adds
      ? [
          failedAddLeavesNothing(
            all(
              everyBar((b) => mark(b, 'free')),
              allAreIdle(parts),
            ),
          ),
        ]
      : []),
    ...(closes > 0 ? [session(everyBar((b) => all(mark(b, 'free'), noPages(b))))] : []),
  ];
}

/** What a registration keeps of the device and of other BARs. */
function registrarRules(
  b: number,
  bars: number,
  mark: (b: number, state: string) => Predicate,
  allocatable: Predicate,
): Property[] {
  return [
    {
      id: `register-decoding(bar[${b}])`,
      kind: 'invariant',
      title: 'pages of a BAR are made only while its device decodes memory',
      when: is(`register[${b}]`, '#adds'),
      then: not(is(`${DEV}.memory`, '#gone')),
      rule: 'X8',
      source: 'derived: a struct page maps the BAR for the CPU outside the fault handler',
      consequence: 'an access through p2pmem is a bus error',
    },
    ...range(bars)
      .filter((other) => other !== b)
      .map(
        (other): Property => ({
          id: `failed-add-leaves-other-bars(bar[${other}])@register[${b}]`,
          kind: 'invariant',
          title: 'a registration that fails takes nothing from a BAR that is registered',
          when: all(is(`register[${b}]`, '#has_failed'), mark(other, 'registered')),
          then: allocatable,
          rule: 'X14',
          source: 'derived: pci_p2pdma_add_resource, v7.3, runs a devm action that it cannot add',
          consequence: 'no more memory can be taken from the other BAR, until the next reset',
        }),
      ),
  ];
}

/** @param when - no BAR is registered and no call is under way */
function failedAddLeavesNothing(when: Predicate): Property {
  return {
    id: 'failed-add-leaves-nothing',
    kind: 'invariant',
    title: 'where no BAR is registered and no call is under way, sysfs has no p2pmem',
    when,
    then: said(
      all(is(`${DEV}.pool`, 'none'), is(`${DEV}.allocate`, 'absent')),
      'there is neither pool nor p2pmem',
      'there is a pool, or p2pmem in sysfs',
    ),
    rule: 'X14',
    source: 'derived: a registration that fails, or ends, leaves nothing',
    consequence: 'sysfs offers p2pmem/allocate, which answers -ENOMEM',
  };
}

/** @param then - no BAR is registered, and none has pages */
function session(then: Predicate): Property {
  return {
    id: 'session',
    kind: 'invariant',
    title: 'a registration ends with the session it was made in',
    when: said(is('close', '#closed'), 'the device is closed', 'the device is open'),
    then,
    rule: 'X17',
    source: `${RFC0}, section 3: session termination`,
    consequence: 'the next owner of the device shares its memory with users of the last one',
  };
}

function freeMeansDrained(b: number, when: Predicate, then: Predicate): Property {
  return {
    id: `free-means-drained(bar[${b}])`,
    kind: 'invariant',
    title: 'a BAR is free only when the last of its pages is back',
    when,
    then,
    rule: 'X10',
    source: 'derived: the mark that blocks mmap, export and register goes last',
    consequence: 'the BAR is mapped or exported while a DMA to one of its pages is in flight',
  };
}

function otherBarKeepsItsPool(
  b: number,
  registered: Predicate,
  then: Predicate,
  others: Predicate,
): Property {
  return {
    id: `other-bar-keeps-its-pool(bar[${b}])`,
    kind: 'invariant',
    title: 'a registered BAR keeps pool and p2pmem/allocate, whatever is done to another one',
    when: all(registered, others),
    then,
    rule: 'X15',
    source: 'derived: pool and file are those of the device, pci_p2pdma_setup_pool, v7.3',
    consequence: 'memory of a BAR that nobody has touched cannot be taken any more',
  };
}

/** One for each taker and each lock of VFIO that it takes. */
function waitMonitors({ driver }: CodeScope, parts: readonly Part[]): Part[] {
  if (driver === 'kernel') return [];
  const labels = [...new Set(parts.flatMap((part) => alphabetOf(part).flatMap(part.rename)))];
  return VFIO_LOCKS.flatMap(({ name, kind }) =>
    TAKERS.flatMap((taker) => {
      const own = labels.filter((label) => label.endsWith(`@${taker}`));
      const of = (operations: readonly string[]) =>
        own.filter((label) => operations.some((one) => plainLabel(label) === `${name}.${one}`));
      if (of(kind.wait).length === 0) return [];
      return [
        monitor(`waits(${name})@${taker}`, waitsUnlocked, {
          acquire: of(kind.wait),
          release: of(kind.release),
          wait: own.filter((label) => plainLabel(label).endsWith('.pgmap.put_many')),
        }),
      ];
    }),
  );
}

function waitRules(scope: CodeScope, unlocked: readonly string[]): Property[] {
  const { bars, unbinds, pinners } = scope;
  const waits = range(bars).map((b) => is(`memunmap_pages(bar[${b}])@unbind`, '#waits_for_pages'));
  return [
    ...(unlocked.length > 0
      ? [
          {
            id: 'wait-without-a-lock-others-need',
            kind: 'monitor',
            title: 'nobody waits for pages with memory_lock or dev_set->lock held',
            parts: unlocked,
            rule: 'X11',
            source: 'derived: memunmap_pages, v7.3, waits without a timeout, in D state',
            consequence:
              'config accesses and faults of the device, or opens and closes of its set, wait for the I/O of somebody else',
          } as const,
        ]
      : []),
    ...(unbinds > 0
      ? range(pinners).map(
          (i): Property => ({
            id: `unbind-waits-for-nobody(io[${i}])`,
            kind: 'invariant',
            title: 'the unbind of a driver does not wait for pages',
            when: is(`io[${i}]`, '#pins'),
            then: not(any(...waits)),
            rule: 'X19',
            source:
              'derived: what is left over is torn down at close; seen on 7.3.4 of a kernel driver: the unbind waits in memunmap_pages() until the I/O ends',
            consequence: 'echo > unbind hangs in D state as long as the I/O does',
          }),
        )
      : []),
  ];
}

function lockRules(balance: readonly string[], order: readonly string[]): Property[] {
  return [
    ...(balance.length > 0
      ? [
          {
            id: 'lock-balance',
            kind: 'monitor',
            title: 'every lock that a call takes is released before it returns',
            parts: balance,
            source: 'derived',
          } as const,
        ]
      : []),
    ...(order.length > 0
      ? [
          {
            id: 'lock-order',
            kind: 'monitor',
            title: 'locks are taken in one global order: mmap_lock, dev_set->lock, memory_lock',
            parts: order,
            source: 'vfio_pci_mmap_huge_fault, vfio_df_close, v7.3',
          } as const,
        ]
      : []),
  ];
}

/** Everybody can go on, as long as those who pin pages let go of them. */
function progress(scope: CodeScope): Property[] {
  const { driver, unbinds } = scope;
  const takers = takersIn(scope);
  const waiting =
    driver === 'kernel' || takers.length === 0 ? ['unbind'].slice(0, unbinds) : takers;
  return [
    ...waiting.map(
      (taker): Property => ({
        id: `removal-returns(${taker})`,
        kind: 'leads-to',
        title: 'who takes the memory away returns, if every I/O ends',
        when: not(isIdle(taker)),
        then: isIdle(taker),
        rule: 'X12',
        source: 'derived: nobody who has a page needs what the one who waits holds',
        consequence: 'the call, and who waits for it, hang in D state',
      }),
    ),
    {
      id: 'rest',
      kind: 'rest',
      title: 'every call can return, every page come back and every BAR become free',
      rule: 'X12',
      source: 'derived',
      consequence: 'a task hangs in D state',
    },
    somethingMoves(),
    oneAnswer,
  ];
}

/** What of the parts nobody uses, where there are none of those who would. */
function unusedIn({ driver }: CodeScope): Record<string, string> {
  return driver === 'kernel'
    ? { 'dev.memory': 'a driver of the kernel knows by itself when its device answers' }
    : {};
}
