/** What a file of your own needs to try a change of design: see docs/try-your-change.md. */
export {
  all,
  always,
  any,
  is,
  not,
  type Predicate,
  said,
  where,
} from '../src/check/predicate.ts';
export type { Property } from '../src/check/property.ts';
export type { Patch } from '../src/faults/patch.ts';
export type { Scope, System, SystemFamily } from '../src/system/system.ts';
export { type Change, type ChangedSystems, change } from './change.ts';
export type { AddedLock, AddedThread } from './change-parts.ts';
