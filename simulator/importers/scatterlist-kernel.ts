import { BaseKernel } from '../kernel/base-kernel.ts';
import type { FunctionKernel } from '../kernel/functions-target.ts';
import type { Kthread } from '../kernel/step.ts';
import type { ChunkFaultId } from './chunk-faults.ts';

/** How many units an entry holds: MAX_SG_ENT_SZ; in the series of 2024, dma_get_max_seg_size(). */
export const SEGMENT = 2;

/** A struct scatterlist, as far as DMA: zeroed, or with an address of the bus or of the DMA API. */
export interface SgEntry {
  dma_len: number;
  address: 'none' | 'bus' | 'dma';
}

/** One buffer, its ranges, and the scatterlist that its importer has or is getting. */
export class ScatterlistKernel extends BaseKernel implements FunctionKernel {
  /** `phys_vec[i].len`, `dma_ranges[i].length`, in units. */
  readonly lengths: number[];
  /** `importer_ops->allow_peer2peer`. */
  allows_peer2peer = true;
  /** What a user says of buffer and importer is said ahead of the first attach. */
  exported = false;
  attached = false;
  mapped: 'no' | 'bus' | 'dma' = 'no';
  /** `sgt->sgl`, while it is allocated. */
  table: SgEntry[] = [];

  constructor(
    ranges: number,
    private readonly faults: ReadonlySet<ChunkFaultId>,
    private readonly callOf: (k: ScatterlistKernel, label: string) => (() => Kthread) | undefined,
  ) {
    super();
    this.lengths = Array.from({ length: ranges }, () => 1);
  }

  has(fault: ChunkFaultId): boolean {
    return this.faults.has(fault);
  }

  call(label: string): (() => Kthread) | undefined {
    return this.callOf(this, label);
  }

  observe(): Readonly<Record<string, string>> {
    return {};
  }
}
