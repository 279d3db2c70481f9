import type { Bounds } from '../explore/explore.ts';
import type { Verdicts } from '../keep/verdicts.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import type { Product } from '../system/product.ts';
import { compilePredicate } from './compile-predicate.ts';
import { stuckRestOf } from './quiescence.ts';
import { observedByContract } from './refinement.ts';
import { type Replayed, replay } from './replay.ts';
import { deadlockFinding, violationsOf } from './safety.ts';
import { propertyRead, systemRead } from './same-system.ts';
import { answersOf } from './totality.ts';
import type { Counterexample, Verdict } from './verdict.ts';

/** How large a system is. */
export interface Size {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
}

/** A verdict as it is kept: a run by the numbers of its steps. */
export type Kept =
  | Exclude<Verdict, { verdict: 'broken' }>
  | {
      readonly verdict: 'broken';
      readonly finding: string;
      readonly run: readonly number[];
      readonly cycle?: readonly number[];
    };

interface KeptSystem extends Size {
  readonly verdicts: Readonly<Record<string, Kept>>;
}

/**
 * What is known from before of a system. The key is everything that the checker reads of it, so that
 * whatever changes in a machine, in how parts move together or in a rule asks for another key; what
 * is known is the same as what would be found.
 */
export class KnownVerdicts {
  readonly #verdicts: Verdicts;
  readonly #product: Product;
  readonly #bounds: Bounds;
  readonly #key: string;
  #kept: KeptSystem | undefined;

  private constructor(verdicts: Verdicts, system: System, product: Product, bounds: Bounds) {
    this.#verdicts = verdicts;
    this.#product = product;
    this.#bounds = bounds;
    this.#key = JSON.stringify([systemRead(system, product), bounds.states, bounds.bytes]);
    this.#kept = this.#read();
  }

  /** Nothing where nothing is kept, nor where what was seen before a bound is to be judged. */
  static of(system: System, product: Product, bounds: Bounds): KnownVerdicts | undefined {
    if (bounds.kept === undefined || bounds.keepSeen) return undefined;
    return new KnownVerdicts(bounds.kept, system, product, bounds);
  }

  get size(): Size | undefined {
    return this.#kept;
  }

  /** The verdict on a property, if it is known; a run that breaks it is taken again first. */
  on(property: Property): Verdict | undefined {
    const kept = this.#kept?.verdicts[this.#nameOf(property)];
    const verdict =
      kept?.verdict === 'broken'
        ? brokenAgain(takenAgain(this.#product, property, kept, this.#bounds))
        : kept;
    if (verdict === undefined) this.#verdicts.judged += 1;
    else this.#verdicts.found += 1;
    return verdict;
  }

  keep(size: Size, judged: readonly ({ readonly property: Property } & Verdict)[]): void {
    const { states, transitions, depth } = size;
    const fresh = judged.map((one) => [this.#nameOf(one.property), keptOf(one)]);
    // Another process may have kept some meanwhile.
    const verdicts = { ...this.#read()?.verdicts, ...Object.fromEntries(fresh) };
    this.#kept = { states, transitions, depth, verdicts };
    this.#verdicts.write(this.#key, JSON.stringify(this.#kept));
  }

  #read(): KeptSystem | undefined {
    const text = this.#verdicts.read(this.#key);
    return text === undefined ? undefined : (JSON.parse(text) as KeptSystem);
  }

  /** What is said of a run has the title of a property in it. */
  #nameOf(property: Property): string {
    return `${property.title}\n${propertyRead(property, this.#product)}`;
  }
}

function brokenAgain(counterexample: Counterexample | undefined): Verdict | undefined {
  return counterexample && { verdict: 'broken', counterexample };
}

/** A run that was kept, taken again; nothing where there is none, or it does not break the property. */
export function takenAgain(
  ofSystem: Product,
  property: Property,
  { finding, run, cycle }: Extract<Kept, { verdict: 'broken' }>,
  bounds: Bounds,
): Counterexample | undefined {
  const product =
    property.kind === 'refinement' ? observedByContract(ofSystem, property, bounds) : ofSystem;
  const again = replay(product, run, cycle);
  if (again === undefined || !isBroken(property, again)) return undefined;
  return { property, ...again, finding };
}

/** Without the property, of which others may have the same verdict. */
export function keptOf(one: Verdict): Kept {
  switch (one.verdict) {
    case 'holds':
      return { verdict: 'holds', ...(one.untested && { untested: one.untested }) };
    case 'vacuous':
    case 'unfinished':
      return { verdict: one.verdict, reason: one.reason };
    case 'broken':
      return keptRun(one);
  }
}

function keptRun(verdict: Extract<Verdict, { verdict: 'broken' }>): Kept {
  const { finding, run, cycle } = verdict.counterexample;
  return {
    verdict: 'broken',
    finding,
    run: run.vectors,
    ...(cycle !== undefined && { cycle: cycle.vectors }),
  };
}

/** Whether the last state of a run breaks the property, where one state tells that. */
function isBroken(property: Property, { space, run }: Replayed): boolean {
  const { product, stepper, table } = space;
  const last = run.states.at(-1)!;
  const local = stepper.local(table, last).slice();
  const holds = (of: Parameters<typeof compilePredicate>[0]) =>
    compilePredicate(of, product)(local);
  switch (property.kind) {
    case 'invariant':
      return holds(property.when) && !holds(property.then);
    case 'monitor':
      return product.parts.some(
        ({ name }, part) =>
          property.parts.includes(name) && violationsOf(product, part)[local[part]!] === 1,
      );
    case 'deadlock': {
      let moves = false;
      stepper.each(table, last, () => {
        moves = true;
      });
      return !moves && deadlockFinding(product, stuckRestOf(product), local) !== undefined;
    }
    case 'totality':
      return answersOf(product, property)(local).wrong !== undefined;
    case 'refinement':
      return local.at(-1) === product.ltss.at(-1)!.states.length - 1;
    case 'rest':
    case 'leads-to':
      return true;
  }
}
