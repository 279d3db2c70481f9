import { InputError, type Scope } from 'xstate-check';
import { range } from '../shared/contract.ts';
import type { Kind } from './machines-of.ts';

/** What a scope of the systems means. Buffer 0 is pages 0 and 1 of the BAR, buffer 1 is page 0. */
export interface Shape {
  readonly buffers: readonly number[];
  /** Those whose export is drawn; where there is none, the system starts with one exported. */
  readonly exports: readonly number[];
  /** Whether descriptors are closed, and the buffers released. */
  readonly closes: boolean;
  readonly touches: boolean;
  readonly pins: boolean;
  readonly resets: boolean;
  readonly revokes: boolean;
  readonly importers: boolean;
  readonly allocators: boolean;
  /** What the mapping of the first buffer gives, and from which page of the buffer on. */
  readonly kind: Kind;
  readonly pages: readonly number[];
}

/** The pages of a buffer. */
export const pagesOf = (buffer: number): readonly number[] => (buffer === 0 ? [0, 1] : [0]);

/** @throws InputError where a scope asks for what the systems do not draw */
export function shapeOf(scope: Scope): Shape {
  const one = [
    'closers',
    'touches',
    'pins',
    'resets',
    'revokes',
    'importers',
    'allocators',
    'special',
    'without_pages',
    'offset',
  ];
  for (const name of one) {
    if ((scope[name] ?? 0) > 1) {
      throw new InputError(`--scope: '${name}=${scope[name]}' is more than is drawn; take 0 or 1`);
    }
  }
  const has = (name: string) => (scope[name] ?? 0) > 0;
  const { exporters = 0 } = scope;
  if (exporters > 2) {
    throw new InputError(`--scope: 'exporters=${exporters}' is more than is drawn; take 0 to 2`);
  }
  if (exporters === 0 && has('allocators')) {
    throw new InputError("--scope: the pool is made by an export; take 'exporters=1'");
  }
  if (exporters === 2 && (has('resets') || has('revokes'))) {
    throw new InputError("--scope: a revoke is drawn of one buffer; take 'exporters=1'");
  }
  if (has('pins') && (has('offset') || has('without_pages'))) {
    throw new InputError("--scope: O_DIRECT is drawn of both pages of a buffer; take 'pins=0'");
  }
  if (has('without_pages') && (has('resets') || has('revokes'))) {
    throw new InputError("--scope: without pages nobody waits for them; take 'resets=0,revokes=0'");
  }
  if (has('special') && has('without_pages')) {
    throw new InputError("--scope: take one of 'special=1' and 'without_pages=1'");
  }
  return {
    buffers: range(Math.max(exporters, 1)),
    exports: range(exporters),
    closes: has('closers'),
    touches: has('touches'),
    pins: has('pins'),
    resets: has('resets'),
    revokes: has('revokes'),
    importers: has('importers'),
    allocators: has('allocators'),
    kind: has('special') ? 'special' : has('without_pages') ? 'without_pages' : 'pages',
    pages: has('offset') ? [1] : [0, 1],
  };
}
