import { and, assign, setup, stateIn } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'try_get_registration:ok',
  'try_get_registration:-ENODEV',
  'put_registration',
  'file.put_registration',
  'unregister:begin',
  'unregister:ok',
] as const;

/**
 * The registration of a VFIO device (`vfio_device.refcount`): one reference for the device itself,
 * one for its open file, one for each buffer on its list. `vfio_unregister_group_dev()` drops the
 * first and waits until the others are gone. An ioctl finds the file open, so that
 * vfio_device_try_get_registration() cannot fail in it.
 *
 * @param most - most buffers at a time; one more stands for any number of references that nobody puts
 */
export const registration = madeOnce(function registration(most: number) {
  return setup({
    types: {
      context: {} as { buffers: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      some: ({ context }) => context.buffers > 0,
      none: ({ context }) => context.buffers === 0,
      fileClosed: stateIn({ file: 'closed' }),
    },
    actions: {
      add: assign({ buffers: ({ context }) => Math.min(context.buffers, most) + 1 }),
      drop: assign({
        buffers: ({ context: { buffers } }) => (buffers > most ? buffers : buffers - 1),
      }),
    },
  }).createMachine({
    id: 'registration',
    description: 'vfio_device.refcount: the device, its open file, its buffers',
    meta: {
      labels,
      source:
        'vfio_device_try_get_registration, vfio_device_put_registration, drivers/vfio/vfio_main.c',
      unused: ['try_get_registration:-ENODEV'],
    },
    context: { buffers: 0 },
    type: 'parallel',
    states: {
      device: {
        initial: 'registered',
        states: {
          registered: { tags: ['quiescent'], on: { 'unregister:begin': 'unregistering' } },
          unregistering: {
            description: 'vfio_unregister_group_dev() waits for the last reference',
            on: { 'unregister:ok': { guard: and(['none', 'fileClosed']), target: 'unregistered' } },
          },
          unregistered: { tags: ['quiescent'] },
        },
      },
      file: {
        initial: 'open',
        states: {
          open: {
            meta: { source: 'vfio_device_fops_release, drivers/vfio/vfio_main.c' },
            on: { 'file.put_registration': 'closed' },
          },
          closed: { on: { 'file.put_registration': 'put_twice' } },
          put_twice: {
            tags: ['violation'],
            meta: { finding: 'is put twice for one open file' },
            on: { 'file.put_registration': 'put_twice' },
          },
        },
      },
      buffers: {
        initial: 'counted',
        states: {
          counted: {
            on: {
              'try_get_registration:ok': { target: 'counted', actions: 'add' },
              put_registration: [
                { guard: 'some', target: 'counted', actions: 'drop' },
                { target: 'underflow' },
              ],
            },
          },
          underflow: {
            description: 'the reference of the open file or of the device itself is gone',
            tags: ['violation'],
            meta: { finding: 'is put more often than it was taken' },
            on: {
              'try_get_registration:ok': 'underflow',
              put_registration: 'underflow',
            },
          },
        },
      },
    },
  });
});
