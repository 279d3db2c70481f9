import { InputError } from '../base/errors.ts';
import type { Verdicts } from '../keep/verdicts.ts';

/** What may stop an exploration before it has seen everything; then nothing is said to hold. */
export interface Bounds {
  /** Most states. */
  readonly states?: number;
  /** Most bytes in the state table. */
  readonly bytes?: number;
  /** Where a bound is reached, keep what was seen: a violation among it is one all the same. */
  readonly keepSeen?: boolean;
  /** Puts parts together in fields from the start, and not just in a space that is large. */
  readonly fused?: boolean;
  /**
   * Threads that explore together, once parts are together in fields; what they find does not
   * depend on how many they are, but for a few states more where a bound stops them. Where none is
   * said they are as many as there are processors, four at most, and one in a small space.
   */
  readonly threads?: number;
  /** Verdicts from before, and where those that are found now are kept; none where absent. */
  readonly kept?: Verdicts;
  /** Called now and then with the states found and the depth reached. */
  readonly progress?: (states: number, depth: number) => void;
}

/** A bound was reached before everything was seen. */
export class BoundReached extends InputError {}
