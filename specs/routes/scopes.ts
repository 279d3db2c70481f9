import type { Scope } from 'xstate-check';

/** Two functions below one port, whose host bridge is listed for devices of its own. */
export const SIBLINGS: Scope = {
  ...{ provider: 2, client: 2, shared: 1 },
  ...{ hosts: 1, listed: 1, other: 0, zen: 0, late: 0, non_pci: 0 },
};

/** A function that maps its own BAR. */
export const SELF: Scope = { ...SIBLINGS, provider: 1, client: 1, shared: 1 };

/** Two devices below two ports of a switch. */
export const SWITCH: Scope = { ...SIBLINGS, provider: 3, client: 3, shared: 1 };

/** Two devices below two root ports of one host bridge. */
export const ROOT_PORTS: Scope = { ...SIBLINGS, shared: 0 };

/** The same of two host bridges, of which the first is listed for any and the other for none. */
export const HOST_BRIDGES: Scope = { ...ROOT_PORTS, hosts: 2, listed: 2, other: 0 };

/** Redirect bits that are written when the way has been asked for, too. */
export const LATE: Scope = { ...SIBLINGS, late: 1 };

/** An importer whose device is none of PCI. */
export const NOT_PCI: Scope = { ...SIBLINGS, non_pci: 1 };
