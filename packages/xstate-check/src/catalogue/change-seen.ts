import { wrap } from '../base/text.ts';
import { type ChangedStep, type Visibility, visibilityOf } from '../faults/visible.ts';
import type { Scope, SystemFamily } from '../specification/system.ts';
import type { Catalogue } from './catalogue.ts';
import type { AnyResult, Judged } from './judge.ts';

/** What a system sees of the change that was made to it, and who sees what it does not. */
export interface SeenChange extends Visibility {
  /** The systems in which something depends on every step that nothing here depends on. */
  readonly seenBy: readonly string[];
}

/** A verdict with what the system sees of its change, where it is one. */
export type JudgedChange = Judged<AnyResult> & { readonly change?: SeenChange };

/**
 * A system that cannot see the change that was made to it keeps its rules whatever the change does:
 * that they hold is then not a verdict on it.
 */
export function judgedAsSeen(catalogue: Catalogue, judged: Judged<AnyResult>): JudgedChange {
  const { family, result } = judged;
  if (family.changeOf === undefined || family.changeOf.source !== undefined) return judged;
  const change = seenChange(catalogue, family, result.scope);
  if (change === undefined) return judged;
  if (change.isSeen || judged.differences.length > 0) return { ...judged, change };
  const properties = result.properties.map((one) =>
    one.verdict === 'holds'
      ? { ...one, verdict: 'unfinished' as const, reason: 'this system cannot see the change' }
      : one,
  );
  return { ...judged, change, result: { ...result, properties } as AnyResult };
}

function seenChange(
  catalogue: Catalogue,
  family: SystemFamily,
  scope: Scope,
): SeenChange | undefined {
  const visibility = seenIn(catalogue, family, scope);
  if (visibility === undefined || !visibility.isChange) return undefined;
  const isMissed = visibility.unseen.length > 0 || !visibility.isSeen;
  const others = isMissed ? (family.changeOf?.elsewhere?.() ?? []) : [];
  const seenBy = others.flatMap((other) => {
    const there = seenIn(catalogue, other, other.defaultScope);
    const misses = visibility.unseen.some((step) => there?.unseen.some((one) => isSame(step, one)));
    return there?.isSeen && !misses ? [other.changeOf!.system] : [];
  });
  return { ...visibility, seenBy };
}

function isSame(one: ChangedStep, other: ChangedStep): boolean {
  return one.machine === other.machine && one.node === other.node && one.event === other.event;
}

function seenIn(
  { families }: Catalogue,
  family: SystemFamily,
  scope: Scope,
): Visibility | undefined {
  const { system, revision } = family.changeOf!;
  const before = families.find(({ name }) => name === system);
  if (before === undefined) return undefined;
  return visibilityOf(
    before.build({ scope, revision }),
    family.build({ scope, revision: family.revisions[0]! }),
  );
}

/** What a system does not see of its change, in sentences. */
export function* unseenText({ changed, unseen, isSeen, seenBy }: SeenChange): Generator<string> {
  if (unseen.length > 0) {
    const of =
      changed.length === 1 ? 'the step' : `${unseen.length} of the ${changed.length} steps`;
    yield* indented(`Nothing here depends on ${of} that it changes:`, 2);
    for (const { machine, node, event } of unseen) {
      yield* indented(`${machine}, ${node || 'any state'}: ${event}`, 4);
    }
  }
  if (unseen.length === 0 && isSeen) return;
  if (!isSeen) yield* indented('The change cannot be seen in this system.', 2);
  yield* indented(
    seenBy.length === 0
      ? 'No other system that can take it sees it either.'
      : `Systems that see it: ${seenBy.join(', ')}; name one with system: '${seenBy[0]}'.`,
    2,
  );
}

function* indented(text: string, by: number): Generator<string> {
  for (const line of wrap(text, 80 - by)) yield `${' '.repeat(by)}${line}\n`;
}
