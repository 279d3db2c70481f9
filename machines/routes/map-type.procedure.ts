// Truth: the C of v7.3.
import { setup } from 'xstate';
import { MAP_TYPES } from './map-types.ts';

export const labels: readonly string[] = [
  'map_type:begin',
  'dev.p2pdma:set',
  'dev.p2pdma:NULL',
  'client.is_pci:true',
  'client.is_pci:false',
  'dev.types.load:UNKNOWN',
  ...MAP_TYPES.map((type) => `dev.types.load:${type}`),
  'calc:begin',
  ...MAP_TYPES.map((type) => `calc:${type}`),
  ...MAP_TYPES.map((type) => `map_type:${type}`),
];

/**
 * `pci_p2pdma_map_type()`: what was found for this client before stands, as long as the driver of the
 * provider's device is bound; nobody takes it back.
 */
export function mapType() {
  const returned = Object.fromEntries(
    MAP_TYPES.map((type) => [`return_${type}`, { on: { [`map_type:${type}`]: 'idle' } }]),
  );
  const found = (of: string) =>
    Object.fromEntries(MAP_TYPES.map((type) => [`${of}:${type}`, `return_${type}`]));
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'map_type',
    description: 'pci_p2pdma_map_type(), drivers/pci/p2pdma.c',
    meta: { labels, c: inC, source: 'pci_p2pdma_map_type, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'map_type:begin': 'has_p2pdma' } },
      has_p2pdma: {
        on: { 'dev.p2pdma:set': 'is_pci', 'dev.p2pdma:NULL': 'return_NOT_SUPPORTED' },
      },
      is_pci: {
        description: 'the device that maps, and not one above it that is of PCI',
        on: { 'client.is_pci:true': 'deref', 'client.is_pci:false': 'return_NOT_SUPPORTED' },
      },
      deref: {
        description: 'under rcu_read_lock(): it may have gone since',
        on: { 'dev.p2pdma:set': 'load', 'dev.p2pdma:NULL': 'return_NOT_SUPPORTED' },
      },
      load: { on: { 'dev.types.load:UNKNOWN': 'calc', ...found('dev.types.load') } },
      calc: { on: { 'calc:begin': 'calculating' } },
      calculating: { on: found('calc') },
      ...returned,
    },
  });
}

/** What is in the array for each: enum pci_p2pdma_map_type as xa_mk_value() writes it. */
const KEPT = { UNKNOWN: '0', NOT_SUPPORTED: '5', BUS_ADDR: '7', THRU_HOST_BRIDGE: '9' } as const;

/** What its C is, for the comparison. */
const inC = {
  function: 'pci_p2pdma_map_type',
  file: 'drivers/pci/p2pdma.c',
  also: ['include/linux/xarray.h', 'include/linux/pci-p2pdma.h'],
  leads: { 'dev.p2pdma': 'dev' },
  entries: [
    {
      begins: 'map_type:begin',
      parameters: { provider: '@provider' },
      returns: Object.fromEntries(
        MAP_TYPES.map((type) => [`map_type:${type}`, `PCI_P2PDMA_MAP_${type}`]),
      ),
    },
  ],
  rows: [
    {
      c: 'to_pci_dev($provider->owner)',
      is: '@dev',
      because: 'the device that the provider is of',
    },
    {
      c: '$dev->p2pdma',
      label: '{dev}.p2pdma',
      returns: { set: '@dev', NULL: 'NULL' },
    },
    { c: 'dev_is_pci($_)', label: 'client.is_pci', returns: { true: '1', false: '0' } },
    {
      c: 'xa_load($_, $_)',
      label: 'dev.types.load',
      returns: KEPT,
    },
    ...Object.entries(KEPT).map(([type, value]) => ({
      c: `xa_to_value(${value})`,
      is: `PCI_P2PDMA_MAP_${type}`,
      because: 'xa_mk_value(), include/linux/xarray.h: (value << 1) | 1',
    })),
    {
      c: 'calc_map_type_and_dist($_, $_, $_, $_)',
      label: 'calc',
      spans: true,
      returns: Object.fromEntries(MAP_TYPES.map((type) => [type, `PCI_P2PDMA_MAP_${type}`])),
    },
    {
      c: 'rcu_read_lock()',
      is: 'void',
      because: 'who releases waits for no reader without a pool',
    },
    {
      c: 'rcu_read_unlock()',
      is: 'void',
      because: 'who releases waits for no reader without a pool',
    },
  ],
};
