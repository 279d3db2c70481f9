import { BaseKernel } from '../kernel/base-kernel.ts';
import type { FunctionKernel } from '../kernel/functions-target.ts';
import type { Kthread } from '../kernel/step.ts';
import { Mutex } from '../locks/mutex.ts';
import { RwSemaphore } from '../locks/rwsem.ts';
import type { FunctionFaultId } from './function-faults.ts';
import type { AllocateNode, P2pmemVma, PagedBar, PciP2pdma } from './pages-objects.ts';

/** What there is at boot. */
export interface PagesScope {
  /** vfio-pci registers BARs when it is asked to, or a driver of the kernel when it probes. */
  readonly driver: 'vfio' | 'kernel';
  readonly bars: number;
  /** Pages of each BAR. */
  readonly pages: number;
  readonly mappers: number;
  readonly registered: boolean;
  /** I/O is answered by a process that needs the device first. */
  readonly served: boolean;
}

/** A device whose BARs get pages, step by step. */
export class PagesKernel extends BaseKernel implements FunctionKernel {
  readonly memory_lock = new RwSemaphore(this, 'dev[0].memory_lock');
  readonly dev_set = new Mutex(this, 'dev_set.lock');
  readonly mmap_locks: readonly RwSemaphore[];
  readonly bars: readonly PagedBar[];
  readonly vmas: readonly P2pmemVma[];
  /** Who is in a section of RCU. */
  readonly rcu = new Set<object>();
  /** Reads of p2pmem/size that are in it. */
  readonly reading = new Set<object>();
  p2pdma: PciP2pdma | undefined;
  /** p2pmem/allocate, and the group that it is in. */
  allocate: AllocateNode | undefined;
  group = false;
  memory = true;
  open: boolean;
  bound: boolean;

  constructor(
    readonly scope: PagesScope,
    readonly faults: ReadonlySet<FunctionFaultId>,
    private readonly calls: (k: PagesKernel, label: string) => (() => Kthread) | undefined,
  ) {
    super();
    const { bars, mappers, driver, registered } = scope;
    this.bars = range(bars).map((b) => makeBar(`bar[${b}]`, scope));
    this.mmap_locks = range(mappers).map((i) => new RwSemaphore(this, `mm[${i}].mmap_lock`));
    this.vmas = range(mappers).map((i) => {
      return { label: `vma[${i}]`, fd: undefined, mapped: false, ptes: [] };
    });
    this.open = driver === 'vfio';
    this.bound = driver === 'vfio' || registered;
    // vfio-pci calls pcim_p2pdma_init() when it is bound, a driver in its probe.
    if (this.bound) this.p2pdma = { pool: undefined };
    if (registered) this.register();
  }

  private register(): void {
    this.p2pdma!.pool = { chunks: new Set(this.bars), taken: new Set(), destroyed: false };
    this.group = true;
    this.allocate = { removed: false, active: 0 };
    for (const bar of this.bars) {
      bar.mark = 'registered';
      bar.pgmap = { dead: false, base: true, refs: 0 };
      bar.p2p_pgmap = { armed: true, freed: false };
    }
  }

  has(fault: FunctionFaultId): boolean {
    return this.faults.has(fault);
  }

  /** What pci_p2pdma_add_resource() and p2pmem_alloc_mmap() would have to do otherwise is done. */
  get mended(): boolean {
    return this.scope.driver === 'vfio';
  }

  call(label: string): (() => Kthread) | undefined {
    return this.calls(this, label);
  }

  observe(): Readonly<Record<string, string>> {
    return { 'dev[0].allocate.allocate': String(this.allocate !== undefined) };
  }
}

function makeBar(label: string, { pages }: PagesScope): PagedBar {
  const own: PagedBar['pages'][number][] = [];
  const bar: PagedBar = {
    label,
    mark: 'free',
    pgmap: undefined,
    p2p_pgmap: undefined,
    pages: own,
  };
  for (const p of range(pages)) own.push({ label: `${label}.page[${p}]`, bar, count: 0 });
  return bar;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
