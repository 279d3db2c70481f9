import type { Fault } from 'xstate-check';
import { whatIfs } from '../revisions/index.ts';

/** A fault that is v7.3 with one thing changed. */
export function withDefect(
  revision: string,
  fault: Omit<Fault, 'change' | 'base' | 'source'> & { readonly base?: string },
): Fault {
  return { base: '7.3', ...fault, change: { revision }, source: whatIfs[revision]!.source };
}
