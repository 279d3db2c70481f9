import { setup } from 'xstate';

export const labels = [
  'vma.munmap:begin',
  'mm.mmap_lock.down_write',
  'mm.mmap_lock.up_write',
  'vma.munmap:ok',
] as const;

/**
 * munmap(), or any other call that changes the mappings of the process: mmap_lock for writing. It
 * waits for the lock of the VMA with mmap_lock held, which is one step here.
 */
export function munmap() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'munmap',
    description: 'vm_munmap(): mmap_write_lock_killable(), mm/mmap.c',
    meta: {
      labels,
      c: {
        function: '__vm_munmap',
        file: 'mm/vma.c',
        entries: [{ begins: 'vma.munmap:begin', parameters: { unlock: '0' } }],
        rows: [
          {
            c: 'mmap_write_lock_killable($_)',
            label: '{mm}.mmap_lock.down_write',
            returns: { '': '0' },
            because: 'a task that is killed does not come back to user space',
          },
          { c: 'mmap_write_unlock($_)', label: '{mm}.mmap_lock.up_write' },
          { c: 'do_vmi_munmap($_, $rest)', is: '0', because: 'what is unmapped is mapped' },
        ],
      },
      source: '__vm_munmap, mm/vma.c; vma_start_write, include/linux/mmap_lock.h, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'vma.munmap:begin': 'lock' } },
      lock: { on: { 'mm.mmap_lock.down_write': 'unlock' } },
      unlock: { on: { 'mm.mmap_lock.up_write': 'return' } },
      return: { on: { 'vma.munmap:ok': 'idle' } },
    },
  });
}
