import { setup } from 'xstate';
import { MAP_TYPES } from './map-types.ts';

export const labels: readonly string[] = [
  'types.load:UNKNOWN',
  ...MAP_TYPES.map((type) => `types.load:${type}`),
  ...MAP_TYPES.flatMap((type) => [`types.store(${type}):ok`, `types.store(${type}):-ENOMEM`]),
  'types.init',
  'types.destroy',
];

/** `p2pdma->map_types`: what was found for one client. It is dropped with the driver, and by nothing else. */
export function mapTypes() {
  const stored = (unless: string) =>
    Object.fromEntries(
      MAP_TYPES.flatMap((type) => [
        [`types.store(${type}):ok`, type],
        [`types.store(${type}):-ENOMEM`, unless],
      ]),
    );
  const holds = (state: string) => ({
    tags: ['quiescent'],
    on: {
      [`types.load:${state}`]: state,
      ...stored(state),
      'types.init': 'UNKNOWN',
      'types.destroy': 'destroyed',
    },
  });
  const gone = Object.fromEntries(
    labels
      .filter((label) => /^types\.(load:UNKNOWN|store)/.test(label))
      .map((label) => [label, 'used_after_destroy']),
  );
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'map_types',
    description: 'struct xarray map_types of struct pci_p2pdma, the entry of one client',
    meta: {
      labels,
      source: 'pcim_p2pdma_init, pci_p2pdma_release, calc_map_type_and_dist, v7.3',
    },
    initial: 'UNKNOWN',
    states: {
      UNKNOWN: holds('UNKNOWN'),
      ...Object.fromEntries(MAP_TYPES.map((type) => [type, holds(type)])),
      destroyed: {
        tags: ['quiescent'],
        on: { ...gone, 'types.init': 'UNKNOWN', 'types.destroy': 'destroyed' },
      },
      used_after_destroy: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is asked after xa_destroy(), in memory that devres frees' },
        on: { ...gone, 'types.init': 'UNKNOWN', 'types.destroy': 'destroyed' },
      },
    },
  });
}
