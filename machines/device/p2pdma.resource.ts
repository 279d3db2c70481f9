import { setup, stateIn } from 'xstate';

export const labels = [
  'pcim_p2pdma_init:ok',
  'pcim_p2pdma_init:-EOPNOTSUPP',
  'pcim_p2pdma_init:-ENOMEM',
  'map_bars:skipped',
  'pcim_p2pdma_provider:ok',
  'pcim_p2pdma_provider:NULL',
] as const;

export interface P2pdmaVariation {
  /**
   * What pcim_p2pdma_provider() makes of a device without pcim_p2pdma_init(): it warns and answers
   * NULL (since v8 of the series), or answers an address inside of a NULL struct (v7).
   */
  readonly missingInit: 'warns' | 'not_tested';
  /** Whether it looks at `pdev->non_mappable_bars` (since 951ebc18d181, 7.2). */
  readonly nonMappable: 'tested' | 'not_tested';
}

/**
 * `pdev->p2pdma`: made by pcim_p2pdma_init() when the driver probes, and the provider of a memory
 * BAR that is found in it. A BAR that no CPU can map has none.
 *
 * @param initially - `none` where the system starts before the driver probes
 */
export function p2pdma(initially: 'none' | 'initialised', variation: P2pdmaVariation) {
  const probed = initially === 'none';
  const wild = variation.missingInit === 'not_tested';
  const tested = variation.nonMappable === 'tested';
  return setup({
    types: { events: {} as { type: (typeof labels)[number] } },
    guards: {
      mappable: stateIn({ bars: 'mappable' }),
      notMappable: stateIn({ bars: 'non_mappable' }),
    },
  }).createMachine({
    id: 'p2pdma',
    description: 'struct pci_p2pdma of a PCI device and its providers, drivers/pci/p2pdma.c',
    meta: {
      labels,
      source: 'pcim_p2pdma_init, pcim_p2pdma_provider, v7.3',
      unused: [
        ...(probed
          ? []
          : [
              'pcim_p2pdma_init:ok',
              'pcim_p2pdma_init:-EOPNOTSUPP',
              'pcim_p2pdma_init:-ENOMEM',
              'map_bars:skipped',
            ]),
        ...(probed && (tested || !wild) ? [] : ['pcim_p2pdma_provider:NULL']),
      ],
      unreachable: [
        ...(probed ? [] : ['providers.none', 'bars.non_mappable']),
        ...(probed && wild ? [] : ['providers.wild']),
      ],
    },
    type: 'parallel',
    states: {
      providers: {
        initial: initially,
        states: {
          none: {
            on: {
              'pcim_p2pdma_init:ok': 'initialised',
              'pcim_p2pdma_init:-EOPNOTSUPP': 'none',
              'pcim_p2pdma_init:-ENOMEM': 'none',
              ...(wild
                ? { 'pcim_p2pdma_provider:ok': 'wild' }
                : { 'pcim_p2pdma_provider:NULL': 'none' }),
            },
          },
          initialised: {
            on: {
              ...(probed && {
                'pcim_p2pdma_init:ok': {
                  target: 'initialised',
                  meta: { source: 'pcim_p2pdma_init, v7.3: there is one already, 0' },
                },
              }),
              'pcim_p2pdma_provider:ok': tested
                ? { guard: 'mappable', target: 'initialised' }
                : 'initialised',
              ...(tested && {
                'pcim_p2pdma_provider:NULL': {
                  guard: 'notMappable',
                  target: 'initialised',
                  meta: { unused: !probed },
                },
              }),
            },
          },
          wild: {
            description: '&p2p->mem[bar] with p2p == NULL: the first map dereferences it',
            tags: ['violation'],
            meta: { finding: 'is not there: the provider is an address inside of a NULL struct' },
            on: { 'pcim_p2pdma_init:ok': 'initialised', 'pcim_p2pdma_provider:ok': 'wild' },
          },
        },
      },
      bars: {
        description: 'pdev->non_mappable_bars, as vfio_pci_core_enable() finds it',
        initial: 'mappable',
        states: {
          mappable: { ...(probed && { on: { 'map_bars:skipped': 'non_mappable' } }) },
          non_mappable: { ...(probed && { on: { 'map_bars:skipped': 'non_mappable' } }) },
        },
      },
    },
  });
}
