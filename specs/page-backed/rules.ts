import {
  all,
  alphabetOf,
  always,
  any,
  is,
  monitor,
  not,
  type Part,
  type Predicate,
  type Property,
  plainLabel,
  type System,
  said,
  where,
} from 'xstate-check';
import { balanceMonitors, type Lock, orderMonitors } from 'xstate-check/kernel';
import { waitsUnlocked } from '../../machines/p2p-registration/waits-unlocked.monitor.ts';
import { firstByte } from '../../machines/page-backed/first-byte.monitor.ts';
import { oneAnswer } from '../shared/every-system.ts';
import { RESV, RWSEM } from '../shared/parts.ts';
import { returnsOf } from '../shared/rules.ts';
import { isIdle, isWriteHeld } from '../shared/words.ts';
import { pageCalls } from './calls.ts';
import type { PageDesign } from './design.ts';
import type { Shape } from './shape.ts';

const JG1 =
  'Jason Gunthorpe on [RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10, answering <20260610151853.3608948-1-praan@google.com>';
const PAGES = ['page[0]', 'page[1]'];

interface Counts {
  readonly [name: string]: number;
}

/** The references to a page that there are in truth. */
const references = ({ claims = 0, ptes = 0, pins = 0, pool = 0 }: Counts) =>
  claims + ptes + pins + pool;

const countsOf = (page: string, words: string, test: (counts: Counts) => boolean) =>
  where(page, words, (context) => test(context as unknown as Counts));
const isMapped = (page: string) =>
  said(
    countsOf(page, 'a PTE leads to it', ({ ptes = 0, special = 0 }) => ptes + special > 0),
    `a PTE leads to ${page}`,
    `no PTE leads to ${page}`,
  );
const isPinned = (page: string) =>
  said(
    countsOf(page, 'it is pinned', ({ pins = 0 }) => pins > 0),
    `${page} is pinned`,
    `${page} is not pinned`,
  );
const isReset = said(
  is('dev[0].reset', 'resetting'),
  'dev[0] is being reset',
  'dev[0] is not being reset',
);
const isRevoked = said(
  is('buf[0].status', 'temporarily_revoked', 'permanently_revoked'),
  'buf[0] is revoked',
  'buf[0] is not revoked',
);

/** What page-backed buffers have to keep, as far as a scope puts it to the test. */
export function pageRules(
  shape: Shape,
  design: PageDesign,
  parts: readonly Part[],
  contract: System | undefined,
): { monitors: Part[]; properties: Property[] } {
  const used = parts.map(withoutUnused);
  const balance = balanceMonitors(used, locks, returnsOf(pageCalls)).filter(
    ({ name }) => mayFault(shape, design) || !/memory_lock.*@(touch|o_direct)$/.test(name),
  );
  const order = orderMonitors(used, locks).filter(
    ({ name }) => mayFault(shape, design) || !/memory_lock\)@(touch|o_direct)$/.test(name),
  );
  const byte = shape.pages[0] === 1 ? [byteMonitor(parts)] : [];
  const waits = waitMonitors(used);
  const names = (monitors: readonly Part[]) => monitors.map(({ name }) => name);
  const hasPages = shape.kind !== 'without_pages';
  const mapped = shape.touches || shape.pins;
  return {
    monitors: [...balance, ...order, ...byte, ...waits],
    properties: [
      ...(hasPages ? pageCounts(shape) : []),
      ...(shape.allocators ? [oneOwner] : []),
      ...(hasPages && shape.exports.length > 0 ? exportRules(shape) : []),
      ...(mapped ? mappingRules(shape) : []),
      ...revokeRules(shape, hasPages && mapped),
      ...(waits.length > 0 ? [waitWithoutLock(names(waits))] : []),
      ...(byte.length > 0 ? [addressIsTheByte] : []),
      ...(shape.importers ? [routeMatchesAddress] : []),
      ...generalRules(parts, names(balance), names(order)),
      ...returns(shape),
      ...(contract === undefined ? [] : [refines(contract)]),
    ],
  };
}

/** Where all pages are inserted by mmap(), and nobody takes them, nobody faults. */
const mayFault = ({ kind, resets, revokes }: Shape, { insert }: PageDesign) =>
  kind !== 'pages' || insert === 'in_fault' || resets || revokes;

