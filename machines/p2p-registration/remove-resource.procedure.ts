// Truth: what the RFC states; where it is silent, derived.
import { setup } from 'xstate';
import { RFC0 } from './rfc.ts';

export const labels = [
  'bar.remove_resource:begin',
  'bar.devm_remove_action',
  'bar.unmap_mappings:begin',
  'bar.unmap_mappings:end',
  'bar.memunmap_pages:begin',
  'bar.memunmap_pages:end',
  'dev.pool:set',
  'dev.pool:NULL',
  'dev.pool.clear',
  'rcu.sync:begin',
  'rcu.sync:end',
  'dev.gen_pool_destroy',
  'dev.sysfs_remove_group:begin',
  'dev.sysfs_remove_group:end',
  'bar.kfree(p2p_pgmap)',
  'bar.remove_resource:end',
] as const;

/**
 * `pci_p2pdma_remove_resource()`, which the RFC introduces: "manual teardown of the P2P pool … to ensure
 * the pool is destroyed and the ZONE_DEVICE pages are unmapped". Its code could not be read; the order is
 * that in which devres tears down, and the pool is destroyed with the BAR that is removed, as stated. What
 * pci_p2pdma_add_resource() has added to devres is taken off it: to call the functions alone would leave
 * the actions armed, with the address of what is freed (derived).
 */
export function removeResource() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'remove_resource',
    description: 'pci_p2pdma_remove_resource() of one BAR, as the RFC states it',
    meta: { labels, source: `${RFC0}, section 3` },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'bar.remove_resource:begin': 'disarm' } },
      disarm: {
        description: 'devm_release_action(): off the list here, run next',
        meta: { source: 'derived: devm_release_action, drivers/base/devres.c, v7.3' },
        on: { 'bar.devm_remove_action': 'unmap' },
      },
      unmap: {
        meta: { source: 'derived: pci_p2pdma_unmap_mappings, v7.3, runs first at unbind' },
        on: { 'bar.unmap_mappings:begin': 'unmapping' },
      },
      unmapping: {
        on: {
          'bar.unmap_mappings:end': { target: 'pages', meta: { commits: 'bar.remove_resource' } },
        },
      },
      pages: {
        description: 'devm_memunmap_pages(), which releases its action, too',
        meta: { source: 'derived: devm_memremap_pages_release, v7.3, runs second' },
        on: { 'bar.memunmap_pages:begin': 'removing_pages' },
      },
      removing_pages: {
        on: { 'bar.memunmap_pages:end': { target: 'test', meta: { commits: 'bar.drained' } } },
      },
      test: { on: { 'dev.pool:set': 'clear', 'dev.pool:NULL': 'free' } },
      clear: {
        description: 'pdev->p2pdma stays, because vfio-pci has the provider of it',
        meta: { source: 'derived: pci_p2pdma_release, v7.3, clears pdev->p2pdma here' },
        on: { 'dev.pool.clear': 'sync' },
      },
      sync: { on: { 'rcu.sync:begin': 'syncing' } },
      syncing: { on: { 'rcu.sync:end': 'destroy' } },
      destroy: { on: { 'dev.gen_pool_destroy': 'group' } },
      group: { on: { 'dev.sysfs_remove_group:begin': 'removing_group' } },
      removing_group: { on: { 'dev.sysfs_remove_group:end': 'free' } },
      free: { description: 'devm_kfree()', on: { 'bar.kfree(p2p_pgmap)': 'done' } },
      done: { on: { 'bar.remove_resource:end': 'idle' } },
    },
  });
}
