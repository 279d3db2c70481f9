import type { Predicate } from '../specification/predicate.ts';
import { type Product, partNamed } from '../system/product.ts';

/** A statement about the local states of parts, in a form that any language can say. */
export type Formula =
  | { readonly kind: 'in'; readonly part: number; readonly states: readonly number[] }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Formula[] }
  | { readonly kind: 'not'; readonly of: Formula }
  /** As many of them hold as `least` to `most`. */
  | {
      readonly kind: 'count';
      readonly of: readonly Formula[];
      readonly least: number;
      readonly most: number;
    };

export const TRUE: Formula = { kind: 'and', of: [] };
export const FALSE: Formula = { kind: 'or', of: [] };

/** Whether a part is in one of these of its states; where it is in all or none, a constant. */
export function isIn({ ltss }: Product, part: number, states: readonly number[]): Formula {
  if (states.length === 0) return FALSE;
  return states.length === ltss[part]!.states.length ? TRUE : { kind: 'in', part, states };
}

/** The states of a part in which a test holds. */
export function statesWhere(count: number, holds: (state: number) => boolean): number[] {
  return Array.from({ length: count }, (_, state) => state).filter(holds);
}

export function formulaOf(predicate: Predicate, product: Product): Formula {
  switch (predicate.kind) {
    case 'atom': {
      const part = partNamed(product, predicate.part);
      const { states } = product.ltss[part]!;
      return isIn(
        product,
        part,
        statesWhere(states.length, (i) => predicate.test(states[i]!)),
      );
    }
    case 'not':
      return not(formulaOf(predicate.of, product));
    default:
      return join(
        predicate.kind,
        predicate.of.map((child) => formulaOf(child, product)),
      );
  }
}

export const and = (...of: Formula[]): Formula => join('and', of);
export const or = (...of: Formula[]): Formula => join('or', of);

export function not(of: Formula): Formula {
  if (isTrue(of)) return FALSE;
  if (isFalse(of)) return TRUE;
  return of.kind === 'not' ? of.of : { kind: 'not', of };
}

export const isTrue = (of: Formula): boolean => of.kind === 'and' && of.of.length === 0;
export const isFalse = (of: Formula): boolean => of.kind === 'or' && of.of.length === 0;

/** Constants are left out, or settle it. */
function join(kind: 'and' | 'or', of: readonly Formula[]): Formula {
  const [neutral, settles] = kind === 'and' ? [isTrue, isFalse] : [isFalse, isTrue];
  const settling = of.find(settles);
  if (settling !== undefined) return settling;
  const rest = of.filter((child) => !neutral(child));
  return rest.length === 1 ? rest[0]! : { kind, of: rest };
}

/** How a language writes a formula. */
export interface Spelling {
  readonly in: (part: number, states: readonly number[]) => string;
  readonly and: string;
  readonly or: string;
  readonly not: string;
  readonly true: string;
  readonly false: string;
  /** As many of the formulas hold as `least` to `most`. */
  readonly count: (of: readonly string[], least: number, most: number) => string;
}

export function spell(formula: Formula, as: Spelling): string {
  switch (formula.kind) {
    case 'in':
      return as.in(formula.part, formula.states);
    case 'not':
      return `${as.not}(${spell(formula.of, as)})`;
    case 'count':
      return as.count(
        formula.of.map((child) => spell(child, as)),
        formula.least,
        formula.most,
      );
    default:
      if (formula.of.length === 0) return formula.kind === 'and' ? as.true : as.false;
      return `(${formula.of.map((child) => spell(child, as)).join(` ${as[formula.kind]} `)})`;
  }
}

/** Whether a formula holds of local states. */
export function holds(formula: Formula, local: Int32Array): boolean {
  switch (formula.kind) {
    case 'in':
      return formula.states.includes(local[formula.part]!);
    case 'not':
      return !holds(formula.of, local);
    case 'and':
      return formula.of.every((child) => holds(child, local));
    case 'or':
      return formula.of.some((child) => holds(child, local));
    case 'count': {
      const count = formula.of.filter((child) => holds(child, local)).length;
      return count >= formula.least && count <= formula.most;
    }
  }
}
