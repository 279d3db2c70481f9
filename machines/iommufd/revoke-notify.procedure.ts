import { setup } from 'xstate';

export const labels = [
  'att.invalidate:begin',
  'att.pages.mutex_lock',
  'att.pages.revoked:true',
  'att.pages.revoked:false',
  'att.iommu.unmap',
  'att.pages.phys.clear',
  'att.pages.mutex_unlock',
  'att.invalidate:end',
] as const;

/**
 * iommufd's callback: it takes every IOMMU entry of the buffer down and forgets the physical range,
 * under pages->mutex, before it returns. No kref stands for these entries, so that nothing but this
 * function keeps them from outliving the revoke.
 */
export function revokeNotify() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'revoke_notify',
    description: 'iopt_revoke_notify(), called with dma_resv held',
    meta: {
      labels,
      c: {
        function: 'iopt_revoke_notify',
        file: 'drivers/iommu/iommufd/pages.c',
        entries: [{ begins: 'att.invalidate:begin', parameters: { attach: '@att' } }],
        // One step of the machine is all that are on the list.
        lists: [{ head: '&$pages->tracker', of: 'track', size: 1, link: 'elm' }],
        leads: { 'att.importer_priv': '@att.pages', 'pages.dmabuf': 'pages' },
        rows: [{ c: 'iopt_area_unmap_domain_range($_, $_, $_, $_)', label: '{att}.iommu.unmap' }],
      },
      source: 'iopt_revoke_notify, drivers/iommu/iommufd/pages.c, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.invalidate:begin': 'lock' } },
      lock: { on: { 'att.pages.mutex_lock': 'test' } },
      test: {
        on: { 'att.pages.revoked:false': 'unmap', 'att.pages.revoked:true': 'unlock' },
      },
      unmap: {
        description: 'for each (area, domain) on the tracker list',
        on: { 'att.iommu.unmap': 'clear' },
      },
      clear: { on: { 'att.pages.phys.clear': 'unlock' } },
      unlock: { on: { 'att.pages.mutex_unlock': 'return' } },
      return: { tags: ['torn_down'], on: { 'att.invalidate:end': 'idle' } },
    },
  });
}
