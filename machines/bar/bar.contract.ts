import { assign, setup } from 'xstate';

/** What ends the use of a BAR's memory: the calls that a device answers by taking it away. */
export const takeaways = [
  'dev.device_reset',
  'bus.hot_reset',
  'dev.close',
  'dev.write_command(MEM=0)',
  'dev.write_pmcsr(D3hot)',
  'dev.low_power_entry',
] as const;

export type Takeaway = (typeof takeaways)[number];

export const labels = [
  'bar.register:admitted#decoding',
  'bar.register:refused#decoding',
  'bar.register:admitted#off',
  'bar.register:refused#off',
  'bar.add_resource:ok',
  'bar.add_resource:failed',
  'bar.remove_resource',
  'bar.drained',
  'vma.mmap:ok',
  'vma.mmap:refused',
  'vma.fault:ok#decoding',
  'vma.fault:SIGBUS#decoding',
  'buf.export:ok#live',
  'buf.export:ok#revoked',
  'buf.export:refused',
  'buf.release#listed',
  'other.export:ok#live',
  'other.export:ok#revoked',
  'other.release#listed',
  'dev.device_reset:begin',
  'bus.hot_reset:begin',
  'dev.close:begin',
  'dev.write_command(MEM=0):begin',
  'dev.write_pmcsr(D3hot):begin',
  'dev.low_power_entry:begin',
  'dev.begin',
  'dev.close:ok',
] as const;

/** What a policy for the registration of a BAR has to say. */
export interface BarPolicy {
  /**
   * What registration does about a VMA that is there already: nothing; take its PTEs, which the
   * next fault puts back; or take them and let the fault handler answer SIGBUS until the BAR is
   * free again.
   */
  readonly existingVma: 'ignored' | 'zapped' | 'zapped_and_blocked';
  /** Which DMABUFs stand in the way: those not revoked, or every one on `vdev->dmabufs`. */
  readonly activeBuffer: 'live_only' | 'any_on_list';
  /**
   * What the test of a DMABUF's BAR goes by: the BAR that the buffer records; or nothing, so that
   * every buffer of the device stands in the way of every BAR, or none in the way of any.
   */
  readonly bufferBar: 'recorded' | 'not_recorded_all_count' | 'not_recorded_none_counts';
  /** What the device must be like: nothing is asked, or it must decode memory. */
  readonly precondition: 'none' | 'decoding';
  /** What registering a registered BAR does: it is answered, or pages are added again. */
  readonly doubleRegister: 'answered' | 'adds_again';
  /** The calls that end a registration; the others go on over it. */
  readonly tornDownBy: readonly Takeaway[];
  /** Whether what takes the memory away waits until the last page is back. */
  readonly takeaway: 'waits_for_pages' | 'does_not_wait';
  /** When the BAR counts as free again: when the pages are gone, or when they are asked to go. */
  readonly freedAt: 'drained' | 'remove_resource';
  /** Whether a buffer that outlives its session still counts: an orphan is off the list. */
  readonly orphans: 'off_list' | 'counted';
}

const RFC0 = '[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10';
const RFC1 = '[RFC PATCH 1/5] vfio: Add UAPI for ZONE_DEVICE-backed P2P registration, 2026-06-10';

/** Where each answer of the machine is stated. */
const SOURCE = {
  today:
    'vfio_pci_core_mmap of recent kernels, vfio_pci_core_feature_dma_buf, v7.3: neither looks at the other',
  fault: 'vfio_pci_mmap_huge_fault of recent kernels',
  register: `${RFC1}: VFIO_DEVICE_FEATURE_P2P_REGISTER`,
  exported: `${RFC0}, section 2: "Exported BARs: Native P2P registration is blocked"`,
  blocked: `${RFC0}, section 2: "Registered BARs: Standard mmap() and DMABUF export are blocked"`,
  add: `${RFC0}, section 1: pci_p2pdma_add_resource() creates the struct pages`,
  teardown: `${RFC0}, section 3: torn down during device reset or session termination`,
  admission:
    'derived: the test for DMABUFs and the change of state are one critical section, so that the BAR is marked before the pages are made, and reset waits for it to be made or given up',
  off: 'derived: a struct page maps the BAR for the CPU outside the fault handler; while the device does not decode, an access through it is a bus error',
  vma: 'derived: mmap() records nothing, so VFIO can take PTEs away but not refuse for a VMA; only the fault handler can keep them away',
  double:
    'derived: pagemap_range() of v7.3 answers a second mapping with WARN and -ENOMEM, so VFIO must answer from its own state',
  takeaway:
    'derived: pages cannot be revoked, only waited for; whatever stops the BAR from decoding needs the same teardown as reset',
  silent: `${RFC0} names reset and session termination only`,
  bar: 'derived: struct vfio_pci_dma_buf of v7.3 stores ranges and provider, not the BAR',
  list: 'vfio_pci_dma_buf_release, vfio_pci_dma_buf_cleanup, v7.3: off vdev->dmabufs',
} as const;

