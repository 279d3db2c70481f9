// Truth: what the RFC states; where it is silent, derived.
import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';
import { RFC0, RFC1 } from './rfc.ts';

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
  'dev.device_reset:begin',
  'bus.hot_reset:begin',
  'dev.close:begin',
  'dev.write_command(MEM=0):begin',
  'dev.write_pmcsr(D3hot):begin',
  'dev.low_power_entry:begin',
  'dev.begin',
  'dev.close:ok',
] as const;

export const TODAY =
  'vfio_pci_core_mmap, vfio_pci_core_feature_dma_buf, v7.3: neither looks at the other';
const FAULT = 'vfio_pci_mmap_huge_fault, v7.3';
const LIST = 'vfio_pci_dma_buf_release, vfio_pci_dma_buf_cleanup, v7.3: off vdev->dmabufs';
export const REGISTER = `${RFC1}: VFIO_DEVICE_FEATURE_P2P_REGISTER`;
export const EXPORTED = `${RFC0}, section 2: "Exported BARs: Native P2P registration is blocked"`;
const ACTIVE = `${RFC0}, title of patch 4/5: "BARs with active DMABUFs"; derived: one that is revoked for now is not active`;
const BLOCKED = `${RFC0}, section 2: "Registered BARs: Standard mmap() and DMABUF export are blocked"`;
const ADD = `${RFC0}, section 1: pci_p2pdma_add_resource() creates the struct pages`;
const FAIL = `${RFC1}: "-errno on failure"`;
export const TEARDOWN = `${RFC0}, section 3: torn down during device reset or session termination`;
export const SILENT = `${RFC0} names reset and session termination only`;
const ADMISSION =
  'derived: the test for DMABUFs and the change of state are one critical section, so that the BAR is marked before the pages are made, and reset waits for it to be made or given up';
export const DOUBLE =
  'derived: pagemap_range() of v7.3 answers a second mapping with WARN and -ENOMEM, so VFIO must answer from its own state';
export const TAKEAWAY =
  'derived: pages cannot be revoked, only waited for; whatever stops the BAR from decoding needs the same teardown as reset';

/**
 * One BAR of a vfio-pci device and what it answers, as cover letter and UAPI patch of the RFC state
 * it. mmap() and DMABUF export coexist on a free BAR; registration excludes both. The device's
 * `#decoding` and `#off` say whether memory decodes as the call takes memory_lock. The RFC names no
 * errno, so that a blocked call is `refused`. Section 2 blocks "Exported BARs", the title of patch 4/5
 * those "with active DMABUFs": by the second, which is drawn, a DMABUF that is revoked for now stands in
 * nobody's way, and while memory is off all are (the other reading is `activeBuffer=any_on_list`). That the
 * device be on is not asked for.
 *
 * @param buffers - most DMABUFs of this BAR on `vdev->dmabufs`
 */
