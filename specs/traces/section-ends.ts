import type { Followed } from './followed.ts';

/** What is known of a section by how its lock was taken. */
const TAKEN: Readonly<Record<string, string>> = {
  command_off:
    'vfio_basic_config_write() took memory_lock by vfio_pci_zap_and_down_write_memory_lock(), ' +
    'which it does where MEM=0 is written',
  command_on:
    'vfio_basic_config_write() took memory_lock without zapping, which it does where MEM=1 is ' +
    'written',
  power_d3hot:
    'vfio_lock_and_set_power_state() took memory_lock by ' +
    'vfio_pci_zap_and_down_write_memory_lock(), which it does where D3hot is written',
};

/** What has to be so where a section ends, and from which calls that follows. */
const ENDS: Readonly<Record<string, string>> = {
  ending_revoked:
    'No vfio_pci_dma_buf_move(false) says that __vfio_pci_memory_enabled() said false: every ' +
    'buffer has to be revoked, and every mapping given up, before up_write()',
  ending_live:
    '__vfio_pci_memory_enabled() said true: memory has to be on in D0, and every buffer to have its ' +
    'access back before up_write()',
  ending_closed:
    'vfio_pci_dev_set_hot_reset() did not ask __vfio_pci_memory_enabled(), which it leaves out only ' +
    'for a device that nobody has open',
  failed: 'Where the write failed, everything has to be as it was before',
  'pm_entry.ending':
    'LOW_POWER_ENTRY gives nothing back: low power has to be engaged, and every buffer revoked',
  'cleanup.ending': 'Every buffer has to be off the list when vfio_pci_dma_buf_cleanup() ends',
};

/** Why a section of a task that called up_write() cannot be over, whatever hidden steps happen. */
export function endOfSection(followed: Followed, slot: number): string | undefined {
  for (const part of followed.partsOf(`task${slot}`)) {
    if (!part.includes('.section@')) continue;
    const ends = [...new Set(followed.reachable(part))].map(whatHasToBe);
    if (ends.some((end) => end === undefined)) continue;
    const d = /^dev\[(\d+)\]/.exec(part)![1]!;
    return `${[...new Set(ends)].join(' Or: ')} vdev${d} is not like that.`;
  }
  return undefined;
}

function whatHasToBe(node: string): string | undefined {
  const [section = '', end = ''] = node.split('.');
  const has = ENDS[node] ?? ENDS[end];
  if (has === undefined) return undefined;
  return `${section in TAKEN ? `${TAKEN[section]}. ` : ''}${has}.`;
}
