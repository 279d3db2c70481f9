import {
  DOUBLE,
  EXPORTED,
  REGISTER,
  SILENT,
  TAKEAWAY,
  TEARDOWN,
  TODAY,
} from '../../../machines/p2p-registration/bar.contract.ts';
import type { MachineChanges } from '../../written-anew.ts';

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

const OFF =
  'derived: a struct page maps the BAR for the CPU outside the fault handler; while the device does not decode, an access through it is a bus error';
const VMA =
  'derived: mmap() records nothing, so VFIO can take PTEs away but not refuse for a VMA; only the fault handler can keep them away';
const BAR = 'derived: struct vfio_pci_dma_buf of v7.3 stores ranges and provider, not the BAR';

const to = (target: string, source: string) => ({ target, meta: { source } });

/** The fault handler looks at the BAR, and answers SIGBUS until it is free again. */
const blocked = (state: string) => ({
  on: { 'vma.fault:ok#decoding': null, 'vma.fault:SIGBUS#decoding': to(state, VMA) },
});

export const faultsBlocked: MachineChanges = {
  steps: {
    'bar.registering': blocked('registering'),
    'bar.registered': blocked('registered'),
    'bar.unregistering.marked': blocked('marked'),
    'bar.unregistering.draining': blocked('draining'),
  },
};

/** A buffer that is revoked for now stands in the way, too: every one on `vdev->dmabufs`. */
export const everyBufferCounts = (counted: number): MachineChanges => ({
  steps: {
    'bar.free': {
      on: {
        'bar.register:admitted#off': {
          guard: 'notExported',
          target: 'registering',
          meta: { source: REGISTER },
        },
        'bar.register:refused#off': {
          guard: 'exported',
          target: 'free',
          meta: { source: EXPORTED, answer: 'refused', unused: counted === 0 },
        },
      },
    },
  },
});

/** A BAR is registered only while its device decodes memory. */
export const onlyWhileDecoding: MachineChanges = {
  steps: {
    'bar.free': {
      on: {
        'bar.register:admitted#off': null,
        'bar.register:refused#off': { target: 'free', meta: { source: OFF, answer: 'refused' } },
      },
    },
  },
};

/** The calls that end a registration; the others go on over it. */
export function tornDownBy(calls: readonly Takeaway[]): MachineChanges {
  const answers = takeaways.map((call) => [
    `${call}:begin`,
    calls.includes(call) ? to('unregistering', TAKEAWAY) : to('registered', SILENT),
  ]);
  const all = takeaways.every((call) => calls.includes(call));
  const goesOn = { 'dev.begin': all ? null : to('registered', SILENT) };
  return { steps: { 'bar.registered': { on: { ...Object.fromEntries(answers), ...goesOn } } } };
}

/** A buffer does not say of which BAR it is, so that each of the device's counts (`other.…`). */
export const buffersOfOthersCount = (buffers: number, others: number): MachineChanges => {
  if (others === 0) return {};
  const listed = { guard: 'roomOnList', actions: 'listed', meta: { source: BAR } };
  const own = { 'buf.export:ok#live': null, 'buf.export:ok#revoked': null };
  return {
    labels: {
      bar: [
        'buf.release#listed',
        'other.export:ok#live',
        'other.export:ok#revoked',
        'other.release#listed',
      ],
    },
    steps: {
      bar: {
        on: {
          'other.export:ok#live': listed,
          'other.export:ok#revoked': listed,
          'other.release#listed': { guard: 'exported', actions: 'unlisted', meta: { source: BAR } },
          ...(buffers === 0 && { 'buf.release#listed': null }),
        },
      },
      'bar.free': { on: buffers === 0 ? own : {} },
    },
  };
};

/** A buffer does not say of which BAR it is, so that none counts. */
export const noBufferCounts = (buffers: number): MachineChanges => {
  if (buffers === 0) return {};
  return {
    steps: {
      bar: { on: { 'buf.release#listed': { actions: 'listEmptied', meta: { source: BAR } } } },
      'bar.free': {
        on: {
          'buf.export:ok#live': to('free', BAR),
          'buf.export:ok#revoked': to('free', BAR),
          'bar.register:refused#decoding': null,
        },
      },
    },
  };
};

/** Registering a registered BAR adds its pages again. */
export const addsAgain: MachineChanges = {
  steps: {
    'bar.registered': {
      on: {
        'bar.register:refused#decoding': null,
        'bar.register:admitted#decoding': to('conflict', DOUBLE),
      },
    },
  },
  states: {
    'bar.conflict': {
      description: 'WARN "Conflicting mapping in same section"; panic_on_warn panics here',
      tags: ['violation'],
      meta: {
        source: 'pagemap_range, mm/memremap.c, v7.3',
        finding: 'is added again over pages that exist, which is a WARN',
      },
      on: { 'bar.add_resource:failed': to('registered', 'pagemap_range, v7.3: -ENOMEM') },
    },
  },
};

/** The device takes its memory while pages are in use. */
export const doesNotWait: MachineChanges = {
  steps: {
    'bar.unregistering.marked': { on: { 'dev.begin': to('marked', SILENT) } },
    'bar.unregistering.draining': { on: { 'dev.begin': to('draining', SILENT) } },
  },
};

/** The BAR counts as free when its pages are asked to go, and not when they are gone. */
export const freeBeforeDrained: MachineChanges = {
  steps: {
    'bar.free': { on: { 'bar.drained': to('free', TEARDOWN) } },
    'bar.unregistering.marked': { on: { 'bar.remove_resource': to('#bar.free', TEARDOWN) } },
    'bar.unregistering.draining': null,
  },
};

/** A buffer that outlives its session still counts. */
export const orphansCount: MachineChanges = {
  steps: {
    bar: { on: { 'dev.close:ok': null } },
    'bar.free': { on: { 'dev.close:ok': to('free', TODAY) } },
  },
};
