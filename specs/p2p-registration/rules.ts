import { all, is, not, type Predicate, type Property, said, where } from 'xstate-check';
import { oneAnswer } from '../shared/every-system.ts';
import { RFC0 } from './sources.ts';
import type { Topology } from './topology.ts';

/** The calls after which a device's memory is not what it was, in the order of their rules. */
const SECTIONS = [
  ['device-reset', 'resetting', 'VFIO_DEVICE_RESET runs', 'is being reset'],
  ['hot-reset', 'hot_resetting', 'a hot reset of the set runs', 'is in a hot reset'],
  ['close', 'closing', 'the device is closed', 'is being closed'],
  ['memory-disable', 'disabling_memory', 'COMMAND.MEM is cleared', 'has COMMAND.MEM cleared'],
  ['d3hot', 'entering_d3hot', 'the device goes to D3hot', 'is going to D3hot'],
  ['low-power', 'entering_low_power', 'the device goes to low power', 'is going to low power'],
] as const;

/**
 * What must hold of registration.
 *
 * @param asStated - the titles say that the policy is judged as it is stated, not the RFC's code
 */
export function registrationProperties(topology: Topology, asStated: boolean): Property[] {
  const properties = [
    ...exclusion(topology),
    ...withoutReference(topology),
    ...admission(topology),
    ...teardown(topology),
    ...pool(topology),
    ...liveness(topology),
  ];
  if (!asStated) return properties;
  return properties.map((property) => ({
    ...property,
    title: `${property.title} (policy as stated in cover letter and UAPI patch)`,
  }));
}

const byName = ({ name }: { readonly name: string }) => name;
const byUser = ([, user]: readonly [string, string]) => user;

/** A registered BAR is nobody else's; a free one is everybody's. */
function exclusion({ bars }: Topology): Property[] {
  const vmas = bars.flatMap((bar) => bar.vmas.map((vma) => [bar.name, vma] as const));
  const buffers = bars.flatMap((bar) => bar.buffers.map((buffer) => [bar.name, buffer] as const));
  const both = bars.flatMap((bar) =>
    bar.vmas.flatMap((vma) => bar.buffers.map((buffer) => [bar.name, vma, buffer] as const)),
  );
  return [
    ...each(vmas, byUser, {
      id: 'no-vma',
      title: 'no process reaches a registered BAR through an mmap() of the device fd',
      when: ([bar]) => is(bar, 'registered'),
      then: ([, vma]) => not(is(vma, 'present')),
      source: `${RFC0}, section 2, for a new mmap(); derived for a VMA that was there before`,
      consequence: 'one page is mapped as PFNMAP and is a struct page at once',
    }),
    ...each(buffers, byUser, {
      id: 'no-live-buffer',
      title: 'no DMABUF of a registered BAR is live',
      when: ([bar]) => is(bar, 'registered'),
      then: ([, buffer]) => not(is(buffer, 'live')),
      source: `${RFC0}, section 2, titles of patches 3/5 and 4/5`,
      consequence: 'importers reach memory that the pool has given to somebody else',
    }),
    ...each(buffers, byUser, {
      id: 'no-revoked-buffer',
      title: 'no DMABUF of a registered BAR waits to be un-revoked',
      when: ([bar]) => is(bar, 'registered'),
      then: ([, buffer]) => not(is(buffer, 'revoked')),
      source:
        'derived: vfio_pci_dma_buf_move(false) of v7.3 un-revokes every buffer on the list, whoever has the BAR then',
      consequence: 'it comes back to life when memory decodes again',
    }),
    ...each(both, ([, ...names]) => names.join('+'), {
      id: 'coexistence',
      title: 'a BAR that is mapped and exported at once is not registered',
      when: ([, vma, buffer]) => all(is(vma, 'present'), is(buffer, 'live')),
      then: ([bar]) => is(bar, 'free'),
      source:
        'vfio_pci_core_mmap, vfio_pci_core_feature_dma_buf, v7.3: mmap and export coexist; derived: only registration excludes',
    }),
  ];
}

/** What type1 has of a BAR, no registration turns into something else. */
function withoutReference({ type1 }: Topology): Property[] {
  if (type1.length === 0) return [];
  return [
    {
      id: 'type1-unmap',
      kind: 'monitor',
      title: 'UNMAP_DMA unpins only what MAP_DMA has pinned',
      parts: type1.map(({ name }) => name),
      source:
        'derived: put_pfn of v7.3 asks is_invalid_reserved_pfn() again, and registration gives the PFN a struct page in between',
      consequence:
        'the count of the page underflows, or the page goes back to the pool while somebody uses it',
    },
  ];
}

/** When a BAR may become a provider. */
function admission({ bars }: Topology): Property[] {
  return [
    ...each(bars, byName, {
      id: 'register-decoding',
      title: 'pages of a BAR are made only while its device decodes memory',
      when: ({ name }) => is(name, 'registering'),
      then: ({ device }) =>
        not(said(is(device, '#off'), `memory of ${device} is off`, `memory of ${device} is on`)),
      source:
        'derived: a struct page maps the BAR for the CPU outside the fault handler, which alone tests pm_runtime_engaged and __vfio_pci_memory_enabled()',
      consequence: 'an access through p2pmem is a bus error',
    }),
    {
      id: 'refusals',
      kind: 'monitor',
      title: 'a BAR is refused for a DMABUF of its own, not for one of another BAR',
      parts: bars.map(({ name }) => `refusal(${name})`),
      source:
        'derived: the test compares the provider, or the ranges, because struct vfio_pci_dma_buf of v7.3 does not store the BAR',
      consequence: 'registration and DMABUFs of other BARs, or of old sessions, do not coexist',
    },
    {
      id: 'double-register',
      kind: 'monitor',
      title: 'a BAR is not made into pages twice',
      parts: bars.map(({ name }) => name),
      source: 'pagemap_range, mm/memremap.c, v7.3: WARN "Conflicting mapping in same section"',
      consequence: 'with panic_on_warn, an ioctl of a user panics the machine',
    },
  ];
}

