import { assign, setup } from 'xstate';

export const labels = [
  'pm_runtime_resume_and_get:active',
  'pm_runtime_resume_and_get:suspended',
  'pm_runtime_resume:active',
  'pm_runtime_resume:suspended',
  'pm_runtime_get:ok',
  'pm_runtime_get_sync',
  'pm_runtime_get_noresume',
  'pm_runtime_put_noidle',
  'pm_runtime_put',
  'rpm_suspend:begin',
  'rpm_suspend:end',
  'rpm_resume',
  'runtime_resume:end',
] as const;

/**
 * Runtime PM of one device: its status, and how many references keep it awake. It starts with the
 * one that open takes. Who asks for a device that is on its way waits.
 *
 * @param most - most references there can be, which bounds the count
 */
export function runtimePm(most: number) {
  const machine = setup({
    types: {
      context: {} as { usage: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      room: ({ context }) => context.usage < most,
      held: ({ context }) => context.usage > 0,
      unused: ({ context }) => context.usage === 0,
    },
    actions: {
      get: assign({ usage: ({ context }) => context.usage + 1 }),
      put: assign({ usage: ({ context }) => context.usage - 1 }),
    },
  });

  return machine.createMachine({
    id: 'runtime_pm',
    description: 'dev.power: runtime_status and usage_count',
    meta: { labels, source: 'drivers/base/power/runtime.c; vfio_pci_core_enable, v7.3' },
    context: { usage: 1 },
    initial: 'active',
    states: {
      active: {
        tags: ['quiescent'],
        on: {
          'pm_runtime_resume_and_get:active': { guard: 'room', target: 'active', actions: 'get' },
          'pm_runtime_resume:active': 'active',
          'pm_runtime_get:ok': { guard: 'room', target: 'active', actions: 'get' },
          pm_runtime_get_sync: { guard: 'room', target: 'active', actions: 'get' },
          pm_runtime_get_noresume: { guard: 'room', target: 'active', actions: 'get' },
          pm_runtime_put_noidle: [
            { guard: 'held', target: 'active', actions: 'put' },
            { target: 'underflow' },
          ],
          pm_runtime_put: [
            { guard: 'held', target: 'active', actions: 'put' },
            { target: 'underflow' },
          ],
          'rpm_suspend:begin': { guard: 'unused', target: 'suspending' },
        },
      },
      suspending: {
        on: {
          pm_runtime_get_noresume: { guard: 'room', target: 'suspending', actions: 'get' },
          pm_runtime_put: [
            { guard: 'held', target: 'suspending', actions: 'put' },
            { target: 'underflow' },
          ],
          'rpm_suspend:end': 'suspended',
        },
      },
      suspended: {
        tags: ['quiescent'],
        on: {
          'pm_runtime_resume_and_get:suspended': { target: 'resuming', actions: 'get' },
          'pm_runtime_resume:suspended': 'resuming',
          pm_runtime_get_noresume: { guard: 'room', target: 'suspended', actions: 'get' },
          pm_runtime_put: [
            { guard: 'held', target: 'suspended', actions: 'put' },
            { target: 'underflow' },
          ],
          rpm_resume: 'resuming',
        },
      },
      resuming: {
        on: {
          pm_runtime_get_noresume: { guard: 'room', target: 'resuming', actions: 'get' },
          pm_runtime_put: [
            { guard: 'held', target: 'resuming', actions: 'put' },
            { target: 'underflow' },
          ],
          'runtime_resume:end': 'active',
        },
      },
      underflow: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is put while nobody holds it: "Runtime PM usage count underflow!"' },
        on: {
          'pm_runtime_resume_and_get:active': { target: 'active', actions: 'get' },
          'pm_runtime_resume:active': 'underflow',
          'rpm_suspend:end': 'underflow',
          'runtime_resume:end': 'underflow',
          'pm_runtime_get:ok': { target: 'active', actions: 'get' },
          pm_runtime_get_sync: { target: 'active', actions: 'get' },
          pm_runtime_get_noresume: { target: 'active', actions: 'get' },
          pm_runtime_put_noidle: 'underflow',
          pm_runtime_put: 'underflow',
        },
      },
    },
  });
}