/**
 * One BAR of a vfio-pci device and what it answers. mmap() and DMABUF export coexist on a free
 * BAR; registration excludes both. The device's `#decoding` and `#off` say whether memory decodes
 * as the call takes memory_lock. The RFC names no errno, so that a blocked call is `refused`.
 *
 * @param buffers - most DMABUFs of this BAR on `vdev->dmabufs`
 * @param others - most DMABUFs of other BARs that the test takes for this BAR's (`other.…`)
 */
export function bar(policy: BarPolicy, buffers = 1, others = 0) {
  const counts = policy.bufferBar !== 'not_recorded_none_counts';
  const counted = counts ? buffers + others : 0;
  const machine = setup({
    types: {
      context: {} as { buffers: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      exported: ({ context }) => context.buffers > 0,
      notExported: ({ context }) => context.buffers === 0,
      roomOnList: ({ context }) => context.buffers < counted,
    },
    actions: {
      listed: assign({ buffers: ({ context }) => context.buffers + 1 }),
      unlisted: assign({ buffers: ({ context }) => context.buffers - 1 }),
      listEmptied: assign({ buffers: 0 }),
    },
  });

  /** What every state but `free` answers to those who want the BAR for themselves. */
  const refuses = (state: string) => ({
    'vma.mmap:refused': refused(state, SOURCE.blocked),
    'buf.export:refused': refused(state, SOURCE.blocked),
    'bar.register:refused#decoding': refused(state, SOURCE.double),
    'bar.register:refused#off': refused(state, SOURCE.double),
    ...(policy.existingVma === 'zapped_and_blocked'
      ? { 'vma.fault:SIGBUS#decoding': to(state, SOURCE.vma) }
      : { 'vma.fault:ok#decoding': to(state, SOURCE.fault) }),
  });

  /** The calls that take the memory away, all leading to one state. */
  const whenTaken = (calls: readonly Takeaway[], state: string, source: string) =>
    Object.fromEntries(calls.map((call) => [`${call}:begin`, to(state, source)]));

  /** A policy that does not wait lets the device take its memory while pages are in use. */
  const goesAhead = (state: string) =>
    policy.takeaway === 'does_not_wait' && { 'dev.begin': to(state, SOURCE.silent) };

  const ignored = takeaways.filter((call) => !policy.tornDownBy.includes(call));
  const { 'bar.register:refused#decoding': _, ...refusesOthers } = refuses('registered');

  return machine.createMachine({
    id: 'bar',
    description: 'one BAR: free for mmap() and export, or a provider of struct pages',
    meta: { labels, unused: unusedLabels(policy, buffers, others), source: `${RFC0}; ${RFC1}` },
    context: { buffers: 0 },
    initial: 'free',
    on: {
      ...(buffers > 0 && {
        'buf.release#listed': counts ? unlisted(SOURCE.list) : uncounted(SOURCE.bar),
      }),
      ...(others > 0 && {
        'other.export:ok#live': listed(SOURCE.bar),
        'other.export:ok#revoked': listed(SOURCE.bar),
        'other.release#listed': unlisted(SOURCE.bar),
      }),
      ...(policy.orphans === 'off_list' && {
        'dev.close:ok': { actions: 'listEmptied', meta: { source: SOURCE.list } } as const,
      }),
    },
    states: {
      free: {
        description: 'mapped and exported by whoever wants it',
        tags: ['quiescent'],
        meta: { source: SOURCE.today },
        on: {
          'vma.mmap:ok': to('free', SOURCE.today),
          'vma.fault:ok#decoding': to('free', SOURCE.fault),
          ...(buffers > 0 && {
            'buf.export:ok#live': counts ? exported() : to('free', SOURCE.bar),
            'buf.export:ok#revoked': counts ? exported() : to('free', SOURCE.bar),
          }),
          'bar.register:admitted#decoding': {
            guard: 'notExported',
            ...to('registering', SOURCE.admission),
          },
          ...(counted > 0 && {
            'bar.register:refused#decoding': {
              guard: 'exported',
              ...refused('free', SOURCE.exported),
            } as const,
          }),
          ...registerWhileOff(policy, counted),
          ...whenTaken(takeaways, 'free', SOURCE.today),
          'dev.begin': to('free', SOURCE.today),
          ...(policy.orphans === 'counted' && { 'dev.close:ok': to('free', SOURCE.today) }),
          ...(policy.freedAt === 'remove_resource' && {
            'bar.drained': to('free', SOURCE.teardown),
          }),
        },
      },
      registering: {
        description: 'no way in for others, no pages yet; what takes the memory away waits',
        meta: { source: SOURCE.admission },
        on: {
          ...refuses('registering'),
          'bar.add_resource:ok': to('registered', SOURCE.add),
          'bar.add_resource:failed': to('free', `${RFC1}: "-errno on failure"`),
        },
      },
      registered: {
        description: 'its memory is taken in slices through sysfs p2pmem/allocate',
        tags: ['quiescent'],
        meta: { source: SOURCE.register },
        on: {
          ...refusesOthers,
          ...(policy.doubleRegister === 'answered'
            ? { 'bar.register:refused#decoding': refused('registered', SOURCE.double) }
            : { 'bar.register:admitted#decoding': to('conflict', SOURCE.double) }),
          ...whenTaken(policy.tornDownBy, 'unregistering', SOURCE.takeaway),
          ...whenTaken(ignored, 'registered', SOURCE.silent),
          ...(ignored.length > 0 && { 'dev.begin': to('registered', SOURCE.silent) }),
        },
      },
      unregistering: {
        description: 'no way in for others, and the last page given out is waited for',
        meta: { source: SOURCE.takeaway },
        initial: 'marked',
        states: {
          marked: {
            description: 'p2pmem/allocate is still there',
            on: {
              ...refuses('marked'),
              'bar.remove_resource': to(
                policy.freedAt === 'drained' ? 'draining' : '#bar.free',
                SOURCE.teardown,
              ),
              ...goesAhead('marked'),
            },
          },
          ...(policy.freedAt === 'drained' && {
            draining: {
              description: 'nobody gets another page',
              on: {
                ...refuses('draining'),
                'bar.drained': to('#bar.free', SOURCE.teardown),
                ...goesAhead('draining'),
              },
            },
          }),
        },
      },
      ...(policy.doubleRegister === 'adds_again' && {
        conflict: {
          description: 'WARN "Conflicting mapping in same section"; panic_on_warn panics here',
          tags: ['violation'],
          meta: {
            source: 'pagemap_range, mm/memremap.c, v7.3',
            finding: 'is added again over pages that exist, which is a WARN',
          },
          on: { 'bar.add_resource:failed': to('registered', 'pagemap_range, v7.3: -ENOMEM') },
        },
      }),
    },
  });
}

/** A transition that says where it is stated. */
function to(target: string, source: string) {
  return { target, meta: { source } };
}

/** An answer for which the RFC names no errno. */
function refused(target: string, source: string) {
  return { target, meta: { source, answer: 'refused' } };
}

function exported() {
  return { ...listed(SOURCE.today), target: 'free' } as const;
}

function listed(source: string) {
  return { guard: 'roomOnList', actions: 'listed', meta: { source } } as const;
}

function unlisted(source: string) {
  return { guard: 'exported', actions: 'unlisted', meta: { source } } as const;
}

/** Where no buffer is counted, there is none to take off the count. */
function uncounted(source: string) {
  return { actions: 'listEmptied', meta: { source } } as const;
}

/** What a free BAR answers to registration while the device does not decode memory. */
function registerWhileOff({ precondition, activeBuffer }: BarPolicy, buffers: number) {
  if (precondition === 'decoding')
    return { 'bar.register:refused#off': refused('free', SOURCE.off) };
  const admitted = to('registering', SOURCE.register);
  if (activeBuffer === 'live_only' || buffers === 0)
    return { 'bar.register:admitted#off': admitted };
  return {
    'bar.register:admitted#off': { guard: 'notExported', ...admitted } as const,
    'bar.register:refused#off': { guard: 'exported', ...refused('free', SOURCE.exported) } as const,
  };
}

/** The labels that a policy has no use for; the alphabet does not shrink with it. */
function unusedLabels(policy: BarPolicy, buffers: number, others: number): string[] {
  return [
    ...(buffers === 0 ? ['buf.export:ok#live', 'buf.export:ok#revoked', 'buf.release#listed'] : []),
    ...(others === 0
      ? ['other.export:ok#live', 'other.export:ok#revoked', 'other.release#listed']
      : []),
    ...(policy.precondition === 'decoding' ? ['bar.register:admitted#off'] : []),
    ...(policy.existingVma === 'zapped_and_blocked' ? [] : ['vma.fault:SIGBUS#decoding']),
  ];
}
