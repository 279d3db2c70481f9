// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = [
  'pcim_p2pdma_init:ok',
  'pcim_p2pdma_init:-ENOMEM',
  'pcim_p2pdma_init:-EOPNOTSUPP',
  'p2pdma:set',
  'p2pdma:NULL',
  'p2pdma.deref',
  'p2pdma.clear',
] as const;

/**
 * `pdev->p2pdma`, under RCU. vfio-pci makes it when it probes, so that its BARs have providers, and it
 * stays as long as the driver does; a driver that has not made it (nvme) gets it of
 * pci_p2pdma_add_resource(). Of a device with `non_mappable_bars` nobody can make it, and vfio-pci goes
 * on without (vfio_pci_core_init_dev): it starts at `set` where the BARs can be mapped.
 */
export function p2pdmaPointer(initially: 'none' | 'set' = 'set') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'p2pdma_pointer',
    description: 'struct pci_p2pdma __rcu *p2pdma of struct pci_dev',
    meta: { labels, source: 'pcim_p2pdma_init, pci_p2pdma_release, v7.3' },
    initial: initially,
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'pcim_p2pdma_init:ok': 'set',
          'pcim_p2pdma_init:-ENOMEM': 'none',
          'pcim_p2pdma_init:-EOPNOTSUPP': 'none',
          'p2pdma:NULL': 'none',
          'p2pdma.deref': 'null_dereference',
          'p2pdma.clear': 'none',
        },
      },
      set: {
        tags: ['quiescent'],
        on: {
          'pcim_p2pdma_init:ok': 'set',
          'p2pdma:set': 'set',
          'p2pdma.deref': 'set',
          'p2pdma.clear': 'none',
        },
      },
      null_dereference: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is dereferenced while it is NULL' },
        on: {
          'pcim_p2pdma_init:ok': 'set',
          'p2pdma:NULL': 'null_dereference',
          'p2pdma.deref': 'null_dereference',
          'p2pdma.clear': 'none',
        },
      },
    },
  });
}
