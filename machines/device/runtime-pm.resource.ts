import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

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
 * one that open takes (vfio_pci_core_enable). Who asks for a device that is on its way waits.
 *
 * @param most - most references that all who are here can have at once; one more stands for any
 * number, which never comes down again
 */
export const runtimePm = madeOnce(function runtimePm(most: number) {
  const machine = setup({
    types: {
      context: {} as { usage: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      held: ({ context }) => context.usage > 0,
      unused: ({ context }) => context.usage === 0,
    },
    actions: {
      get: assign({ usage: ({ context }) => Math.min(context.usage, most) + 1 }),
      put: assign({ usage: ({ context: { usage } }) => (usage > most ? usage : usage - 1) }),
    },
  });
  /** The count changes, and the status does not. */
  const counts = (state: string) =>
    ({
      pm_runtime_get_noresume: { target: state, actions: 'get' },
      pm_runtime_put_noidle: [
        { guard: 'held', target: state, actions: 'put' },
        { target: 'underflow' },
      ],
      pm_runtime_put: [{ guard: 'held', target: state, actions: 'put' }, { target: 'underflow' }],
    }) as const;

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
          ...counts('active'),
          'pm_runtime_resume_and_get:active': { target: 'active', actions: 'get' },
          'pm_runtime_resume:active': 'active',
          'pm_runtime_get:ok': { target: 'active', actions: 'get' },
          pm_runtime_get_sync: { target: 'active', actions: 'get' },
          'runtime_resume:end': 'active',
          'rpm_suspend:begin': { guard: 'unused', target: 'suspending' },
        },
      },
      suspending: {
        on: {
          ...counts('suspending'),
          'rpm_suspend:end': 'suspended',
          'runtime_resume:end': 'suspending',
        },
      },
      suspended: {
        tags: ['quiescent'],
        on: {
          ...counts('suspended'),
          'runtime_resume:end': 'suspended',
          'pm_runtime_resume_and_get:suspended': { target: 'resuming', actions: 'get' },
          'pm_runtime_resume:suspended': 'resuming',
          rpm_resume: 'resuming',
        },
      },
      resuming: {
        on: {
          ...counts('resuming'),
          'runtime_resume:end': 'active',
        },
      },
      underflow: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is put while nobody holds it: "Runtime PM usage count underflow!"' },
        on: {
          'pm_runtime_resume_and_get:active': 'underflow',
          'pm_runtime_resume:active': 'underflow',
          'rpm_suspend:end': 'underflow',
          'runtime_resume:end': 'underflow',
          'pm_runtime_get:ok': 'underflow',
          pm_runtime_get_sync: 'underflow',
          pm_runtime_get_noresume: 'underflow',
          pm_runtime_put_noidle: 'underflow',
          pm_runtime_put: 'underflow',
        },
      },
    },
  });
});