const locks: readonly Lock[] = [
  { name: 'mm.mmap_lock', kind: RWSEM },
  { name: 'dev[0].memory_lock', kind: RWSEM },
  { name: 'buf[0].resv', kind: RESV },
];

/** The part without the labels that its design has no use for, on which a monitor would wait. */
function withoutUnused(part: Part): Part {
  const unused: readonly string[] = part.machine.root.meta?.unused ?? [];
  return { ...part, rename: (label) => (unused.includes(label) ? [] : part.rename(label)) };
}

function pageCounts({ exports: own }: Shape): Property[] {
  const exports = own.map((b) => `export[${b}]`);
  return [
    ...PAGES.map(
      (page): Property => ({
        id: `count-is-references(${page})`,
        kind: 'invariant',
        title: `the count of ${page} is the number of those who have it`,
        when: always,
        then: countsOf(
          page,
          'its count is the number of buffers, PTEs, pins and users of the pool that have it',
          (counts) => counts.count === references(counts),
        ),
        source: 'derived: include/linux/page_ref.h, v7.3: who has a page holds a reference',
        consequence: 'a page is freed while somebody reads or writes it, or never',
      }),
    ),
    {
      id: 'no-page-misuse',
      kind: 'monitor',
      title:
        'no reference is put that there is not, and no page freed to a pool that never gave it',
      parts: PAGES,
      source: 'put_page_testzero, gen_pool_free_owner, v7.3: VM_BUG_ON_PAGE, BUG_ON(remain)',
      consequence: 'the kernel stops with a BUG, or goes on with a page whose count is wrong',
    },
    ...(exports.length === 0 ? [] : [failedExport(exports)]),
  ];
}

function failedExport(exports: readonly string[]): Property {
  const unused = (page: string) => countsOf(page, 'its count is 0', ({ count }) => count === 0);
  return {
    id: 'failed-export-leaves-nothing',
    kind: 'invariant',
    title: 'where no export succeeded, no page has a reference',
    when: all(...exports.map((name) => is(name, '#failed'))),
    then: all(...PAGES.map(unused)),
    source:
      'derived: vfio_pci_core_feature_dma_buf, v7.3: what fails is undone; p2pmem_alloc_mmap, v7.3, warns of such a page',
    consequence: 'pages that nobody has stay taken until the driver is unbound',
  };
}

const oneOwner: Property = {
  id: 'one-owner',
  kind: 'invariant',
  title: 'no page of a buffer is given to somebody else by sysfs',
  when: countsOf('page[0]', 'a buffer has it', ({ claims = 0 }) => claims > 0),
  then: countsOf('page[0]', 'the pool has not given it away', ({ pool }) => pool === 0),
  source: 'derived: p2pmem_alloc_mmap, v7.3: "As we have just allocated the page no one else"',
  consequence: 'another process reads and writes the memory of the buffer',
};

function exportRules({ exports }: Shape): Property[] {
  const conflicted = exports.map((b) => is(`export[${b}]`, '#conflicted'));
  return [
    {
      id: 'pages-made-once',
      kind: 'monitor',
      title: 'the pages of a BAR are made once',
      parts: ['bar[0].page_map'],
      source: 'pagemap_range, mm/memremap.c, v7.3: WARN(1, "Conflicting mapping in same section")',
      consequence: 'with panic_on_warn, an ioctl of a user panics the machine',
    },
    {
      id: 'pages-serve-every-export',
      kind: 'invariant',
      title: 'no export fails for want of pages that the BAR has',
      when: is('bar[0].page_map', 'made', 'made_twice'),
      then: said(
        not(any(...conflicted)),
        'no export fails because there are pages',
        'an export fails because there are pages',
      ),
      source: 'derived: pagemap_range, v7.3 answers -ENOMEM, and not -EEXIST',
      consequence:
        'one of two exports of a BAR answers -ENOMEM, for no reason that its user can see',
    },
  ];
}

