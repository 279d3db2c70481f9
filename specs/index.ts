/** What a file of your own needs to try a change of design: see docs/try-your-change.md. */

export type { Patch } from '../src/faults/patch.ts';
export {
  all,
  always,
  any,
  is,
  not,
  type Predicate,
  said,
  where,
} from '../src/specification/predicate.ts';
export type { Property } from '../src/specification/property.ts';
export type { Scope, System, SystemFamily } from '../src/specification/system.ts';
export { type Change, type ChangedSystems, change } from './change.ts';
export type { AddedLock, AddedThread } from './change-parts.ts';
