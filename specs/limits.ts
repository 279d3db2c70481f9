import type { Limits } from '../src/cli/catalogue.ts';
import { notModelled } from './bugs.ts';

/** What a review has to be told of what is not checked here. */
export const limits: Limits = {
  assumptions: [
    'A machine is as good as the source that it cites; what nobody stated is marked derived.',
    'In sources v7.3 means the 7.3 release candidates for drivers/vfio/pci and 7.3.4 for the P2PDMA code; what 7.2.13 and 7.3.4 answered was measured in a virtual machine.',
    'A version of the design is a list of differences from v7.3, each with its source. What was not read is unknown; where only changelogs were read and name no change, the difference says derived.',
    'A step of a machine is atomic: it is one call, lock operation or test of the source. What two CPUs see of memory without a lock or a barrier is not modelled.',
    "Leads-to is under weak fairness of threads (who can go on for ever does) and strong fairness of locks (the kernel's locks queue). Where anybody reads a rwsem, its writers queue, and a reader waits behind them; that a waiter of 4 ms is handed the lock, and that a fatal signal ends a killable wait (mmap_lock of a call), is not drawn.",
    'The generated tests run on a simulated kernel, imperative code that was written from the same facts without a look at the machines; the two can share an error of the facts. What a real kernel answered, and the order of its function traces, are tests of both.',
    'In the P2P registration systems a device has one reason not to decode at a time.',
  ],
  outOfScope: [
    'Address arithmetic: offsets, lengths and alignments of a buffer and its ranges. What the calls refuse is a table of arguments, not states.',
    'Variant drivers (but for a read of nvgrace-gpu), AER recovery, the reset of the bus at the last close, and a close while low power is engaged.',
    'Systems where every machine meets every other: which machines run together, and how many of each, is the table of systems.',
    'The mmap series is drawn for its CPU mappings, without importers; there is no contract of it, so refinement is not asked.',
    'Refinement is not asked where a finding is that the kernel does what the contract forbids (O2, O3, O4, O12).',
    'Performance, and the DMA of real hardware.',
  ],
  notModelled,
};
