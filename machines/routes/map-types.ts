/** What `pci_p2pdma_map_type()` answers: the ways that there are. */
export const MAP_TYPES = ['BUS_ADDR', 'THRU_HOST_BRIDGE', 'NOT_SUPPORTED'] as const;

export type MapType = (typeof MAP_TYPES)[number];
