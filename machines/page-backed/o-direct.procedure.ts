import { setup } from 'xstate';
import { faultLabels, faultStates } from './page-fault.ts';

const GUP =
  'pin_user_pages, __get_user_pages, mm/gup.c, v7.3: page by page under mmap_lock, the fault handler where there is no PTE';
const IO =
  'derived: bio_iov_iter_get_pages, v7.3: FOLL_PCI_P2PDMA; the pins last until the I/O ends, however long that takes';

const labels = [
  'vma.o_direct:begin',
  'mm.mmap_lock.down_read',
  'vma.find:ok',
  'vma.find:none',
  'vma.check_vma_flags:ok',
  'vma.check_vma_flags:-EFAULT',
  'page[0].pin:ok',
  'page[0].pin:none',
  'page[0].pin:-EEXIST',
  ...faultLabels(0),
  'page[1].pin:ok',
  'page[1].pin:none',
  'page[1].pin:-EEXIST',
  ...faultLabels(1),
  'mm.mmap_lock.up_read',
  'vma.io:complete',
  'page[0].unpin',
  'page[1].unpin',
  'vma.o_direct:ok',
  'vma.o_direct:-EFAULT',
];

/**
 * O_DIRECT from or to a mapping of two pages: each is pinned, one after the other, and both stay so
 * until the I/O ends, which the process cannot hurry. Where the second cannot be had, the first goes
 * back.
 */
export function pageODirect() {
  const pinning = (page: 0 | 1, then: string, sigbus: string) => ({
    initial: 'pin',
    states: {
      pin: {
        on: {
          [`page[${page}].pin:ok`]: {
            target: `#page_o_direct.${then}`,
            meta: { commits: `page[${page}].pin` },
          },
          [`page[${page}].pin:none`]: 'fault',
          [`page[${page}].pin:-EEXIST`]: `#page_o_direct.${sigbus}`,
        },
      },
      fault: faultStates({
        machine: '#page_o_direct',
        page,
        then: page === 0 ? 'first.pin' : 'second.pin',
        sigbus,
      }),
    },
  });
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'page_o_direct',
    description: 'read() or write() of an O_DIRECT file from or to a mapping of a dma-buf',
    meta: { labels: [...new Set(labels)], source: GUP },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'vma.o_direct:begin': 'lock' } },
      lock: { on: { 'mm.mmap_lock.down_read': 'find' } },
      find: { on: { 'vma.find:ok': 'check', 'vma.find:none': 'unlock_none' } },
      check: {
        on: { 'vma.check_vma_flags:ok': 'first', 'vma.check_vma_flags:-EFAULT': 'unlock_none' },
      },
      first: pinning(0, 'second', 'unlock_none'),
      second: pinning(1, 'unlock', 'unlock_one'),
      unlock: { on: { 'mm.mmap_lock.up_read': 'in_flight' } },
      in_flight: {
        description: 'the device reads or writes the pages',
        meta: { source: IO },
        on: { 'vma.io:complete': 'unpin' },
      },
      unpin: {
        initial: 'first',
        states: {
          first: {
            on: { 'page[0].unpin': { target: 'second', meta: { commits: 'page[0].unpin' } } },
          },
          second: {
            on: {
              'page[1].unpin': {
                target: '#page_o_direct.return',
                meta: { commits: 'page[1].unpin' },
              },
            },
          },
        },
      },
      return: { on: { 'vma.o_direct:ok': 'idle' } },
      unlock_one: { on: { 'mm.mmap_lock.up_read': 'unpin_one' } },
      unpin_one: {
        on: { 'page[0].unpin': { target: 'return_none', meta: { commits: 'page[0].unpin' } } },
      },
      unlock_none: { on: { 'mm.mmap_lock.up_read': 'return_none' } },
      return_none: { on: { 'vma.o_direct:-EFAULT': 'idle' } },
    },
  });
}
