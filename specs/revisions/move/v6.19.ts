import type { Difference } from '../design.ts';

const drained = { commits: 'buf[b].drained' };

/** Up to v7.0: a revoke tells the importers, and waits neither for fences nor for unmap. */
export const nothingIsDrained = {
  'move.revoke.drain': {
    initial: 'unlock',
    states: {
      unlock: {
        on: { 'buf[b].resv.unlock': { target: '#move.revoke.put_file', meta: drained } },
      },
    },
  },
} satisfies Difference['states'];

/** An un-revoke clears the flag, then tells the importers, in one section. */
export const flagBeforeNotify = {
  'move.restore.give_back': {
    description: 'map works again, then importers hear of it, in one section',
    meta: { source: 'vfio_pci_dma_buf_move(revoked = false), v6.19' },
    initial: 'lock',
    states: {
      lock: { on: { 'buf[b].resv.lock': 'flag' } },
      flag: {
        on: {
          'buf[b].revoked.clear': { target: 'notify', meta: { commits: 'buf[b].unrevoke' } },
        },
      },
      notify: { on: { 'buf[b].invalidate_mappings:begin': 'notifying' } },
      notifying: { on: { 'buf[b].invalidate_mappings:end': 'unlock' } },
      unlock: { on: { 'buf[b].resv.unlock': '#move.restore.put_file' } },
    },
  },
} satisfies Difference['states'];

/** The same order with the wait of v7.1. */
export const flagBeforeNotifyWithWait = {
  'move.restore.give_back': {
    ...flagBeforeNotify['move.restore.give_back'],
    states: {
      ...flagBeforeNotify['move.restore.give_back'].states,
      notifying: { on: { 'buf[b].invalidate_mappings:end': 'wait_fences' } },
      wait_fences: { on: { 'buf[b].resv.wait(BOOKKEEP)': 'unlock' } },
    },
  },
} satisfies Difference['states'];
