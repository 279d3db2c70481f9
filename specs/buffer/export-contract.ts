import type { Part, System } from 'xstate-check';
import { buffer } from '../../machines/buffer/buffer.contract.ts';
import { contractSystem } from '../shared/contract.ts';

/**
 * The contract of an open device before the export of its buffer. A buffer is released when its last
 * reference is dropped: nobody can reach it any more. Its device hears of that later or, where it is
 * closed meanwhile, not at all, so that it takes no part in it here: move and cleanup pass over such
 * a buffer, and it stays on the list, not revoked, while the memory goes off.
 */
export function exportContract(): System {
  const running = contractSystem('export-contract', {
    devices: 1,
    buffers: [0],
    importers: [],
    initially: 'running',
  });
  return { ...running, parts: running.parts.map(adapted) };
}

function adapted(part: Part): Part {
  if (part.name === 'buf[0]') return { ...part, machine: buffer('unborn') };
  if (part.name !== 'dev[0]') return part;
  return {
    ...part,
    rename: (label) => (label === 'release#listed' ? [] : part.rename(label)),
  };
}
