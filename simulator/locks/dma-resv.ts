import type { Kernel } from '../kernel/kernel.ts';
import type { Thread } from '../kernel/scheduler.ts';
import type { Kthread, StepDetail } from '../kernel/step.ts';
import { step } from '../kernel/step.ts';

/** The classes of fences, each including the ones before it. Source: enum dma_resv_usage, v7.3. */
export type Usage = 'KERNEL' | 'WRITE' | 'READ' | 'BOOKKEEP';

const RANK: Readonly<Record<Usage, number>> = { KERNEL: 0, WRITE: 1, READ: 2, BOOKKEEP: 3 };

/** Work of an importer's device that still touches the buffer. */
export interface Fence {
  readonly usage: Usage;
  readonly importer: string;
  signalled: boolean;
}

/** The reservation object of a dma-buf: a lock and the fences of everybody's work. */
export class DmaResv {
  owner: Thread | undefined;
  readonly fences: Fence[] = [];

  constructor(
    readonly kernel: Kernel,
    readonly label: string,
  ) {}

  /** Fences that a wait of that usage has to sit out. */
  unsignalled(usage: Usage): Fence[] {
    return this.fences.filter((fence) => !fence.signalled && RANK[fence.usage] <= RANK[usage]);
  }
}

/** dma_resv_lock(): inline, a function tracer sees ww_mutex_lock. */
export function* dma_resv_lock(resv: DmaResv, detail: StepDetail = {}): Kthread {
  yield {
    stop: true,
    ...detail,
    options: () => [{ label: `${resv.label}.lock` }],
    ready: () => resv.owner === undefined,
    waitsFor: () => `${resv.label} is held by ${resv.owner?.name}`,
  };
  resv.kernel.traced('ww_mutex_lock');
  resv.owner = resv.kernel.current;
  resv.kernel.current.held.push(resv.label);
}

/** dma_resv_unlock(). */
export function* dma_resv_unlock(resv: DmaResv): Kthread {
  yield* step(`${resv.label}.unlock`);
  resv.kernel.traced('ww_mutex_unlock');
  resv.kernel.unheld(resv.label, resv.owner);
  resv.owner = undefined;
}

/** dma_resv_wait_timeout(), uninterruptible and without end, for every fence of that usage. */
export function* dma_resv_wait_timeout(resv: DmaResv, usage: Usage): Kthread {
  yield {
    options: () => [{ label: `${resv.label}.wait(${usage})` }],
    ready: () => resv.unsignalled(usage).length === 0,
    waitsFor: () => {
      const importers = resv.unsignalled(usage).map((fence) => fence.importer);
      return `a fence of ${importers.join(', ')} has not signalled`;
    },
  };
  resv.kernel.traced('dma_resv_wait_timeout');
}

/** dma_resv_assert_held(): a warning, not a stop. */
export function dma_resv_assert_held(resv: DmaResv, where: string): void {
  if (resv.owner === resv.kernel.current) return;
  resv.kernel.warn(`lockdep: ${where} without ${resv.label} held`);
}
