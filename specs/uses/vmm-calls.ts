import { type Call, call } from 'xstate-check';
import { contractCalls } from '../shared/contract-calls.ts';
import { QEMU } from './vmm-designs.ts';

const WRITE = `vfio_pci_write_config; ${QEMU}`;

/** What the guest, and who runs the VM, ask of a VMM. */
const asked = (name: string, caller: string, written: string, source: string): Call =>
  call(name, 'vmm', { caller, spans: true, written, source });

/** What IOMMU_IOAS_MAP_FILE and IOMMU_IOAS_UNMAP answer besides, where a range is taken or free. */
function withRange(one: Call): Call {
  const more: Readonly<Record<string, string>> = { map_file: '-EEXIST', ioas_unmap: '-ENOENT' };
  const errno = more[one.name];
  return errno === undefined
    ? one
    : { ...one, callee: 'range', outcomes: [...one.outcomes, errno] };
}

/** memory_lock and dev_set->lock queue: a VMM does not wait for ever for resets of somebody else. */
const queues = (one: Call): Call =>
  ['begin', 'disable'].includes(one.name) ? { ...one, blocks: 'lock' as const } : one;

/** The calls of a VMM, of its guest, and of whoever resets the slot of its device. */
export const vmmCalls: readonly Call[] = [
  ...contractCalls.map(withRange).map(queues),
  asked('guest.mem_on', 'guest', 'the guest sets PCI_COMMAND_MEMORY', WRITE),
  asked('guest.mem_off', 'guest', 'the guest clears PCI_COMMAND_MEMORY', WRITE),
  asked('guest.reset', 'guest', 'the guest resets its device: FLR', WRITE),
  asked('guest.sleep', 'guest', 'the guest writes PM_CTRL, D3hot', WRITE),
  asked('guest.wake', 'guest', 'the guest writes PM_CTRL, D0', WRITE),
  asked('vmm.reset', 'host', 'the machine is reset', `vfio_pci_pre_reset; ${QEMU}`),
  asked('vmm.unplug', 'host', 'the device is unplugged', `vfio_pci_put_device; ${QEMU}`),
  call('fd.close', 'fd', { written: 'close(fd{fd})', source: 'close(2)' }),
  call('bus.hot_reset', 'sibling', {
    caller: 'host',
    spans: true,
    outcomes: ['ok', '-ENOTTY'],
    written: 'VFIO_DEVICE_PCI_HOT_RESET by another owner of the set',
    source: 'vfio_pci_dev_set_hot_reset, v7.3',
  }),
];
