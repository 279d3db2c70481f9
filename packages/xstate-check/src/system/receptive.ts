import { callOf, parseLabel } from '../lts/label.ts';
import { BEGIN, hasBeginning } from '../specification/call.ts';
import type { Product, Vector } from './product.ts';

/** The tag of a state in which what is modelled answers nobody any more. */
const OOPS = 'oops';

/** A step that a resource does not take in one of its states, although what is modelled would answer. */
export interface Refusal {
  readonly part: string;
  readonly state: string;
  /** The call that has no answer there, or the label of an answer that somebody else decides. */
  readonly refused: string;
}

/**
 * What the resources of a system refuse. A resource answers in every state whatever does not block
 * in what is modelled, also in those that only a faulty design reaches: where it refused, the fault would
 * look like a thread that waits. It may refuse where the call says that it blocks and the resource is
 * what it waits for; what the environment starts, which does so when it can; what nobody here ever
 * does; what comes after an oops, because whoever asks dies with the locks that it has; and the end
 * of a call whose beginning it takes, which does not come alone.
 */
export function refusalsOf(product: Product): Refusal[] {
  return product.parts.flatMap((part, index) =>
    part.kind === 'resource' ? refusalsOfPart(product, index) : [],
  );
}

function refusalsOfPart(product: Product, part: number): Refusal[] {
  const { name, roles } = product.parts[part]!;
  const taken = product.vectors.flatMap((vector) => {
    const own = vector.participants.find((participant) => participant.part === part);
    return own === undefined ? [] : [{ vector, next: own.next }];
  });
  const begun = new Set(
    taken
      .map(({ vector }) => vector.label)
      .filter(isBeginning)
      .map(callOf),
  );
  const required = new Map<string, Int32Array[]>();
  for (const { vector, next } of taken) {
    // What it starts by itself nobody asks it for.
    const refused =
      vector.initiator === part ? undefined : requirementOf(product, vector, roles, begun);
    if (refused !== undefined) required.set(refused, [...(required.get(refused) ?? []), next]);
  }
  return [...required].flatMap(([refused, ways]) =>
    product.ltss[part]!.states.flatMap((state, at) =>
      state.tags.includes(OOPS) || ways.some((next) => next[at]! >= 0)
        ? []
        : [{ part: name, state: state.name, refused }],
    ),
  );
}

const isBeginning = (label: string): boolean => parseLabel(label).outcome === BEGIN;

/**
 * What has to be taken in every state: of the answers that the part itself decides one, else the
 * label. `undefined` where the part may refuse.
 */
function requirementOf(
  { calls }: Product,
  { label, initiator, participants }: Vector,
  roles: readonly string[],
  begun: ReadonlySet<string>,
): string | undefined {
  const starts = participants.find(({ part }) => part === initiator)?.next;
  if (starts?.some((after) => after >= 0) !== true) return undefined;
  const call = calls.find(label)!;
  const decides = roles.includes(call.callee);
  if (decides && call.blocks !== undefined) return undefined;
  if (isBeginning(label)) return label;
  if (hasBeginning(call)) return begun.has(callOf(label)) ? undefined : label;
  if (!decides) return label;
  const { outcome = '' } = parseLabel(label);
  return call.environment?.includes(outcome) ? undefined : callOf(label);
}
