// Truth: the C of v7.3.
import { assign, setup } from 'xstate';
import { spelt } from './spelt.ts';
import type { MappingScope } from './unmap-mappings.procedure.ts';

export const labels = [
  'io.write:begin',
  'mm.mmap_lock.down_read',
  'vma.bar[b].page[p].pin',
  'vma.pin:-EFAULT',
  'mm.mmap_lock.up_read',
  'io.submit',
  'dev.memory_lock.down_read',
  'dev.memory_lock.up_read',
  'io.complete',
  'bar[b].page[p].put:more',
  'bar[b].page[p].put:last',
  'bar[b].page[p].folio_free:end',
  'io.write:ok',
  'io.write:-EFAULT',
] as const;

/** Who answers the I/O: a disk of its own, or a process that needs the device for it. */
export type Served = 'by_disk' | 'by_vfio_user';

/**
 * An O_DIRECT write out of a mapping of p2pmem: get_user_pages_fast() with FOLL_PCI_P2PDMA pins the page,
 * and the disk reads the BAR by DMA until the I/O is done. The pin lasts as long as the I/O, and nothing
 * ends it earlier. A block device that a process serves out of the very device (ublk, nbd on top of a
 * user space driver) needs a BAR of it, and so memory_lock, to complete.
 */
export function oDirect({ bars, pages }: Pick<MappingScope, 'bars' | 'pages'>, served: Served) {
  const machine = setup({
    types: { context: {} as { b: number; p: number }, events: {} as { type: string } },
    actions: {
      ofPage: assign((_, of: { b: number; p: number }) => of),
      noPage: assign({ b: 0, p: 0 }),
    },
  });
  const byUser = served === 'by_vfio_user';
  const own = labels.filter((label) => byUser || !label.includes('memory_lock'));
  return machine.createMachine({
    id: 'o_direct',
    description: 'write() with O_DIRECT out of p2pmem: pin, DMA, unpin',
    meta: {
      labels: spelt(own, (label) => label.endsWith('.pin'), { bars, pages }),
      index: { b: bars, p: pages },
      source:
        'try_grab_folio_fast, mm/gup.c, v7.3; seen on 7.3.4: a write to a throttled disk holds up the unbind until it ends, a pin after the zap is -EFAULT',
    },
    context: { b: 0, p: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'io.write:begin': 'lock' } },
      lock: { on: { 'mm.mmap_lock.down_read': 'pin' } },
      pin: {
        on: {
          ...Object.fromEntries(
            Array.from({ length: bars * pages }, (_, i) => {
              const of = { b: Math.floor(i / pages), p: i % pages };
              const label = `vma.bar[${of.b}].page[${of.p}].pin`;
              return [
                label,
                { target: 'unlock', actions: { type: 'ofPage', params: of } as const },
              ];
            }),
          ),
          'vma.pin:-EFAULT': 'unlock_failed',
        },
      },
      unlock: { on: { 'mm.mmap_lock.up_read': 'submit' } },
      submit: { tags: ['pins'], on: { 'io.submit': byUser ? 'serve' : 'dma' } },
      ...(byUser && {
        serve: {
          description: 'the process that answers touches a BAR of the device, which faults',
          tags: ['pins', 'dma'],
          meta: { source: 'derived: ublk, nbd or vhost-user on top of a driver in user space' },
          on: { 'dev.memory_lock.down_read': 'served' },
        },
        served: { tags: ['pins', 'dma'], on: { 'dev.memory_lock.up_read': 'dma' } },
      }),
      dma: {
        description: 'the disk reads the BAR',
        tags: ['pins', 'dma'],
        on: { 'io.complete': 'put' },
      },
      put: {
        on: {
          'bar[b].page[p].put:more': { target: 'return', actions: 'noPage' },
          'bar[b].page[p].put:last': 'freeing',
        },
      },
      freeing: {
        on: { 'bar[b].page[p].folio_free:end': { target: 'return', actions: 'noPage' } },
      },
      return: { on: { 'io.write:ok': 'idle' } },
      unlock_failed: { on: { 'mm.mmap_lock.up_read': 'fail' } },
      fail: { on: { 'io.write:-EFAULT': 'idle' } },
    },
  });
}
