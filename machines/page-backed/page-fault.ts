/** What a page fault in a mapping of a page-backed buffer begins with, and where it leads. */
export interface FaultOf {
  /** The machine, for targets: `#page_touch`. */
  readonly machine: string;
  /** The page that it is for. */
  readonly page: number;
  /** The states of the machine that follow a PTE, and a refusal. */
  readonly then: string;
  readonly sigbus: string;
}

/** The labels of a fault for one page, in the order of the C. */
export const faultLabels = (page: number) =>
  [
    'dev.memory_lock.down_read',
    'buf.status:OK',
    'buf.status:TEMP_REVOKED',
    'buf.status:PERM_REVOKED',
    `page[${page}].insert_pfn`,
    'dev.memory_lock.up_read',
  ] as const;

export const FAULT =
  'derived from the fault handler of that tree: pran005/linux, vfio_pci_core.c@7518b637bfc3, vfio_pci_mmap_huge_fault, of a commit in the middle of its series; it has no case for pages';

/** A buffer that is revoked answers SIGBUS. */
const REFUSED = { target: 'unlock_sigbus', meta: { commits: 'buf.sigbus' } };

/**
 * The fault handler, in its caller's machine: GUP of an O_DIRECT faults as a touch does. Under
 * memory_lock the status is read, and the PTE inserted.
 */
export function faultStates({ machine, page, then, sigbus }: FaultOf) {
  return {
    description: 'vfio_pci_mmap_huge_fault()',
    meta: { source: FAULT },
    initial: 'lock',
    states: {
      lock: { on: { 'dev.memory_lock.down_read': 'test' } },
      test: {
        on: {
          'buf.status:OK': 'insert',
          'buf.status:TEMP_REVOKED': REFUSED,
          'buf.status:PERM_REVOKED': REFUSED,
        },
      },
      insert: {
        on: {
          [`page[${page}].insert_pfn`]: {
            target: 'unlock',
            meta: { commits: `page[${page}].insert` },
          },
        },
      },
      unlock: { on: { 'dev.memory_lock.up_read': `${machine}.${then}` } },
      unlock_sigbus: { on: { 'dev.memory_lock.up_read': `${machine}.${sigbus}` } },
    },
  };
}
