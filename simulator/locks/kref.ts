import type { Kernel } from '../kernel/kernel.ts';
import type { Kthread, StepDetail } from '../kernel/step.ts';

/**
 * A kref on the kernel's saturating refcount_t: a get on 0 and a put below 0 warn and saturate, and
 * from then on the count never reaches 0 again.
 * Source: refcount_warn_saturate(), v7.3.
 */
export class Kref {
  count = 0;
  saturated = false;

  constructor(
    readonly kernel: Kernel,
    readonly label: string,
  ) {}

  /** What an observer sees. */
  get state(): string {
    return this.saturated ? 'saturated' : String(this.count);
  }
}

/** kref_init(): one reference, whatever was there. */
export function* kref_init(kref: Kref, detail: StepDetail = {}): Kthread {
  yield { ...detail, options: () => [{ label: `${kref.label}.init` }] };
  kref.count = 1;
  kref.saturated = false;
}

/** kref_get(). */
export function* kref_get(kref: Kref, commits?: string): Kthread {
  yield { options: () => [{ label: `${kref.label}.get`, commits }] };
  if (kref.saturated) return;
  if (kref.count === 0) {
    kref.saturated = true;
    kref.kernel.warn(`refcount_t: addition on 0; use-after-free: ${kref.label}`);
  } else kref.count += 1;
}

/** kref_put(): calls `release` when the last reference goes. */
export function* kref_put(kref: Kref, release: () => void, commits?: string): Kthread {
  const taken = yield {
    options: () => {
      const last = !kref.saturated && kref.count === 1;
      return [{ label: `${kref.label}.put:${last ? 'last' : 'more'}`, commits }];
    },
  };
  if (kref.saturated) return;
  if (taken.label.endsWith(':last')) {
    kref.count = 0;
    release();
  } else if (kref.count === 0) {
    kref.saturated = true;
    kref.kernel.warn(`refcount_t: underflow; use-after-free: ${kref.label}`);
  } else kref.count -= 1;
}
