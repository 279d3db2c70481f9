import type { Limits } from '../src/cli/catalogue.ts';
import { notModelled } from './bugs.ts';

/** What a review has to be told of what is not checked here. */
export const limits: Limits = {
  assumptions: [
    'A machine is as good as the source that it cites; what nobody stated is marked derived.',
    'In sources v7.3 means the 7.3 release candidates for drivers/vfio/pci and 7.3.4 for the P2PDMA code; what 7.2.13 and 7.3.4 answered was measured in a virtual machine.',
    'A version of the design is a list of differences from v7.3, each with its source. What was not read is unknown; where only changelogs were read and name no change, the difference says derived.',
    'A step of a machine is atomic: it is one call, lock operation or test of the source. What two CPUs see of memory without a lock or a barrier is not modelled.',
    "Leads-to is under weak fairness of threads (who can go on for ever does) and strong fairness of locks (the kernel's locks queue). A rwsem here does not queue its waiters, so a deadlock that needs a reader behind a waiting writer is not seen.",
    'The generated tests run on a simulated kernel, imperative code that was written from the same facts without a look at the machines; the two can share an error of the facts. What a real kernel answered, and the order of its function traces, are tests of both.',
    'In the P2P registration systems a device has one reason not to decode at a time.',
  ],
  outOfScope: [
    'Address arithmetic, but for what decides an answer: where ranges are linked (dma-addresses, ranges of one or two units) and how a length is cut into entries (sg-entries, an unsigned int of two bits). What the calls refuse is a table of arguments, not states.',
    'What the environment chooses although the kernel decides it: whether there is a P2P route and whether an IOMMU translates (the topology is not drawn), whether there is room for an IOVA range, whether the arguments of an export are sound (tables), the length and offset of an mmap() of a buffer.',
    'Variant drivers, AER recovery, the reset of the bus at the last close, and a close while low power is engaged.',
    'Systems where every machine meets every other: which machines run together, and how many of each, is the table of systems.',
    'The mmap series is drawn for its CPU mappings, without importers; there is no contract of it, so refinement is not asked.',
    'Refinement is not asked where a finding is that the kernel does what the contract forbids (O2, O3, O4, O12).',
    'Performance, and the DMA of real hardware.',
  ],
  notModelled,
};
