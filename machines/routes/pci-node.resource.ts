import { setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

/** A device in a tree: what is above it, and whose redirect bits can change when. */
export interface Node {
  /** The number of the bridge above it. */
  readonly upstream: number | 'none';
  readonly host: 0 | 1;
  /** How many devices the tree has. */
  readonly nodes: number;
  /** Whether its redirect bits are written when they have been read, too. */
  readonly late: boolean;
}

function labelsOf({ nodes, late }: Node): string[] {
  return [
    ...Array.from({ length: nodes }, (_, n) => `upstream:${n}`),
    'upstream:none',
    'host:0',
    'host:1',
    'acs_redir:0',
    'acs_redir:1',
    ...(late ? ['acs_ctrl(redirect)', 'acs_ctrl(direct)'] : ['enable_acs']),
  ];
}

/**
 * A PCI device: where it hangs, and the redirect bits of its ACS control register (RR, CR, EC), which a
 * device without the capability never has set. The kernel writes them when it finds the device
 * (pci_enable_acs()), where an IOMMU driver has asked for it or the command line says so: before anybody
 * reads them, so that what is read first is so for good. After that, who may write config space.
 */
export const pciNode = madeOnce(function pciNode(node: Node) {
  const { upstream, host, late } = node;
  const labels = labelsOf(node);
  const place = (state: string) => ({ [`upstream:${upstream}`]: state, [`host:${host}`]: state });
  const written = { 'acs_ctrl(redirect)': 'redirects', 'acs_ctrl(direct)': 'direct' };
  const state = (name: string, on: Record<string, string>) => ({
    tags: ['quiescent'],
    on: { ...place(name), ...on, ...(late && written) },
  });
  const unused = labels.filter(
    (label) =>
      /^(upstream|host):/.test(label) &&
      label !== `upstream:${upstream}` &&
      label !== `host:${host}`,
  );
  const unread = state('unread', { 'acs_redir:0': 'direct', enable_acs: 'redirects' });
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'pci_node',
    description: 'struct pci_dev, and PCI_ACS_CTRL of it',
    meta: {
      labels,
      unused,
      source: 'pci_bridge_has_acs_redir, pci_upstream_bridge, pci_enable_acs, v7.3',
    },
    initial: late ? 'direct' : 'unread',
    states: {
      ...(late ? {} : { unread }),
      direct: state('direct', { 'acs_redir:0': 'direct' }),
      redirects: state('redirects', { 'acs_redir:1': 'redirects' }),
    },
  });
});
