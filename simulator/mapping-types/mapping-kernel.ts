import { BaseKernel } from '../kernel/base-kernel.ts';
import type { FunctionKernel } from '../kernel/functions-target.ts';
import type { Thread } from '../kernel/scheduler.ts';
import { type Kthread, step } from '../kernel/step.ts';
import { RwSemaphore } from '../locks/rwsem.ts';
import type { MappingFaultId } from './faults.ts';
import type { MatchEntry } from './match.ts';

/** What there is at boot. */
export interface MappingScope {
  /** The exporter's list is that of vfio-pci; else a test says it. */
  readonly offered: readonly MatchEntry[];
}

/** `struct dma_buf_attachment`, as far as anybody looks at it. */
export interface TypedAttachment {
  type: MatchEntry['type'];
  listed: boolean;
}

/** One buffer of one device of vfio-pci, and one importer of it. */
export class MappingKernel extends BaseKernel implements FunctionKernel {
  readonly memory_lock = new RwSemaphore(this, 'dev[0].memory_lock');
  readonly exp: MatchEntry[];
  readonly imp: MatchEntry[] = [];
  far = false;
  /** Nobody changes a list that was searched. */
  searched = false;
  resv: Thread | undefined;
  revoked = false;
  /** priv->kref: the exporter's one, and one for each mapping. */
  kref = 1;
  completed = 0;
  hasVdev = true;
  closed = false;
  attachment: TypedAttachment | undefined;
  /** attach->importer_ops. */
  dynamic = true;
  mapped = false;
  /** What the importer has stored for its callback. */
  stored: TypedAttachment | undefined;
  imported = false;

  constructor(
    { offered }: MappingScope,
    private readonly faults: ReadonlySet<MappingFaultId>,
    private readonly calls: (k: MappingKernel, label: string) => (() => Kthread) | undefined,
  ) {
    super();
    this.exp = [...offered];
  }

  has(fault: MappingFaultId): boolean {
    return this.faults.has(fault);
  }

  call(label: string): (() => Kthread) | undefined {
    return this.calls(this, label);
  }

  observe(): Readonly<Record<string, string>> {
    return {};
  }
}

/** dma_resv_lock(). */
export function* resv_lock(k: MappingKernel): Kthread {
  yield {
    options: () => [{ label: 'buf[0].resv.lock' }],
    ready: () => k.resv === undefined,
    waitsFor: () => `buf[0].resv is held by ${k.resv?.name}`,
  };
  k.resv = k.current;
}

/** dma_resv_unlock(). */
export function* resv_unlock(k: MappingKernel): Kthread {
  yield* step('buf[0].resv.unlock');
  k.resv = undefined;
}

/** kref_put() of priv->kref; the last one completes the wait of a revoke. */
export function* kref_put(k: MappingKernel): Kthread {
  const { label } = yield {
    options: () => [{ label: `buf[0].kref.put:${k.kref === 1 ? 'last' : 'more'}` }],
  };
  if (k.kref === 0) {
    k.warn('refcount_t: underflow; use-after-free');
    return;
  }
  k.kref -= 1;
  if (label.endsWith(':last')) k.completed += 1;
}
