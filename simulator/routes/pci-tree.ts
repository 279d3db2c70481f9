/** Bits of PCI_ACS_CTRL. Source: include/uapi/linux/pci_regs.h, v7.3. */
export const ACS = { SV: 0x01, TB: 0x02, RR: 0x04, CR: 0x08, UF: 0x10, EC: 0x20 } as const;

/** `PCI_DEVFN(slot, function)`. */
export const devfn = (slot: number, fn: number): number => (slot << 3) | fn;

/** A device as the kernel knows it. */
export interface PciDev {
  readonly vendor: number;
  readonly device: number;
  readonly devfn: number;
  readonly isRootPort: boolean;
  readonly bus: PciBus;
  /** PCI_ACS_CTRL, where it has the capability. */
  readonly acsCtrl?: number;
}

/** A bus: below a bridge, or the root bus of a host bridge. */
export interface PciBus {
  readonly self?: PciDev;
  readonly hostBridge: HostBridge;
}

/** A host bridge, with the first device on its root bus. */
export interface HostBridge {
  first?: Pick<PciDev, 'vendor' | 'device' | 'devfn' | 'isRootPort'>;
}

/** The processor, where it counts. */
export interface Cpu {
  readonly vendor: 'AMD' | 'Intel' | 'other';
  readonly family: number;
}
