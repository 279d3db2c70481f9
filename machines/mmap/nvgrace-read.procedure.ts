import { setup } from 'xstate';

export const labels = [
  'dev.read:begin',
  'dev.memory_lock.down_read',
  'mm.user_page:present',
  'mm.user_page:absent',
  'mm.mmap_lock.down_read',
  'mm.mmap_lock.up_read',
  'dev.memory_lock.up_read',
  'dev.read:ok',
] as const;

/**
 * read() of the device memory of an nvgrace-gpu: it copies to user space with memory_lock held for
 * reading, and where the page of the user is not there, the copy faults and takes mmap_lock. That the
 * memory has to be ready after a reset is not drawn.
 */
export function nvgraceRead() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'nvgrace_read',
    description: 'nvgrace_gpu_read_mem() under memory_lock, copy_to_user()',
    meta: {
      labels,
      source:
        'Ankit Agrawal, "vfio/nvgrace-gpu: wait for the GPU mem to be ready" v6 6/6, 2025-11-25, <20251125173013.39511-7-ankita@nvidia.com>; opsound/vfio-dmabuf-lab, nvgrace-v5',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.read:begin': 'lock' } },
      lock: { on: { 'dev.memory_lock.down_read': 'copy' } },
      copy: { on: { 'mm.user_page:present': 'unlock', 'mm.user_page:absent': 'fault' } },
      fault: { on: { 'mm.mmap_lock.down_read': 'faulted' } },
      faulted: { on: { 'mm.mmap_lock.up_read': 'unlock' } },
      unlock: { on: { 'dev.memory_lock.up_read': 'return' } },
      return: { on: { 'dev.read:ok': 'idle' } },
    },
  });
}
