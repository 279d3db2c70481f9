// Truth: the C of v7.3.
import { setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

const LABELS = [
  'region.core_phys:begin',
  'region.iomap:claimed',
  'region.iomap:absent',
  'region.provider(own):ok',
  'region.provider(own):NULL',
  'region.fill(bar):ok',
  'region.fill(bar):-EINVAL',
  'region.core_phys:ok',
  'region.core_phys:-EINVAL',
  'region.core_phys:-ENODEV',
] as const;

/** Of which provider it is: the BAR has one, or the device (up to v1 of the export series). */
export type ProviderOf = 'bar' | 'device';

/**
 * `vfio_pci_core_get_dmabuf_phys()`: the provider of the BAR, and the addresses that PCI has for it.
 *
 * @param looks - whether it looks itself whether the BAR was claimed, which nobody has written
 */
export const corePhys = madeOnce(function corePhys(looks: boolean, provider: ProviderOf = 'bar') {
  const which = provider === 'bar' ? 'region.provider(own)' : 'region.provider(bar0)';
  const labels = LABELS.filter((label) => looks || !/iomap|-ENODEV/.test(label))
    .filter((label) => provider === 'bar' || label !== 'region.provider(own):NULL')
    .map((label) => label.replace('region.provider(own)', which));
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'core_phys',
    description: 'vfio_pci_core_get_dmabuf_phys(), drivers/vfio/pci/vfio_pci_dmabuf.c',
    meta: {
      labels,
      ...(looks || provider === 'device' ? {} : { c: inC }),
      unreachable: looks ? [] : ['iomap', 'no_device'],
      source: 'vfio_pci_core_get_dmabuf_phys, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'region.core_phys:begin': looks ? 'iomap' : 'provider' } },
      iomap: {
        on: looks ? { 'region.iomap:claimed': 'provider', 'region.iomap:absent': 'no_device' } : {},
      },
      provider: {
        on: {
          [`${which}:ok`]: 'fill',
          ...(provider === 'bar' && { 'region.provider(own):NULL': 'invalid' }),
        },
      },
      fill: {
        description: 'vfio_pci_core_fill_phys_vec(): no range reaches beyond the BAR',
        on: { 'region.fill(bar):ok': 'return', 'region.fill(bar):-EINVAL': 'invalid' },
      },
      return: { on: { 'region.core_phys:ok': 'idle' } },
      invalid: { on: { 'region.core_phys:-EINVAL': 'idle' } },
      no_device: { on: looks ? { 'region.core_phys:-ENODEV': 'idle' } : {} },
    },
  });
});

/** What its C is, for the comparison. */
const inC = {
  function: 'vfio_pci_core_get_dmabuf_phys',
  file: 'drivers/vfio/pci/vfio_pci_dmabuf.c',
  entries: [
    {
      begins: 'region.core_phys:begin',
      returns: { 'region.core_phys:ok': '0', 'region.core_phys:-EINVAL': '-EINVAL' },
    },
  ],
  rows: [
    {
      c: 'pcim_p2pdma_provider($_, region_index)',
      label: 'region.provider(own)',
      returns: { ok: '1', NULL: 'NULL' },
    },
    {
      c: 'vfio_pci_core_fill_phys_vec($rest)',
      label: 'region.fill(bar)',
      returns: { ok: '0', '-EINVAL': '-EINVAL' },
    },
  ],
};
