import type { Difference } from '../design.ts';

const begin = { commits: 'dev.begin' };

/** What is done for each buffer up to the notification, and after it. */
const drainAndUnlink = (notified: object) => ({
  description: 'for each buffer: off the list and revoked, whether it was revoked before or not',
  meta: { source: 'vfio_pci_dma_buf_cleanup before c64a647c84f3, and v6.19' },
  initial: 'walk',
  states: {
    walk: { on: { 'buf[b].listed:true': 'get', 'buf[b].listed:false': 'next' } },
    get: {
      on: { 'buf[b].get_file_active:true': 'lock', 'buf[b].get_file_active:false': 'next' },
    },
    lock: { on: { 'buf[b].resv.lock': 'del' } },
    del: { on: { 'buf[b].list_del': 'flag' } },
    flag: {
      on: { 'buf[b].revoked.set': { target: 'notify', meta: { commits: 'buf[b].revoke' } } },
    },
    notify: { on: { 'buf[b].invalidate_mappings:begin': 'notifying' } },
    ...notified,
    put: {
      description: 'the device has nothing more to do with the buffer',
      on: {
        'buf[b].put_registration': { target: 'put_file', meta: { commits: 'buf[b].cleanup' } },
      },
    },
    put_file: { on: { 'buf[b].fput': 'next' } },
    next: {
      always: [
        { guard: 'more', target: 'walk', actions: 'next', meta: { unused: true } },
        { target: '#cleanup.unlock', actions: 'fromFirst' },
      ],
    },
  },
});

const inline = (notified: object) =>
  ({
    'cleanup.lock': {
      on: {
        'dev.memory_lock.down_write': [
          { guard: 'none', target: 'unlock', meta: { ...begin, unused: true } },
          { target: 'drain', meta: begin },
        ],
      },
    },
    'cleanup.drain': drainAndUnlink(notified),
    'cleanup.unlink': 'gone',
  }) satisfies Difference['states'];

/** Up to v7.0: the importers are told, and nothing is waited for. */
export const cleanupNotifies = {
  labels: {
    cleanup: [
      'buf[b].get_file_active:false',
      'buf[b].resv.lock',
      'buf[b].list_del',
      'buf[b].revoked.set',
      'buf[b].invalidate_mappings:begin',
      'buf[b].invalidate_mappings:end',
      'buf[b].resv.unlock',
    ],
  },
  states: inline({
    notifying: { on: { 'buf[b].invalidate_mappings:end': 'unlock_resv' } },
    unlock_resv: {
      on: { 'buf[b].resv.unlock': { target: 'put', meta: { commits: 'buf[b].drained' } } },
    },
  }),
};

/** v7.1-rc: it waits as a revoke does, whether the buffer is revoked already or not. */
export const cleanupDrains = {
  labels: {
    cleanup: [
      'buf[b].get_file_active:false',
      'buf[b].resv.lock',
      'buf[b].list_del',
      'buf[b].revoked.set',
      'buf[b].invalidate_mappings:begin',
      'buf[b].invalidate_mappings:end',
      'buf[b].resv.wait(BOOKKEEP)',
      'buf[b].resv.unlock',
      'buf[b].kref.put:more',
      'buf[b].kref.put:last',
      'buf[b].comp.wait',
    ],
  },
  states: inline({
    notifying: { on: { 'buf[b].invalidate_mappings:end': 'wait_fences' } },
    wait_fences: { on: { 'buf[b].resv.wait(BOOKKEEP)': 'unlock_resv' } },
    unlock_resv: { on: { 'buf[b].resv.unlock': 'drop' } },
    drop: {
      on: { 'buf[b].kref.put:more': 'wait_unmap', 'buf[b].kref.put:last': 'wait_unmap' },
    },
    wait_unmap: {
      on: { 'buf[b].comp.wait': { target: 'put', meta: { commits: 'buf[b].drained' } } },
    },
  }),
};
