import { callText } from '../explain/step-text.ts';
import { parseLabel } from '../lts/label.ts';
import { BEGIN, hasBeginning } from '../specification/call.ts';
import type { Product } from '../system/product.ts';

/**
 * A call that takes time is two steps. Where the end of it would be written as its beginning is, it
 * says that the call returns. What is no call is shown by its whole label, `power.on`, not by its end.
 *
 * @param text - the step as the source writes it
 */
export function stepWords(product: Product, label: string, text: string): string {
  const call = product.calls.find(label);
  if (call === undefined) return label;
  if (!hasBeginning(call)) return text;
  const { outcome } = parseLabel(label);
  if (outcome === undefined || outcome === BEGIN) return text;
  const begin = label.replace(`:${outcome}`, `:${BEGIN}`);
  return text === callText(product, begin) ? `${text} returns` : text;
}
