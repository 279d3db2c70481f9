import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import type { Answer, Comparison } from '../catalogue/comparison.ts';
import { occurringAmong } from '../check/occurring.ts';
import { explore } from '../explore/explore.ts';
import { parseLabel } from '../lts/label.ts';
import { BEGIN, WAIT } from '../specification/call.ts';
import type { Scope, System } from '../specification/system.ts';
import { compose } from '../system/product.ts';

/** What one call answers, by designs that answer the same. */
export interface AnsweredCall {
  readonly call: string;
  readonly answers: readonly {
    readonly designs: readonly string[];
    /** Those that some run has: `ok`, `-EINVAL`; none where no machine has the call. */
    readonly outcomes: readonly string[];
    readonly says: string;
    readonly source: string;
    /** The call of the machines that answer, and their system. */
    readonly by?: { readonly system: string; readonly call: string };
  }[];
}

/**
 * What calls answer in each design: as the machines have it, where they do.
 *
 * @throws InputError for a system, revision or call that there is not
 */
export function answersOf(catalogue: Catalogue, comparison: Comparison): AnsweredCall[] {
  return comparison.calls.map(({ call, answers }) => ({
    call,
    answers: answers.flatMap((answer) => answered(catalogue, comparison, answer)),
  }));
}

/** Designs whose machines answer differently are told apart. */
function answered(
  catalogue: Catalogue,
  { designs }: Comparison,
  { designs: names, by, says, source }: Answer,
): AnsweredCall['answers'] {
  const chosen = names.map((name) => findByName('design', name, designs, (one) => one.name));
  if (by === undefined) return [{ designs: names, outcomes: [], says, source: source! }];
  const { system, call, scope } = by;
  const family = findByName('system', system, catalogue.families, (one) => one.name);
  const found = chosen.map(({ name, places }) => {
    const place = findByName('system', system, places, (one) => one.system);
    const { revision } = place;
    const built = family.build({ scope: { ...family.defaultScope, ...scope } as Scope, revision });
    return { name, ...answeredBy(built, call) };
  });
  const different = new Set(found.map(({ outcomes }) => outcomes.join()));
  return [...different].map((answers) => {
    const same = found.filter(({ outcomes }) => outcomes.join() === answers);
    const [first] = same;
    return {
      designs: same.map(({ name }) => name),
      outcomes: first!.outcomes,
      says,
      source: source === undefined ? first!.source : `${first!.source}; ${source}`,
      by: { system, call },
    };
  });
}

/** What some run of a system answers to a call, in the order in which the call declares it. */
function answeredBy(system: System, name: string) {
  const call = findByName('call', name, system.calls, (one) => one.name);
  const product = compose(system);
  const own = product.vectors.flatMap(({ label }, i) =>
    product.calls.find(label) === call ? i : [],
  );
  const occurring = occurringAmong(explore(product), own);
  const outcomes = new Set(
    [...occurring].map((vector) => parseLabel(product.vectors[vector]!.label).outcome ?? ''),
  );
  return {
    outcomes: call.outcomes.filter((one) => ![BEGIN, WAIT, ''].includes(one) && outcomes.has(one)),
    source: call.source,
  };
}
