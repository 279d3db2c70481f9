import { callOf, parseLabel } from '../lts/label.ts';
import { BEGIN, type Call } from '../specification/call.ts';
import type { Totality } from '../specification/property.ts';
import type { Product, Vector } from '../system/product.ts';
import { and, type Formula, isIn, or, statesWhere } from './formula.ts';

/** A call by one caller, as formulas. */
export interface Answered {
  /** The caller offers it, and those who answer are there. */
  readonly asked: Formula;
  /** As many outcomes are possible as may be, those aside that the environment chooses. */
  readonly answered: Formula;
}

/**
 * That every call that is offered has exactly one answer, for each call by each caller: none, only
 * where the call may block.
 */
export function answeredCalls(product: Product, { absentTag = 'absent' }: Totality): Answered[] {
  const groups = new Map<string, { call: Call; vectors: Vector[] }>();
  for (const vector of product.vectors) {
    const call = product.calls.find(vector.label);
    if (call === undefined || (call.spans && outcomeOf(vector) !== BEGIN)) continue;
    const key = `${callOf(vector.label)} of ${vector.initiator}`;
    const group = groups.get(key) ?? { call, vectors: [] };
    groups.set(key, group);
    group.vectors.push(vector);
  }
  return [...groups.values()].map(({ call, vectors }) => ({
    asked: and(offered(product, vectors), present(product, call, vectors, absentTag)),
    answered: answeredOnce(product, call, vectors),
  }));
}

const outcomeOf = ({ label }: Vector): string => parseLabel(label).outcome ?? '';

/** The caller takes one of the outcomes; the environment offers its calls all the time. */
function offered(product: Product, vectors: readonly Vector[]): Formula {
  return or(
    ...vectors.map(({ initiator, participants }) => {
      const own = participants.find(({ part }) => part === initiator);
      return own === undefined ? and() : allows(product, own);
    }),
  );
}

function present(
  product: Product,
  { callee }: Call,
  vectors: readonly Vector[],
  absentTag: string,
): Formula {
  const callees = vectors.flatMap(({ initiator, participants }) =>
    participants.flatMap(({ part }) =>
      part !== initiator && product.parts[part]!.roles.includes(callee) ? [part] : [],
    ),
  );
  return and(
    ...[...new Set(callees)].map((part) => {
      const { states } = product.ltss[part]!;
      const isThere = (state: number) => !states[state]!.tags.includes(absentTag);
      return isIn(product, part, statesWhere(states.length, isThere));
    }),
  );
}

function answeredOnce(product: Product, call: Call, vectors: readonly Vector[]): Formula {
  const decided = vectors.filter((vector) => !call.environment?.includes(outcomeOf(vector)));
  const mayBlock = call.blocks !== undefined || (vectors[0]!.initiator < 0 && call.spans === true);
  return {
    kind: 'count',
    of: decided.map(({ participants }) =>
      and(...participants.map((each) => allows(product, each))),
    ),
    least: mayBlock ? 0 : 1,
    most: 1,
  };
}

function allows(product: Product, { part, next }: Vector['participants'][number]): Formula {
  return isIn(
    product,
    part,
    statesWhere(next.length, (state) => next[state]! >= 0),
  );
}
