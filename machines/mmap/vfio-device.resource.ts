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
 * @param most - most references at a time, its own aside; one more stands for any number, of which
 * some are never put
 */
export function vfioDevice(initially: number, most: number) {
  return setup({
    types: {
      context: {} as { references: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      some: ({ context }) => context.references > 0,
      none: ({ context }) => context.references === 0,
    },
    actions: {
      get: assign({ references: ({ context }) => Math.min(context.references, most) + 1 }),
      put: assign({
        references: ({ context: { references } }) =>
          references > most ? references : references - 1,
      }),
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
          'try_get_registration:ok': { target: 'registered', actions: 'get' },
          put_registration: [
            { guard: 'some', target: 'registered', actions: 'put' },
            { target: 'underflow' },
          ],
          'unregister:begin': 'unregistering',
          'memory_lock.down_read': 'registered',
        },
      },
      unregistering: {
        on: {
          'try_get_registration:ok': { target: 'unregistering', actions: 'get' },
          put_registration: [
            { guard: 'some', target: 'unregistering', actions: 'put' },
            { target: 'underflow' },
          ],
          'unregister:ok': { guard: 'none', target: 'freed' },
          'memory_lock.down_read': 'unregistering',
        },
      },
      freed: {
        tags: ['quiescent'],
        on: usedAfterFree,
      },
      underflow: {
        description: 'the reference of the device itself is put: it may be freed at any time',
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is put more often than it was taken' },
        on: {
          'try_get_registration:ok': 'underflow',
          put_registration: 'underflow',
          'unregister:begin': 'underflow',
          'unregister:ok': 'freed',
          'memory_lock.down_read': 'underflow',
        },
      },
      used_after_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used after it was freed: its memory_lock is taken' },
        on: usedAfterFree,
      },
    },
  });
}

const usedAfterFree = {
  'try_get_registration:ok': 'used_after_free',
  put_registration: 'used_after_free',
  'memory_lock.down_read': 'used_after_free',
} as const;