function mappingRules({ kind }: Shape): Property[] {
  return [
    {
      id: 'one-kind-of-pte',
      kind: 'monitor',
      title: 'a PTE is of the kind that the flags of its mapping say',
      parts: ['vma[0]'],
      source: 'vmf_insert_pfn_prot, vm_insert_page, mm/memory.c, v7.3: BUG_ON',
      consequence: 'a user stops the kernel with a BUG by touching a mapping',
    },
    ...(kind === 'pages'
      ? [
          {
            id: 'no-pages-through-dmabuf-fd',
            kind: 'invariant',
            title: 'no PTE of a page is made through the fd of a dma-buf',
            when: any(
              ...PAGES.map((page) =>
                countsOf(page, 'a PTE has a reference to it', ({ ptes = 0 }) => ptes > 0),
              ),
            ),
            then: said(
              where('vma[0]', 'of the fd of the device', ({ through }) => through === 'vfio_fd'),
              'the mapping is of the fd of the device',
              'the mapping is of the fd of the dma-buf',
            ),
            source: `${JG1}: "you can't have a DMABUF mmap actually install non-special memory"`,
            consequence: 'what may not be pinned through a dma-buf is pinned through it',
          } as const,
        ]
      : []),
  ];
}

function revokeRules({ resets, revokes, pins }: Shape, mapped: boolean): Property[] {
  if (!mapped) return [];
  return [
    ...(revokes ? [pteOnlyWhileLive] : []),
    ...(resets ? [resetAfterLastPte] : []),
    ...(resets ? [resetNeedsMemoryLock] : []),
    ...(resets && pins ? [resetAfterLastPin] : []),
    ...(revokes && pins ? [revokedMeansUnpinned] : []),
  ];
}

const onNoPage = (what: (page: string) => Predicate) =>
  all(...PAGES.map((page) => not(what(page))));

const pteOnlyWhileLive: Property = {
  id: 'pte-only-while-live',
  kind: 'invariant',
  title: 'no PTE leads to a page of a revoked buffer once nobody changes the device',
  when: all(not(isWriteHeld('dev[0].memory_lock')), isRevoked),
  then: onNoPage(isMapped),
  rule: 'S1',
  source: 'derived: S1; __vfio_pci_dma_buf_revoke of that proof of concept: unmap_mapping_range',
  consequence: 'a process goes on reading and writing what was taken from it',
};

const resetAfterLastPte: Property = {
  id: 'reset-after-last-pte',
  kind: 'invariant',
  title: 'no PTE leads to a page of a device that is being reset',
  when: isReset,
  then: onNoPage(isMapped),
  rule: 'S1',
  source: 'derived: S1; vfio_pci_ioctl_reset, v7.3: vfio_pci_zap_and_down_write_memory_lock()',
  consequence: 'a CPU access reaches a device that does not answer',
};

const resetNeedsMemoryLock: Property = {
  id: 'reset-needs-memory-lock',
  kind: 'invariant',
  title: 'a device is reset with memory_lock held for writing',
  when: isReset,
  then: isWriteHeld('dev[0].memory_lock'),
  rule: 'S6',
  source: 'vfio_pci_ioctl_reset, v7.3: memory_lock from the zap to behind the reset',
  consequence: 'a page fault or a read of config space reaches a device that is being reset',
};

const resetAfterLastPin: Property = {
  id: 'reset-after-last-pin',
  kind: 'invariant',
  title: 'no page of a device that is being reset is pinned',
  when: isReset,
  then: onNoPage(isPinned),
  rule: 'S1',
  source: 'derived: X13; memunmap_pages, v7.3, waits for the last reference',
  consequence: 'DMA of the I/O that has it reaches a device that is being reset; data is lost',
};

const revokedMeansUnpinned: Property = {
  id: 'revoked-means-unpinned',
  kind: 'invariant',
  title: 'a revoke for good returns when nobody has pinned a page',
  when: is('revoke', '#settled'),
  then: onNoPage(isPinned),
  rule: 'S1',
  source: 'derived: S1; VFIO_DEVICE_PCI_DMABUF_REVOKE of that proof of concept',
  consequence: 'the memory is given to the next user while an I/O of the last writes to it',
};

/** One for each who waits for pins; who does not wait is not asked. */
function waitMonitors(parts: readonly Part[]): Part[] {
  const labels = [...new Set(parts.flatMap((part) => alphabetOf(part).flatMap(part.rename)))];
  return ['reset', 'revoke'].flatMap((taker) => {
    const of = (operation: RegExp) =>
      labels.filter((label) => label.endsWith(`@${taker}`) && operation.test(plainLabel(label)));
    const wait = of(/\.wait_unpinned$/);
    if (wait.length === 0) return [];
    return [
      monitor(`waits(dev[0].memory_lock)@${taker}`, waitsUnlocked, {
        acquire: of(/^dev\[0\]\.memory_lock\.down_write$/),
        release: of(/^dev\[0\]\.memory_lock\.up_write$/),
        wait,
      }),
    ];
  });
}

