import type { Stop } from './stop.ts';

/** Labels that the stops of a thread tell besides those of every call. */
export interface Teller {
  /** What has been committed since the stop before. */
  tell(stop: Stop): readonly string[];
  /** Whether the thread waits here, of stops at which not every call does. */
  holds(stop: Stop): boolean;
}

/** What vfio keeps of a device, as it was at a stop. */
export type Kept = Stop['seen'];

/** __vfio_pci_runtime_pm_exit(), by what was kept before and is kept after it. */
export function exited(dev: string, before: Kept, after: Kept): string[] {
  if (before.engaged !== 1) return [`${dev}.pm_runtime_engaged:false`];
  return [
    `${dev}.pm_runtime_engaged:true`,
    ...(after.engaged === 0 ? [`${dev}.pm_runtime_engaged.clear`] : []),
    ...(after.usage! > before.usage! ? [`${dev}.pm_runtime_get_noresume`] : []),
    `${dev}.pm_wake_eventfd:${before.eventfd === 1}`,
    ...(before.eventfd === 1 && after.eventfd === 0 ? [`${dev}.pm_wake_eventfd.clear`] : []),
  ];
}

/** vfio_pci_core_runtime_resume(), in the same way. */
export function woken(dev: string, before: Kept, after: Kept): string[] {
  const waited = before.eventfd === 1;
  return [`${dev}.pm_wake_eventfd:${waited}`, ...(waited ? exited(dev, before, after) : [])];
}

/** The end of vfio_pci_runtime_pm_entry(). */
export function entered(dev: string, before: Kept, after: Kept): string[] {
  if (before.engaged === 1) return [`${dev}.pm_runtime_engaged:true`];
  return [
    `${dev}.pm_runtime_engaged:false`,
    ...(after.engaged === 1 ? [`${dev}.pm_runtime_engaged.set`] : []),
    ...(after.eventfd === 1 ? [`${dev}.pm_wake_eventfd.set`] : []),
    ...(after.usage! < before.usage! ? [`${dev}.pm_runtime_put_noidle`] : []),
  ];
}

/** What __pm_runtime_resume() answers: 1 of a device that was active, 0 of one that it woke. */
export function resumed({ result }: Kept): string {
  return result! < 0 ? 'failed' : result === 0 ? 'suspended' : 'active';
}
