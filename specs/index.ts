/** What a file of your own needs to try a change of design: see docs/try-your-change.md. */

export type { Patch, Property, Scope, System, SystemFamily } from 'xstate-check';
export { all, always, any, is, not, type Predicate, said, where } from 'xstate-check';
export { type Change, type ChangedSystems, change } from './change.ts';
export type { AddedLock, AddedThread } from './change-parts.ts';