/** What takes the memory away ends the registration first. */
function teardown({ devices, bars }: Topology): Property[] {
  return [
    ...SECTIONS.flatMap(([id, state, words, now]) =>
      each(bars, byName, {
        id: `teardown-before-${id}`,
        title: `no BAR is registered and no page of it in use while ${words}`,
        when: ({ device }) =>
          said(is(device, `${state}.section`), `${device} ${now}`, `${device} is in no such call`),
        then: ({ name }) => all(is(name, 'free'), is(`${name}.pages`, 'absent')),
        source:
          id === 'device-reset' || id === 'hot-reset' || id === 'close'
            ? `${RFC0}, section 3: torn down during device reset or session termination; derived: before, because pages cannot be revoked`
            : 'derived: what stops the BAR from decoding needs the teardown that reset needs',
        consequence: 'O_DIRECT in flight or a CPU access reaches a device that does not answer',
      }),
    ),
    ...each(bars, byName, {
      id: 'free-means-drained',
      title: 'a BAR is free only when the last of its pages is back',
      when: ({ name }) => is(name, 'free'),
      then: ({ name }) => is(`${name}.pages`, 'absent'),
      source: 'derived: the mark that blocks mmap, export and register goes last',
      consequence: 'the BAR is mapped or exported while a DMA to one of its pages is in flight',
    }),
    ...each(devices, byName, {
      id: 'session',
      title: 'a registration ends with the session it was made in',
      when: ({ name }) => is(name, 'closed'),
      then: (device) =>
        all(...device.bars.flatMap((bar) => [is(bar, 'free'), is(`${bar}.pages`, 'absent')])),
      source: `${RFC0}, section 3: session termination; derived: sysfs users do not hold the device file`,
      consequence: 'the next owner of the device shares its memory with users of the last one',
    }),
  ];
}

/** The pool of a device serves all its BARs. */
function pool({ devices, bars }: Topology): Property[] {
  return [
    ...each(bars, byName, {
      id: 'pool-outlives-pages',
      title: 'the pool of a device lives until the last page of its last BAR is back',
      when: ({ name }) => where(`${name}.pages`, 'some are in use', ({ refs }) => refs !== 0),
      then: ({ device }) =>
        said(
          is(`${device}.p2pmem`, '#alive'),
          `the pool of ${device} is alive`,
          `the pool of ${device} is destroyed`,
        ),
      source: 'derived: gen_pool_destroy() of v7.3 is BUG_ON() of what is allocated',
      consequence:
        'gen_pool_destroy() hits BUG_ON(), or p2pdma_folio_free() frees into a pool that is gone',
    }),
    ...each(bars, byName, {
      id: 'allocatable',
      title: 'memory of a registered BAR can be taken through p2pmem/allocate',
      when: ({ name }) => is(name, 'registered'),
      then: ({ device }) => is(`${device}.p2pmem`, 'ready'),
      source: `${RFC0}, section 2: "Users utilize the standard sysfs p2pmem/allocate interface"`,
      consequence: 'the registration succeeds and is of no use to anybody',
    }),
    ...each(devices, byName, {
      id: 'failed-register',
      title: 'where no BAR is registered or about to be, sysfs has no p2pmem',
      when: (device) => all(...device.bars.map((bar) => is(bar, 'free'))),
      then: ({ name }) =>
        said(is(`${name}.p2pmem`, 'none'), `${name} has no pool`, `${name} has a pool`),
      source: 'derived: a registration that fails, or ends, leaves nothing',
      consequence: 'sysfs offers p2pmem/allocate, which answers -ENOMEM',
    }),
  ];
}

function liveness({ bars }: Topology): Property[] {
  return [
    {
      id: 'registrable',
      kind: 'rest',
      title: 'whatever has happened, the BAR can be registered again',
      parts: bars.map(({ name }) => `registrable(${name})`),
      source: "derived: an orphan, a failure or an old session stands in nobody's way",
      consequence: 'registration is refused for as long as the device exists',
    },
    {
      id: 'rest',
      kind: 'rest',
      title: 'every call can return, every page come back and every BAR become free',
      source: 'derived',
    },
    oneAnswer,
  ];
}

/**
 * A rule about each of several things. Where there are more than one, each has an invariant of its
 * own, which its id and its words tell apart: `session:dev[1]`.
 */
function each<T>(
  things: readonly T[],
  nameOf: (thing: T) => string,
  rule: {
    readonly id: string;
    readonly title: string;
    readonly when: (thing: T) => Predicate;
    readonly then: (thing: T) => Predicate;
    readonly source: string;
    readonly consequence?: string;
  },
): Property[] {
  const { id, when, then, ...rest } = rule;
  return things.map((thing) => ({
    kind: 'invariant',
    id: things.length === 1 ? id : `${id}:${nameOf(thing)}`,
    ...rest,
    when: when(thing),
    then: then(thing),
  }));
}
