import type { Part, System } from 'xstate-check';
import { lifeSystem } from '../buffer/life.system.ts';
import type { ContractScope, ImporterSpec } from '../shared/contract.ts';

/** Two buffers of a device, exported and live, and an importer of each. */
const twoBuffers = (first: ImporterSpec['kind'], second: ImporterSpec['kind']): ContractScope => ({
  devices: 1,
  buffers: [0, 0],
  importers: [
    { buffer: 0, kind: first },
    { buffer: 1, kind: second },
  ],
  initially: 'running',
});

export const TWO_BUFFERS = twoBuffers('unmaps_later', 'unmaps_in_callback');

/** The same as the regions of a VMM, which iommufd imports. */
export const TWO_REGIONS = twoBuffers('iommufd', 'iommufd');

/**
 * The contract leaves to the kernel which buffer goes first; the kernel takes them in the order of the
 * list of the device, and so do tests: the first has gone before the second goes, and is back before it
 * comes back. What a close does with each before it comes to the next is another order: it is left out.
 */
export function twoBuffersSystem(of: ContractScope, revision: string): System {
  const life = lifeSystem(of, revision, { devices: 1, buffers: 2, importers: 2 });
  return { ...life, parts: life.parts.map(inListOrder) };
}

function inListOrder(part: Part): Part {
  if (part.name === 'owner[0]') {
    return { ...part, rename: (label) => (/^close:/.test(label) ? [] : part.rename(label)) };
  }
  if (part.name !== 'buf[0]') return part;
  // Nothing of a buffer is live exactly where it allows a cut; a section ends where it is.
  const also: Readonly<Record<string, string>> = {
    cut: 'buf[1].revoke',
    'end#live': 'buf[1].unrevoke',
  };
  return {
    ...part,
    rename: (label) => [...part.rename(label), ...(also[label] === undefined ? [] : [also[label]])],
  };
}
