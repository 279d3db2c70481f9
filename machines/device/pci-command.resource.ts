import { setup } from 'xstate';

export const labels = [
  'hw.read_command:ok',
  'hw.command(MEM=0):ok',
  'hw.command(MEM=1):ok',
  'hw.command(INTX_DISABLE)',
  'hw.restore_state',
  'hw.enable',
  'hw.disable',
] as const;

/**
 * COMMAND.MEM of the device itself, where the kernel decides by its copy in vconfig: whether the
 * BARs are decoded. A reset leaves it as it was, because the PCI core saves and restores it. Closing
 * restores what it was when the device was opened, which is on; a device that is disabled after that
 * is nobody's, and counts here as one that does not decode.
 *
 * @param initially - whether COMMAND.MEM is set at the beginning
 * @param memoryBit - a VF has none, and decodes whatever is written
 */
export function pciCommand(
  initially: 'on' | 'off',
  memoryBit: 'implemented' | 'none' = 'implemented',
) {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pci_command',
    description: 'COMMAND.MEM as the device has it',
    meta: {
      labels,
      source:
        'PCI Local Bus 3.0, 6.2.2; pci_dev_save_and_disable, pci_dev_restore, drivers/pci/pci.c, v7.3',
    },
    initial: initially === 'on' ? 'decodes' : 'does_not_decode',
    states: {
      decodes: {
        on: {
          'hw.read_command:ok': 'decodes',
          'hw.command(MEM=0):ok': memoryBit === 'none' ? 'decodes' : 'does_not_decode',
          'hw.command(MEM=1):ok': 'decodes',
          'hw.command(INTX_DISABLE)': {
            target: 'does_not_decode',
            meta: { source: 'vfio_pci_core_disable, v7.3: COMMAND = INTX_DISABLE' },
          },
          'hw.restore_state': 'decodes',
          'hw.disable': 'does_not_decode',
        },
      },
      does_not_decode: {
        on: {
          'hw.read_command:ok': 'does_not_decode',
          'hw.command(MEM=0):ok': 'does_not_decode',
          'hw.command(MEM=1):ok': 'decodes',
          'hw.command(INTX_DISABLE)': 'does_not_decode',
          'hw.restore_state': {
            target: 'decodes',
            meta: { source: 'pci_restore_state, vfio_pci_core_enable, v7.3' },
          },
          'hw.enable': { target: 'decodes', meta: { source: 'vfio_pci_core_enable, v7.3' } },
          'hw.disable': 'does_not_decode',
        },
      },
    },
  });
}
