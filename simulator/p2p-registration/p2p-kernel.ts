import { BaseKernel } from '../kernel/base-kernel.ts';
import { RwSemaphore } from '../locks/rwsem.ts';
import type { P2pFaultId } from './faults.ts';
import type { P2pBar, P2pBuffer, P2pDevice, P2pType1, P2pVma } from './objects.ts';

/** How many objects there are; the i-th of n is on the i-th, modulo their number, of its hosts. */
export interface P2pScope {
  readonly devices: number;
  readonly bars: number;
  readonly vmas: number;
  readonly buffers: number;
  readonly type1: number;
  /** Pages that a pool has of one BAR. */
  readonly pages: number;
}

/** The state of a kernel with P2P registration: devices in one reset set, their users, the log. */
export class P2pKernel extends BaseKernel {
  readonly devices: P2pDevice[];
  readonly bars: P2pBar[];
  readonly vmas: P2pVma[];
  readonly buffers: P2pBuffer[];
  readonly type1: P2pType1[];

  constructor(
    readonly scope: P2pScope,
    readonly faults: ReadonlySet<P2pFaultId>,
  ) {
    super();
    const { devices, bars, vmas, buffers, type1 } = scope;
    this.devices = range(devices).map((i) => this.makeDevice(`dev[${i}]`));
    this.bars = range(bars).map((i) => {
      const vdev = this.devices[i % devices]!;
      const bar: P2pBar = { label: `bar[${i}]`, vdev, mark: 'free', pgmap: undefined };
      vdev.bars.push(bar);
      return bar;
    });
    const barOf = (i: number) => this.bars[i % bars]!;
    this.vmas = range(vmas).map((i) => {
      return { label: `vma[${i}]`, bar: barOf(i), mapped: false, pte: false };
    });
    this.buffers = range(buffers).map((i) => {
      return { label: `buf[${i}]`, bar: barOf(i), fd: false, listed: false, revoked: false };
    });
    this.type1 = range(type1).map((i) => {
      return { label: `type1[${i}]`, vma: this.vmas[i % vmas]!, mapped: false };
    });
  }

  private makeDevice(label: string): P2pDevice {
    return {
      label,
      memory_lock: new RwSemaphore(this, `${label}.memory_lock`),
      bars: [],
      dmabufs: [],
      open: false,
      memory: false,
      power: 'D0',
      pm_runtime_engaged: false,
      taken: false,
      pool: undefined,
      allocate: false,
    };
  }

  has(fault: P2pFaultId): boolean {
    return this.faults.has(fault);
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
