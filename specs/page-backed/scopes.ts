import type { Scope } from 'xstate-check';

/** One buffer that is exported, a process that pins its pages, and a reset. */
export const ONE_BUFFER: Scope = {
  exporters: 0,
  closers: 0,
  touches: 0,
  pins: 1,
  resets: 1,
  revokes: 0,
  importers: 0,
  special: 0,
  without_pages: 0,
  offset: 0,
};

/** Two buffers of one BAR, exported and released. */
export const TWO_BUFFERS: Scope = {
  exporters: 2,
  closers: 1,
  touches: 0,
  pins: 0,
  allocators: 0,
};

export const CLOSED: Scope = { ...ONE_BUFFER, closers: 1 };
export const REVOKED: Scope = { ...ONE_BUFFER, resets: 0, revokes: 1 };
export const TOUCHED: Scope = { ...ONE_BUFFER, touches: 1, pins: 0 };
export const IMPORTED: Scope = { ...TOUCHED, resets: 0, importers: 1 };
export const FROM_SECOND_PAGE: Scope = { ...TOUCHED, closers: 1, resets: 0, offset: 1 };
export const WITHOUT_PAGES: Scope = { ...TOUCHED, resets: 0, without_pages: 1 };
export const ALLOCATED: Scope = { ...TWO_BUFFERS, exporters: 1, allocators: 1 };