const waitWithoutLock = (parts: readonly string[]): Property => ({
  id: 'wait-without-a-lock-others-need',
  kind: 'monitor',
  title: 'nobody waits for pages with memory_lock or dev_set->lock held',
  parts,
  rule: 'X11',
  source: 'derived: a pin lasts until its I/O ends, and nobody knows when',
  consequence: 'config accesses and faults of the device wait for the I/O of somebody else',
});

/** Of a mapping that begins with the second page of its buffer. */
function byteMonitor(parts: readonly Part[]): Part {
  const labels = [...new Set(parts.flatMap((part) => alphabetOf(part).flatMap(part.rename)))];
  const inserts = (page: number) =>
    labels.filter((label) =>
      [`page[${page}].insert_page:ok`, `page[${page}].insert_pfn`].includes(plainLabel(label)),
    );
  return monitor('first_byte(vma[0])', firstByte(), {
    right_page: inserts(1),
    wrong_page: inserts(0),
  });
}

const addressIsTheByte: Property = {
  id: 'address-is-the-byte',
  kind: 'monitor',
  title: 'the first page of a mapping is the one at the offset that mmap() was asked for',
  parts: ['first_byte(vma[0])'],
  source: 'derived: vma->vm_pgoff; dma_buf_mmap_internal, v7.3, checks it against the size',
  consequence: 'a process reads and writes another part of the device than it asked for',
};

const routeMatchesAddress: Property = {
  id: 'route-matches-address',
  kind: 'monitor',
  title: 'an importer gets an address by which it reaches the BAR, or an error',
  parts: ['att[0].route'],
  source: 'dma_buf_phys_vec_to_sgt, pci_p2pdma_map_type, v7.3',
  consequence: 'DMA goes to an address that is somebody else, or ends in a fault of the IOMMU',
};

function generalRules(
  parts: readonly Part[],
  balance: readonly string[],
  order: readonly string[],
): Property[] {
  const elsewhere = ['bar[0].page_map', 'vma[0]', 'att[0].route', ...PAGES];
  return [
    {
      id: 'lock-balance',
      kind: 'monitor',
      title: 'every lock that a call takes is released before it returns',
      parts: balance,
      rule: 'S6',
      source: 'derived: S6',
    },
    ...(order.length === 0
      ? []
      : [
          {
            id: 'lock-order',
            kind: 'monitor',
            title: 'memory_lock inside mmap_lock, dma_resv inside memory_lock',
            parts: order,
            source: 'derived: as vfio_pci_mmap_huge_fault, v7.3, takes them',
            consequence: 'two who take them in either order wait for each other for ever',
          } as const,
        ]),
    {
      id: 'no-misuse',
      kind: 'monitor',
      title: 'no lock is released unheld, no buffer listed twice, none comes back from the dead',
      parts: parts
        .filter(({ kind, name }) => kind === 'resource' && !elsewhere.includes(name))
        .map(({ name }) => name),
      source: 'derived; DEBUG_RWSEMS of the kernel, v7.3',
    },
    {
      id: 'rest',
      kind: 'rest',
      title: 'every thread can return, and every lock become free',
      rule: 'L2',
      source: 'derived: L2, an I/O ends and importers unmap in bounded time',
      consequence: 'a task hangs in D state',
    },
    {
      id: 'deadlock',
      kind: 'deadlock',
      title: 'something can always move',
      rule: 'L2',
      source: 'derived: L2',
    },
    oneAnswer,
  ];
}

/** What waits for others returns where those come to an end. */
function returns({ resets, revokes }: Shape): Property[] {
  const calls = [...(resets ? ['reset'] : []), ...(revokes ? ['revoke'] : [])];
  return calls.map((thread) => ({
    id: `${thread}-returns`,
    kind: 'leads-to',
    title: `a ${thread} that has begun returns, if each I/O ends`,
    when: not(isIdle(thread)),
    then: isIdle(thread),
    rule: 'L2',
    source: 'derived: L2; X11: whoever waits for pins waits as long as the I/O takes',
    consequence: 'a task hangs in D state',
  }));
}

const refines = (contract: System): Property => ({
  id: 'refinement',
  kind: 'refinement',
  title: 'every run is a run of the contract',
  contract,
  source: 'derived: the contract of a page-backed buffer and its pages',
});
