import { InputError, type Scope } from 'xstate-check';
import { atMostOne, range } from '../shared/contract.ts';

/** What a scope of the system means. Buffer 0 was exported, buffer 1 comes with an mmap() of a BAR. */
export interface Shape {
  readonly buffers: readonly number[];
  /** The threads that touch a mapping, by buffer. */
  readonly faults: readonly { readonly buffer: number; readonly thread: string }[];
  readonly mmaps: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
  readonly revokes: boolean;
  readonly closes: boolean;
}

/** @throws InputError where a scope asks for what the system does not draw */
export function shapeOf(scope: Scope): Shape {
  for (const name of ['mmaps', 'reads', 'writers', 'revokers', 'closers']) atMostOne(scope, name);
  const { faults = 0, mmaps = 0, reads = 0, writers = 0, revokers = 0, closers = 0 } = scope;
  if (mmaps + closers > 1) {
    throw new InputError(
      "--scope: the mapping of a BAR holds the device open for good here; take 'mmaps=0' or 'closers=0'",
    );
  }
  if (faults > mmaps + 1) {
    throw new InputError(
      `--scope: 'faults=${faults}' is more than the ${mmaps + 1} mappings; take at most ${mmaps + 1}`,
    );
  }
  return {
    buffers: range(1 + mmaps),
    faults: range(faults).map((buffer) => ({
      buffer,
      thread: buffer === 0 ? 'fault' : `fault[${buffer}]`,
    })),
    mmaps: mmaps > 0,
    reads: reads > 0,
    writes: writers > 0,
    revokes: revokers > 0,
    closes: closers > 0,
  };
}
