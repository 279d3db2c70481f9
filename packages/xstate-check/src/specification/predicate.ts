import { isIn, type LtsState } from '../lts/lts.ts';

/** A statement about the states of the parts, which prints as a sentence. */
export type Predicate = (
  | {
      readonly kind: 'atom';
      readonly part: string;
      readonly words: string;
      readonly test: (state: LtsState) => boolean;
      readonly names?: readonly string[];
    }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
) & {
  /** Words of its own, for where it holds and where it does not. */
  readonly said?: { readonly holds: string; readonly fails: string };
};

/** The part is in one of these states, named by dotted path or `#tag`. */
export function is(part: string, ...names: string[]): Predicate {
  return {
    kind: 'atom',
    part,
    words: `${part} is ${names.map((name) => name.replace(/^#/, '')).join(' or ')}`,
    test: (state) => names.some((name) => isIn(state, name)),
    names,
  };
}

/** The part's context satisfies a test, which `words` says in words. */
export function where(
  part: string,
  words: string,
  test: (context: LtsState['context']) => boolean,
): Predicate {
  return { kind: 'atom', part, words: `${part}: ${words}`, test: (state) => test(state.context) };
}

export const all = (...of: Predicate[]): Predicate => ({ kind: 'and', of });
export const any = (...of: Predicate[]): Predicate => ({ kind: 'or', of });
export const not = (of: Predicate): Predicate => ({ kind: 'not', of });

/**
 * The same in words of its own, where the names of parts and states do not make a sentence:
 * `said(is('dev[0].hw', 'decodes'), 'dev[0] decodes', 'dev[0] does not decode')`.
 */
export const said = (predicate: Predicate, holds: string, fails: string): Predicate => ({
  ...predicate,
  said: { holds, fails },
});

/** True in every state. */
export const always: Predicate = { kind: 'and', of: [] };

export function inWords(predicate: Predicate): string {
  if (predicate.said !== undefined) return predicate.said.holds;
  switch (predicate.kind) {
    case 'atom':
      return predicate.words;
    case 'not':
      return predicate.of.said?.fails ?? `not (${inWords(predicate.of)})`;
    default:
      if (predicate.of.length === 0) return predicate.kind === 'and' ? 'always' : 'never';
      return predicate.of
        .map((child) => operandInWords(child, predicate))
        .join(` ${predicate.kind} `);
  }
}

/** `and` inside `or`, and the other way round, is put in parentheses. */
function operandInWords(child: Predicate, parent: Predicate): string {
  const joins =
    (child.kind === 'and' || child.kind === 'or') &&
    child.of.length > 1 &&
    child.said === undefined;
  return joins && child.kind !== parent.kind ? `(${inWords(child)})` : inWords(child);
}

/**
 * Why a predicate is as it is in a state, in words: of alternatives the one that holds, of
 * conditions the one that fails.
 *
 * @param holds - whether a predicate holds in the state
 */
export function reasonInWords(
  predicate: Predicate,
  holds: (predicate: Predicate) => boolean,
): string {
  const truth = holds(predicate);
  if (predicate.said !== undefined) return truth ? predicate.said.holds : predicate.said.fails;
  if (predicate.kind === 'atom') return truth ? predicate.words : `not (${predicate.words})`;
  if (predicate.kind === 'not') return reasonInWords(predicate.of, holds);
  const deciding = predicate.of.filter((child) => holds(child) === truth);
  const one = (predicate.kind === 'or') === truth;
  const reasons = (one ? deciding.slice(0, 1) : deciding).map((child) =>
    reasonInWords(child, holds),
  );
  return reasons.join(' and ') || inWords(predicate);
}

/** The names of the parts that a predicate speaks of. */
export function partsNamedBy(predicate: Predicate): string[] {
  if (predicate.kind === 'atom') return [predicate.part];
  return predicate.kind === 'not' ? partsNamedBy(predicate.of) : predicate.of.flatMap(partsNamedBy);
}
