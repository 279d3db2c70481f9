import { is, said } from '../../src/check/predicate.ts';

/** Whether the device itself decodes memory accesses, whatever the kernel believes. */
export const decodes = (dev: string) =>
  said(is(`${dev}.command`, 'decodes'), `${dev} decodes`, `${dev} does not decode`);

/** Whether importers of a buffer are refused. */
export const isRevoked = (buf: string) =>
  said(is(`${buf}.revoked`, 'set'), `${buf} is revoked`, `${buf} is live`);

/** Whether a thread is in no call: its machine rests. */
export const isIdle = (thread: string) =>
  said(is(thread, '#quiescent'), `${thread} is idle`, `not (${thread} is idle)`);
