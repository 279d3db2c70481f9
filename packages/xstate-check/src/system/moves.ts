import type { Product, Vector } from './product.ts';

/** Whether every part that takes the step can take it. */
export function isEnabled({ participants }: Vector, local: Int32Array): boolean {
  for (const { part, next } of participants) if (next[local[part]!]! < 0) return false;
  return true;
}

/** The states of the parts after a step. */
export function after({ participants }: Vector, local: Int32Array): Int32Array {
  const next = local.slice();
  for (const participant of participants) {
    next[participant.part] = participant.next[local[participant.part]!]!;
  }
  return next;
}

/** The vectors of each label, several where a step may decide several things. */
export function vectorsByLabel({ vectors }: Product): Map<string, number[]> {
  const byLabel = new Map<string, number[]>();
  vectors.forEach(({ label }, vector) => {
    const same = byLabel.get(label);
    if (same === undefined) byLabel.set(label, [vector]);
    else same.push(vector);
  });
  return byLabel;
}
