import { assign, setup } from 'xstate';

export const labels = [
  'try_get_registration:ok',
  'put_registration',
  'unregister:begin',
  'unregister:ok',
  'memory_lock.down_read',
] as const;

/**
 * The memory of a VFIO device and the references that hold it: its own until it is unregistered, one
 * of its open file, one of each buffer on its list, one of each page fault that takes one. When the
 * last is gone, `vfio_unregister_group_dev()` returns and the device is freed.
 *
 * @param initially - references at the beginning, its own aside
 * @param most - most references at a time, its own aside
 */
export function vfioDevice(initially: number, most: number) {
  return setup({
    types: {
      context: {} as { references: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      roomForOne: ({ context }) => context.references < most,
      some: ({ context }) => context.references > 0,
      none: ({ context }) => context.references === 0,
    },
    actions: {
      get: assign({ references: ({ context }) => context.references + 1 }),
      put: assign({ references: ({ context }) => context.references - 1 }),
    },
  }).createMachine({
    id: 'vfio_device',
    description: 'struct vfio_device.refcount, and the memory it is in',
    meta: {
      labels,
      source:
        'vfio_device_try_get_registration, vfio_device_put_registration, vfio_unregister_group_dev, drivers/vfio/vfio_main.c',
    },
    context: { references: initially },
    initial: 'registered',
    states: {
      registered: {
        tags: ['quiescent'],
        on: {
          'try_get_registration:ok': { guard: 'roomForOne', target: 'registered', actions: 'get' },
          put_registration: { guard: 'some', target: 'registered', actions: 'put' },
          'unregister:begin': 'unregistering',
          'memory_lock.down_read': 'registered',
        },
      },
      unregistering: {
        on: {
          'try_get_registration:ok': {
            guard: 'roomForOne',
            target: 'unregistering',
            actions: 'get',
          },
          put_registration: { guard: 'some', target: 'unregistering', actions: 'put' },
          'unregister:ok': { guard: 'none', target: 'freed' },
          'memory_lock.down_read': 'unregistering',
        },
      },
      freed: {
        tags: ['quiescent'],
        on: { 'memory_lock.down_read': 'used_after_free' },
      },
      used_after_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used after it was freed: its memory_lock is taken' },
        on: { 'memory_lock.down_read': 'used_after_free' },
      },
    },
  });
}