export const bar = madeOnce(function bar(buffers: number = 1) {
  return setup({
    types: {
      context: {} as { buffers: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      exported: ({ context }) => context.buffers > 0,
      notExported: ({ context }) => context.buffers === 0,
      roomOnList: ({ context }) => context.buffers < buffers,
    },
    actions: {
      listed: assign({ buffers: ({ context }) => context.buffers + 1 }),
      unlisted: assign({ buffers: ({ context }) => context.buffers - 1 }),
      listEmptied: assign({ buffers: 0 }),
    },
  }).createMachine({
    id: 'bar',
    description: 'one BAR: free for mmap() and export, or a provider of struct pages',
    meta: {
      labels,
      unused: [
        // The fault handler looks at the device alone.
        'vma.fault:SIGBUS#decoding',
        ...(buffers === 0 ? ['buf.export:ok#live', 'buf.export:ok#revoked'] : []),
        ...(buffers === 0 ? ['buf.release#listed'] : []),
      ],
      source: `${RFC0}; ${RFC1}`,
    },
    context: { buffers: 0 },
    initial: 'free',
    on: {
      'buf.release#listed': { guard: 'exported', actions: 'unlisted', meta: { source: LIST } },
      'dev.close:ok': { actions: 'listEmptied', meta: { source: LIST } },
    },
    states: {
      free: {
        description: 'mapped and exported by whoever wants it',
        tags: ['quiescent'],
        meta: { source: TODAY },
        on: {
          'vma.mmap:ok': to('free', TODAY),
          'vma.fault:ok#decoding': to('free', FAULT),
          'buf.export:ok#live': {
            guard: 'roomOnList',
            target: 'free',
            actions: 'listed',
            meta: { source: TODAY },
          },
          'buf.export:ok#revoked': {
            guard: 'roomOnList',
            target: 'free',
            actions: 'listed',
            meta: { source: TODAY },
          },
          'bar.register:admitted#decoding': {
            guard: 'notExported',
            ...to('registering', ADMISSION),
          },
          'bar.register:refused#decoding': {
            guard: 'exported',
            target: 'free',
            meta: { source: EXPORTED, answer: 'refused', unused: buffers === 0 },
          },
          'bar.register:admitted#off': to('registering', ACTIVE),
          'dev.device_reset:begin': to('free', TODAY),
          'bus.hot_reset:begin': to('free', TODAY),
          'dev.close:begin': to('free', TODAY),
          'dev.write_command(MEM=0):begin': to('free', TODAY),
          'dev.write_pmcsr(D3hot):begin': to('free', TODAY),
          'dev.low_power_entry:begin': to('free', TODAY),
          'dev.begin': to('free', TODAY),
        },
      },
      registering: {
        description: 'no way in for others, no pages yet; what takes the memory away waits',
        meta: { source: ADMISSION },
        on: {
          'bar.add_resource:ok': to('registered', ADD),
          'bar.add_resource:failed': to('free', FAIL),
          'vma.mmap:refused': refused('registering', BLOCKED),
          'buf.export:refused': refused('registering', BLOCKED),
          'bar.register:refused#decoding': refused('registering', DOUBLE),
          'bar.register:refused#off': refused('registering', DOUBLE),
          'vma.fault:ok#decoding': to('registering', FAULT),
        },
      },
      registered: {
        description: 'its memory is taken in slices through sysfs p2pmem/allocate',
        tags: ['quiescent'],
        meta: { source: REGISTER },
        on: {
          'vma.mmap:refused': refused('registered', BLOCKED),
          'buf.export:refused': refused('registered', BLOCKED),
          'bar.register:refused#decoding': refused('registered', DOUBLE),
          'bar.register:refused#off': refused('registered', DOUBLE),
          'vma.fault:ok#decoding': to('registered', FAULT),
          'dev.device_reset:begin': to('unregistering', TAKEAWAY),
          'bus.hot_reset:begin': to('unregistering', TAKEAWAY),
          'dev.close:begin': to('unregistering', TAKEAWAY),
          'dev.write_command(MEM=0):begin': to('registered', SILENT),
          'dev.write_pmcsr(D3hot):begin': to('registered', SILENT),
          'dev.low_power_entry:begin': to('registered', SILENT),
          'dev.begin': to('registered', SILENT),
        },
      },
      unregistering: {
        description: 'no way in for others, and the last page given out is waited for',
        meta: { source: TAKEAWAY },
        initial: 'marked',
        states: {
          marked: {
            description: 'p2pmem/allocate is still there',
            on: {
              'bar.remove_resource': to('draining', TEARDOWN),
              'vma.mmap:refused': refused('marked', BLOCKED),
              'buf.export:refused': refused('marked', BLOCKED),
              'bar.register:refused#decoding': refused('marked', DOUBLE),
              'bar.register:refused#off': refused('marked', DOUBLE),
              'vma.fault:ok#decoding': to('marked', FAULT),
            },
          },
          draining: {
            description: 'nobody gets another page',
            on: {
              'bar.drained': to('#bar.free', TEARDOWN),
              'vma.mmap:refused': refused('draining', BLOCKED),
              'buf.export:refused': refused('draining', BLOCKED),
              'bar.register:refused#decoding': refused('draining', DOUBLE),
              'bar.register:refused#off': refused('draining', DOUBLE),
              'vma.fault:ok#decoding': to('draining', FAULT),
            },
          },
        },
      },
    },
  });
});

/** A transition that says where it is stated. */
function to(target: string, source: string) {
  return { target, meta: { source } };
}

/** An answer for which the RFC names no errno. */
function refused(target: string, source: string) {
  return { target, meta: { source, answer: 'refused' } };
}
