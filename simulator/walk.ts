import { plainLabel, type Target } from 'xstate-check/target';

/**
 * Asks a target for the labels of a text, one after the other; the error names the first that did
 * not happen, and what was about to.
 */
export async function walk(target: Target, labels: string): Promise<void> {
  for (const label of labels.trim().split(/\s+/)) {
    const { actual, pending } = await target.step(label);
    if (actual !== undefined && plainLabel(actual) === plainLabel(label)) continue;
    const instead = actual ?? 'nothing';
    throw new Error(`${label}: ${instead} happened; ${pending?.join('; ')}`);
  }
}
