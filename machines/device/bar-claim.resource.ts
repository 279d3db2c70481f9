import { setup } from 'xstate';

export const labels = [
  'map_bars:ok',
  'map_bars:-EBUSY',
  'map_bars:skipped',
  'bar_claimed:true',
  'bar_claimed:false',
  'setup_barmap:ok',
  'setup_barmap:-EBUSY',
  'ioctl',
] as const;

/**
 * Whether the BAR of an export is the driver's own: requested and mapped when the device is opened,
 * which fails where somebody else has the resource, and is left out for a BAR that no CPU can map.
 * Up to 7.1 it was requested and mapped when it was first used (`setup_barmap`), and any BAR was; what
 * that would answer is decided at open here, too.
 *
 * @param initially - `not_open` where the system starts before the device is opened
 */
export function barClaim(initially: 'not_open' | 'claimed' = 'claimed') {
  const opened = initially === 'not_open';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'bar_claim',
    description: 'vdev->barmap[] of the BAR: vfio_pci_core_get_iomap()',
    meta: {
      labels,
      source: 'vfio_pci_core_enable, vfio_pci_core_get_iomap, v7.3',
      unused: opened
        ? []
        : [
            'map_bars:ok',
            'map_bars:-EBUSY',
            'map_bars:skipped',
            'bar_claimed:false',
            'setup_barmap:-EBUSY',
          ],
      unreachable: opened ? [] : ['not_open', 'not_claimed', 'non_mappable'],
    },
    initial: initially,
    ...(opened && {
      on: {
        'map_bars:ok': '.claimed',
        'map_bars:-EBUSY': '.not_claimed',
        'map_bars:skipped': '.non_mappable',
      },
    }),
    states: {
      not_open: {
        description: 'there is no file to call an ioctl on; barmap[] is NULL',
        meta: { source: 'vfio_pci_core_get_iomap, v7.3: a warning, -ENODEV' },
        on: {
          'bar_claimed:false': 'not_open',
          'setup_barmap:-EBUSY': {
            target: 'not_open',
            meta: { source: 'derived: what it would claim is decided at open here' },
          },
        },
      },
      claimed: {
        on: { 'bar_claimed:true': 'claimed', 'setup_barmap:ok': 'claimed', ioctl: 'claimed' },
      },
      not_claimed: {
        on: {
          'bar_claimed:false': 'not_claimed',
          'setup_barmap:-EBUSY': 'not_claimed',
          ioctl: 'not_claimed',
        },
      },
      non_mappable: {
        meta: { source: 'pdev->non_mappable_bars' },
        on: {
          'bar_claimed:false': 'non_mappable',
          'setup_barmap:ok': {
            target: 'non_mappable',
            meta: { source: 'vfio_pci_core_setup_barmap before 7.2: does not look at the flag' },
          },
          ioctl: 'non_mappable',
        },
      },
    },
  });
}
