import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import type { Answer, Comparison } from '../catalogue/comparison.ts';
import { occurringAmong } from '../check/occurring.ts';
import { explore, type StateSpace } from '../explore/explore.ts';
import { parseLabel } from '../lts/label.ts';
import { BEGIN, WAIT } from '../specification/call.ts';
import type { Scope, System, SystemFamily } from '../specification/system.ts';
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
  const spaces = new Spaces();
  return comparison.calls.map(({ call, answers }) => ({
    call,
    answers: answers.flatMap((answer) => answered(catalogue, comparison, answer, spaces)),
  }));
}

/** Designs whose machines answer differently are told apart. */
function answered(
  catalogue: Catalogue,
  { designs }: Comparison,
  { designs: names, by, says, source }: Answer,
  spaces: Spaces,
): AnsweredCall['answers'] {
  const chosen = names.map((name) => findByName('design', name, designs, (one) => one.name));
  if (by === undefined) return [{ designs: names, outcomes: [], says, source: source! }];
  const { system, call, scope } = by;
  const family = findByName('system', system, catalogue.families, (one) => one.name);
  const found = chosen.map(({ name, places }) => {
    const place = findByName('system', system, places, (one) => one.system);
    const { revision } = place;
    const at = { scope: { ...family.defaultScope, ...scope } as Scope, revision };
    return { name, ...answeredBy(spaces.of(family, at), call) };
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
function answeredBy({ system, space }: Explored, name: string) {
  const call = findByName('call', name, system.calls, (one) => one.name);
  const { product } = space;
  const own = product.vectors.flatMap(({ label }, i) =>
    product.calls.find(label) === call ? i : [],
  );
  const outcomes = new Set(
    [...occurringAmong(space, own)].map(
      (vector) => parseLabel(product.vectors[vector]!.label).outcome ?? '',
    ),
  );
  return {
    outcomes: call.outcomes.filter((one) => ![BEGIN, WAIT, ''].includes(one) && outcomes.has(one)),
    source: call.source,
  };
}

interface Explored {
  readonly system: System;
  readonly space: StateSpace;
}

/** The states of the systems that are asked: several calls are asked of one. */
class Spaces {
  readonly #explored = new Map<string, Explored>();

  of(family: SystemFamily, at: { readonly scope: Scope; readonly revision: string }): Explored {
    const key = JSON.stringify([family.name, at]);
    let explored = this.#explored.get(key);
    if (explored === undefined) {
      const system = family.build(at);
      explored = { system, space: explore(compose(system)) };
      this.#explored.set(key, explored);
    }
    return explored;
  }
}
