import { setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

/** What pci_p2pdma_whitelist has of a host bridge, by the first device on its root bus. */
export const LISTED = ['no', 'same_host_bridge', 'any'] as const;

export type Listed = (typeof LISTED)[number];

export const labels = [
  'listed(same):true',
  'listed(same):false',
  'listed(other):true',
  'listed(other):false',
] as const;

/**
 * A host bridge to the whitelist, which knows it by the first device on its root bus: one that is neither
 * at devfn 00.0 nor a root port is in no list, whatever it is (pci_host_bridge_dev()).
 */
export const hostBridge = madeOnce(function hostBridge(listed: Listed) {
  const same = `listed(same):${listed !== 'no'}`;
  const other = `listed(other):${listed === 'any'}`;
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'host_bridge',
    description: 'struct pci_host_bridge, as pci_p2pdma_whitelist has it',
    meta: {
      labels,
      unused: labels.filter((label) => label !== same && label !== other),
      source: 'pci_p2pdma_whitelist, __host_bridge_whitelist, pci_host_bridge_dev, v7.3',
    },
    initial: 'there',
    states: { there: { tags: ['quiescent'], on: { [same]: 'there', [other]: 'there' } } },
  });
});

/** A question about this machine that has one answer: what its processor is, what a device is. */
export const fact = madeOnce(function fact(question: string, answer: boolean, source: string) {
  const asked = [`${question}:true`, `${question}:false`];
  const right = `${question}:${answer}`;
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: question,
    description: `${question}: ${answer}`,
    meta: { labels: asked, unused: asked.filter((label) => label !== right), source },
    initial: 'there',
    states: { there: { tags: ['quiescent'], on: { [right]: 'there' } } },
  });
});
