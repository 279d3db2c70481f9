import { setup } from 'xstate';
import type { P2pdmaVariation } from './p2pdma.resource.ts';

export const labels = [
  'map_bars:ok',
  'map_bars:-EBUSY',
  'map_bars:skipped',
  'bar_claimed:true',
  'bar_claimed:false',
  'ioctl',
] as const;

/**
 * Whether the BAR of an export is the driver's own: requested and mapped when the device is opened,
 * which fails where somebody else has the resource, and is left out for a BAR that no CPU can map.
 * In 7.1, the first to do it at open (05f2a68b407a), any BAR was mapped; before, none was until it was
 * first used, and export did not ask.
 *
 * @param initially - `not_open` where the system starts before the device is opened
 */
export function barClaim(
  initially: 'not_open' | 'claimed' = 'claimed',
  { nonMappable }: Pick<P2pdmaVariation, 'nonMappable'> = { nonMappable: 'tested' },
) {
  const opened = initially === 'not_open';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'bar_claim',
    description: 'vdev->barmap[] of the BAR: vfio_pci_core_get_iomap()',
    meta: {
      labels,
      source: 'vfio_pci_core_enable, vfio_pci_core_get_iomap, v7.3',
      unused: opened
        ? []
        : ['map_bars:ok', 'map_bars:-EBUSY', 'map_bars:skipped', 'bar_claimed:false'],
      unreachable: opened ? [] : ['not_open', 'not_claimed', 'non_mappable'],
    },
    initial: initially,
    on: opened
      ? {
          'map_bars:ok': '.claimed',
          'map_bars:-EBUSY': '.not_claimed',
          'map_bars:skipped': '.non_mappable',
        }
      : {},
    states: {
      not_open: {
        description: 'there is no file to call an ioctl on; barmap[] is NULL',
        meta: { source: 'vfio_pci_core_get_iomap, v7.3: a warning, -ENODEV' },
        on: {
          'bar_claimed:false': 'not_open',
        },
      },
      claimed: { on: { 'bar_claimed:true': 'claimed', ioctl: 'claimed' } },
      not_claimed: { on: { 'bar_claimed:false': 'not_claimed', ioctl: 'not_claimed' } },
      non_mappable:
        nonMappable === 'tested'
          ? {
              meta: { source: 'pdev->non_mappable_bars' },
              on: { 'bar_claimed:false': 'non_mappable', ioctl: 'non_mappable' },
            }
          : {
              meta: { source: 'vfio_pci_core_map_bars, v7.1: does not look at the flag' },
              on: { 'bar_claimed:true': 'non_mappable', ioctl: 'non_mappable' },
            },
    },
  });
}
