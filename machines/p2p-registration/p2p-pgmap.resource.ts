// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = [
  'kzalloc(p2p_pgmap):ok',
  'devm_add_action:ok',
  'devm_add_action:-ENOMEM',
  'unmap_mappings:begin',
  'devm_remove_action',
  'devm.unmap_mappings:armed',
  'devm.unmap_mappings:none',
  'devm.p2p_pgmap:allocated',
  'devm.p2p_pgmap:none',
  'kfree(p2p_pgmap)',
] as const;

/**
 * `struct pci_p2pdma_pagemap` of one BAR, and the devm action `pci_p2pdma_unmap_mappings(p2p_pgmap)`,
 * which runs when the driver is unbound and reads `p2p_pgmap->mem->owner`. An action that cannot be
 * added runs at once. A call of the function leaves the action on the list. devm_remove_action() takes
 * that of this p2p_pgmap off it; devres (`devm.unmap_mappings`) comes to every one that is left, and then to
 * the memory (`devm.p2p_pgmap`), where devm_kfree() has not been.
 *
 * @param initially - `armed` where the system starts with the BAR registered
 */
export function p2pPgmap(initially: 'none' | 'armed' = 'none') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'p2p_pgmap',
    description: 'devm_kzalloc(), devm_add_action_or_reset() of pci_p2pdma_add_resource()',
    meta: { labels, source: 'pci_p2pdma_add_resource, v7.3' },
    initial: initially,
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'kzalloc(p2p_pgmap):ok': 'allocated',
          'devm_add_action:ok': 'freed_while_armed',
          'devm_add_action:-ENOMEM': 'none',
          devm_remove_action: 'removed_unarmed',
          'devm.unmap_mappings:none': 'none',
          'devm.p2p_pgmap:none': 'none',
          'unmap_mappings:begin': 'used_after_free',
          'kfree(p2p_pgmap)': 'none',
        },
      },
      allocated: {
        on: {
          'kzalloc(p2p_pgmap):ok': 'allocated',
          'devm_add_action:ok': 'armed',
          'devm_add_action:-ENOMEM': 'allocated',
          devm_remove_action: 'removed_unarmed',
          'devm.unmap_mappings:none': 'allocated',
          'devm.p2p_pgmap:allocated': 'none',
          'unmap_mappings:begin': 'allocated',
          'kfree(p2p_pgmap)': 'none',
        },
      },
      armed: {
        description: 'where a BAR is registered twice, there are two, drawn as one',
        tags: ['quiescent'],
        on: {
          'kzalloc(p2p_pgmap):ok': 'armed',
          'devm_add_action:ok': 'armed',
          'devm_add_action:-ENOMEM': 'armed',
          devm_remove_action: 'allocated',
          'devm.unmap_mappings:armed': 'allocated',
          'devm.p2p_pgmap:allocated': 'freed_while_armed',
          'unmap_mappings:begin': 'armed',
          'kfree(p2p_pgmap)': 'freed_while_armed',
        },
      },
      freed_while_armed: {
        description:
          'the action is still on the list, with the address of what is gone; one that is added later has its own',
        tags: ['quiescent'],
        on: {
          'kzalloc(p2p_pgmap):ok': 'freed_while_armed',
          'devm_add_action:ok': 'freed_while_armed',
          'devm_add_action:-ENOMEM': 'freed_while_armed',
          devm_remove_action: 'freed_while_armed',
          'devm.unmap_mappings:armed': 'used_after_free',
          'devm.p2p_pgmap:none': 'freed_while_armed',
          'unmap_mappings:begin': 'freed_while_armed',
          'kfree(p2p_pgmap)': 'freed_while_armed',
        },
      },
      removed_unarmed: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'has no action that could be released: WARN of devm_release_action()' },
        on: {
          'kzalloc(p2p_pgmap):ok': 'allocated',
          'devm_add_action:ok': 'armed',
          'devm_add_action:-ENOMEM': 'removed_unarmed',
          devm_remove_action: 'removed_unarmed',
          'devm.unmap_mappings:none': 'removed_unarmed',
          'devm.p2p_pgmap:allocated': 'none',
          'devm.p2p_pgmap:none': 'removed_unarmed',
          'unmap_mappings:begin': 'removed_unarmed',
          'kfree(p2p_pgmap)': 'none',
        },
      },
      used_after_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used by pci_p2pdma_unmap_mappings() after devm_kfree()' },
        on: {
          'kzalloc(p2p_pgmap):ok': 'allocated',
          'devm_add_action:ok': 'used_after_free',
          'devm_add_action:-ENOMEM': 'used_after_free',
          devm_remove_action: 'used_after_free',
          'devm.unmap_mappings:none': 'used_after_free',
          'devm.p2p_pgmap:none': 'used_after_free',
          'unmap_mappings:begin': 'used_after_free',
          'kfree(p2p_pgmap)': 'used_after_free',
        },
      },
    },
  });
}
