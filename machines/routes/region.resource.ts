import { setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

/** What is behind a region of a VFIO device. */
export interface Behind {
  /** A BAR of PCI that vfio-pci has claimed. */
  readonly bar: boolean;
  /** Memory that is in no BAR, which the driver maps for CPUs. */
  readonly memory: boolean;
  /** It is region 0, whose provider others borrow. */
  readonly first: boolean;
}

export const labels = [
  'iomap:claimed',
  'iomap:absent',
  'memory:true',
  'memory:false',
  'provider(own):ok',
  'provider(own):NULL',
  'provider(bar0):ok',
  'fill(bar):ok',
  'fill(bar):-EINVAL',
  'fill(memory):ok',
  'fill(memory):-EINVAL',
  'fill(region):ok',
  'fill(region):-EINVAL',
  'export:-ENODEV',
  'bus_addr_map',
  'dma_map',
  'release:ok',
] as const;

/**
 * A region that is exported: which provider its buffer was given, which addresses, and what an importer
 * makes of the two. A bus address is made of an address and the offset of the provider's BAR.
 */
export const region = madeOnce(function region({ bar, memory, first }: Behind) {
  const facts = (state: string) => ({
    [`iomap:${bar ? 'claimed' : 'absent'}`]: state,
    [`memory:${memory}`]: state,
    'export:-ENODEV': memory ? 'refused' : state,
    'fill(bar):-EINVAL': 'none',
    'fill(memory):-EINVAL': 'none',
    'fill(region):-EINVAL': 'none',
    'release:ok': 'none',
  });
  /** Where a step leads that makes no sense in a state: it stays. */
  const stays = (state: string) =>
    Object.fromEntries(
      labels.filter((label) => !OF_ONE.test(label)).map((label) => [label, state]),
    );
  const provided = {
    [`provider(own):${bar ? 'ok' : 'NULL'}`]: bar ? 'own' : 'none',
    'provider(bar0):ok': first ? 'own' : 'of_bar0',
  };
  const state = (name: string, on: Record<string, string>) => ({
    tags: ['quiescent'],
    on: { ...stays(name), ...facts(name), ...provided, ...on },
  });
  const kept = (name: string) => ({ bus_addr_map: name, dma_map: name });
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'region',
    description: 'a region of a VFIO device, and the buffer that is exported of it',
    meta: {
      labels,
      unused: labels.filter(
        (label) => OF_ONE.test(label) && !(label in { ...facts(''), ...provided }),
      ),
      unreachable: [
        ...(bar || first ? [] : ['own', 'of_bar']),
        ...(first
          ? ['of_bar0', 'of_memory', 'other_provider', 'beyond_memory', 'not_decoded']
          : []),
        ...(memory ? [] : ['refused']),
      ],
      source:
        'struct vfio_pci_dma_buf, pcim_p2pdma_provider, nvgrace_get_dmabuf_phys, pci_p2pdma_bus_addr_map, v7.3',
    },
    initial: 'none',
    states: {
      none: state('none', {}),
      refused: state('refused', {}),
      own: state('own', {
        'fill(bar):ok': 'of_bar',
        'fill(memory):ok': 'of_bar',
        'fill(region):ok': 'of_bar',
      }),
      of_bar0: state('of_bar0', {
        'fill(bar):ok': 'other_provider',
        'fill(memory):ok': 'of_memory',
        'fill(region):ok': 'beyond_memory',
      }),
      of_bar: state('of_bar', kept('of_bar')),
      of_memory: state('of_memory', { bus_addr_map: 'not_decoded', dma_map: 'of_memory' }),
      other_provider: state('other_provider', kept('other_provider')),
      beyond_memory: state('beyond_memory', kept('beyond_memory')),
      not_decoded: state('not_decoded', kept('not_decoded')),
    },
  });
});

/** Answers of which a region has one. */
const OF_ONE = /^(iomap|memory:|provider\(own\))/;
