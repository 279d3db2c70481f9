import { is, said } from '../../src/check/predicate.ts';

/** Whether the device itself decodes memory accesses, whatever the kernel believes. */
export const decodes = (dev: string) =>
  said(is(`${dev}.command`, 'decodes'), `${dev} decodes`, `${dev} does not decode`);

/** Whether importers of a buffer are refused. */
export const isRevoked = (buf: string) =>
  said(is(`${buf}.revoked`, 'set'), `${buf} is revoked`, `${buf} is live`);

const UNTOUCHED = {
  command: 'no thread here writes PCI_COMMAND or resets the function: memory stays as it is',
  power: 'no thread here changes the power state: the device stays in D0',
  reset: 'no thread here resets the function',
} as const;

/** For `unused`: parts of a device that are in every system, and that nothing in this one touches. */
export function untouched(...parts: readonly (keyof typeof UNTOUCHED)[]): Record<string, string> {
  return Object.fromEntries(parts.map((part) => [`dev.${part}`, UNTOUCHED[part]]));
}
