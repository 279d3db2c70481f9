import { own } from '../base/own.ts';
import type { Asked } from './ask.ts';

/** A built-in action, which XState resolves and does not hand out. */
export function resolved(resolve: (...args: never[]) => unknown): Asked {
  return Object.assign(() => {}, { resolve });
}

/** What a name or an inline function of a machine stands for; `undefined` where nobody implements it. */
export function implementationOf(
  implementations: Readonly<Record<string, unknown>>,
  reference: unknown,
): { readonly name?: string; readonly asked: unknown; readonly params?: unknown } {
  if (typeof reference === 'function') return { asked: reference };
  const name = typeof reference === 'string' ? reference : (reference as { type: string }).type;
  const params =
    typeof reference === 'string' ? undefined : (reference as { params?: unknown }).params;
  return { name, asked: own(implementations, name), ...(params !== undefined && { params }) };
}
