// Truth: the C of v7.3.
import { setup } from 'xstate';
import { p2pdmaInC } from './in-c.ts';

export const labels = [
  'dev.p2pdma_release:begin',
  'dev.p2pdma:set',
  'dev.p2pdma:NULL',
  'dev.p2pdma.clear',
  'dev.pool:set',
  'dev.pool:NULL',
  'rcu.sync:begin',
  'rcu.sync:end',
  'dev.xa_destroy',
  'dev.gen_pool_destroy',
  'dev.sysfs_remove_group:begin',
  'dev.sysfs_remove_group:end',
  'dev.p2pdma_release:end',
] as const;

/**
 * `pci_p2pdma_release()`, the devm action that pcim_p2pdma_init() has added: ahead of those of every BAR, so
 * that it runs after them, when no page is left.
 */
export function p2pdmaRelease() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'p2pdma_release',
    description: 'pci_p2pdma_release(), drivers/pci/p2pdma.c',
    meta: { labels, c: inC, source: 'pci_p2pdma_release, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.p2pdma_release:begin': 'test' } },
      test: { on: { 'dev.p2pdma:set': 'clear', 'dev.p2pdma:NULL': 'done' } },
      clear: { on: { 'dev.p2pdma.clear': 'has_pool' } },
      has_pool: {
        description: 'without a pool, nobody is waited for',
        on: { 'dev.pool:set': 'sync', 'dev.pool:NULL': 'destroy_types_alone' },
      },
      sync: { on: { 'rcu.sync:begin': 'syncing' } },
      syncing: { on: { 'rcu.sync:end': 'destroy_types' } },
      destroy_types: { on: { 'dev.xa_destroy': 'destroy_pool' } },
      destroy_types_alone: { on: { 'dev.xa_destroy': 'done' } },
      destroy_pool: { on: { 'dev.gen_pool_destroy': 'remove_group' } },
      remove_group: { on: { 'dev.sysfs_remove_group:begin': 'removing_group' } },
      removing_group: { on: { 'dev.sysfs_remove_group:end': 'done' } },
      done: { on: { 'dev.p2pdma_release:end': 'idle' } },
    },
  });
}

/** What its C is, for the comparison. */
const inC = {
  function: 'pci_p2pdma_release',
  file: 'drivers/pci/p2pdma.c',
  entries: [{ begins: 'dev.p2pdma_release:begin', parameters: { data: '@dev' } }],
  ...p2pdmaInC,
};
