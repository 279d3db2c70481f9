import { all, is, type Part, type Predicate, said } from 'xstate-check';

/*
 * What rules say of the objects of the kernel, in the words of its people: the names of machines and of
 * their states are no sentence.
 */

/** Whether the device itself decodes memory accesses, whatever the kernel believes. */
export const decodes = (dev: string) =>
  said(is(`${dev}.command`, 'decodes'), `${dev} decodes`, `${dev} does not decode`);

/** Whether importers of a buffer are refused. */
export const isRevoked = (buf: string) =>
  said(is(`${buf}.revoked`, 'set'), `${buf} is revoked`, `${buf} is live`);

/** Whether a thread is in no call: its machine rests. */
export const isIdle = (thread: string) =>
  said(is(thread, '#quiescent'), `${thread} is in no call`, `${thread} is in a call`);

/** Whether no thread is in a call: what a call holds for itself nobody holds then. */
export const allAreIdle = (parts: readonly Part[]) => {
  const threads = parts.filter(({ kind, name, thread }) => kind === 'procedure' && name === thread);
  return said(
    all(...threads.map(({ name }) => isIdle(name))),
    'every call has returned',
    'a call is under way',
  );
};

/** Whether nobody holds a lock. */
export const isFree = (lock: string) =>
  said(is(lock, 'free'), `nobody holds ${lock}`, `somebody holds ${lock}`);

/** Whether a lock is held for writing. */
export const isWriteHeld = (lock: string) =>
  said(is(lock, 'write_held'), `${lock} is held for writing`, `${lock} is not held for writing`);

/** What __vfio_pci_memory_enabled() answers, in these states of what the kernel believes. */
export const memoryOn = (dev: string, ...states: readonly string[]) =>
  said(
    is(dev, ...(states.length > 0 ? states : ['memory_on'])),
    `memory of ${dev} is enabled`,
    `memory of ${dev} is not enabled`,
  );

/** Whether the owner of a device has it in low power: pm_runtime_engaged. */
export const isInLowPower = (dev: string) => inLowPower(dev, is(`${dev}.low_power`, 'engaged'));

export const isOutOfLowPower = (dev: string) =>
  said(
    is(`${dev}.low_power`, 'out'),
    `${dev} is not in low power`,
    `${dev} is in low power, or on its way`,
  );

export const inLowPower = (dev: string, predicate: Predicate) =>
  said(predicate, `${dev} is in low power`, `${dev} is not in low power`);

/** The power state of a device: `d3hot`. */
export const isIn = (dev: string, ...states: readonly string[]) => {
  const words = states.map((state) => state.replace('d', 'D')).join(' or ');
  return said(is(`${dev}.power`, ...states), `${dev} is in ${words}`, `${dev} is not in ${words}`);
};

export const isBeingReset = (dev: string) =>
  said(is(`${dev}.reset`, 'resetting'), `${dev} is being reset`, `${dev} is not being reset`);

export const isSuspended = (dev: string) =>
  said(
    is(`${dev}.runtime_pm`, 'suspended'),
    `${dev} is runtime suspended`,
    `${dev} is not runtime suspended`,
  );

/** Whether a buffer is on vdev->dmabufs. */
export const isListed = (buf: string) =>
  said(
    is(`${buf}.listed`, 'on'),
    `${buf} is on the list of its device`,
    `${buf} is not on the list of its device`,
  );
const UNTOUCHED = {
  command: 'no thread here writes PCI_COMMAND or resets the function: memory stays as it is',
  power: 'no thread here changes the power state: the device stays in D0',
  reset: 'no thread here resets the function',
} as const;

/** For `unused`: parts of a device that are in every system, and that nothing in this one touches. */
export function untouched(...parts: readonly (keyof typeof UNTOUCHED)[]): Record<string, string> {
  return Object.fromEntries(parts.map((part) => [`dev.${part}`, UNTOUCHED[part]]));
}
