import type { Difference } from '../design.ts';
import { MMAP_V4 } from '../sources.ts';

/** The series that adds mmap(), v4 and later: an un-revoke tells nobody. */
export const silentUnrevoke: Difference = {
  at: ['move'],
  states: {
    'move.restore.give_back': {
      description: 'map works again, and nobody hears of it',
      meta: { source: 'Matt Evans, "vfio/pci: Add mmap() for DMABUFs", v4, 2026-07-01' },
      initial: 'lock',
      states: {
        lock: { on: { 'buf[b].resv.lock': 'flag' } },
        flag: {
          on: {
            'buf[b].revoked.clear': { target: 'unlock', meta: { commits: 'buf[b].unrevoke' } },
          },
        },
        unlock: { on: { 'buf[b].resv.unlock': '#move.restore.put_file' } },
      },
    },
  },
  defects: ['O5-silent'],
  source: `${MMAP_V4}: v4 "un-revoke no longer calls invalidate"`,
};
