import type { Difference } from '../design.ts';

/** iommufd's access path takes the pages of a dma-buf for those of a process. */
export const accessPins: Difference = {
  at: ['accessPin'],
  labels: {
    access_pin: [
      'att.access_pin:begin',
      'att.pages.mutex_lock',
      'mm.mmap_lock.down_read',
      'mm.mmap_lock.up_read',
      'att.pages.mutex_unlock',
      'att.access_pin:-EFAULT',
    ],
  },
  states: {
    'access_pin.idle': { tags: ['quiescent'], on: { 'att.access_pin:begin': 'lock' } },
    'access_pin.test': 'gone',
    'access_pin.lock': { on: { 'att.pages.mutex_lock': 'lock_mm' } },
    'access_pin.lock_mm': {
      description: 'pin_user_pages_remote() of the range, read as a user address',
      on: { 'mm.mmap_lock.down_read': 'unlock_mm' },
    },
    'access_pin.unlock_mm': { on: { 'mm.mmap_lock.up_read': 'unlock' } },
    'access_pin.unlock': { on: { 'att.pages.mutex_unlock': 'return' } },
    'access_pin.return': { on: { 'att.access_pin:-EFAULT': 'idle' } },
  },
  defects: ['M10'],
  source: 'iopt_area_add_access before 5f3fc0ad9a41, v7.2',
};
