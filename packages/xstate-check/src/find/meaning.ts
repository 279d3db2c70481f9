import { nearest, suggested } from '../base/errors.ts';
import { threadsOf } from '../check/threads.ts';
import type { System } from '../specification/system.ts';
import type { Product } from '../system/product.ts';
import { comparison, statesOf, type Test } from './atoms.ts';
import { type Condition, type Statement, type Word, wrongAt } from './condition.ts';
import type { Followed } from './follow.ts';
import { locksIn, locksOf } from './holders.ts';
import { rulesMeant, ruleTest } from './rules.ts';

/** What a condition is asked of. */
export interface Asked {
  readonly system: System;
  readonly product: Product;
}

/** A condition as a test of a state, and what has to be remembered for it. */
export interface Meaning {
  /** The parts of whose locks it says who holds them. */
  readonly follows: readonly number[];
  /** Of a product that remembers those. */
  readonly test: (followed: Followed) => Test;
}

/**
 * What the words of a condition mean in a system.
 *
 * @throws InputError with the column of what the system has not
 */
export function meaningOf(condition: Condition, asked: Asked): Meaning {
  switch (condition.kind) {
    case 'not': {
      const { follows, test } = meaningOf(condition.of, asked);
      return { follows, test: (followed) => negated(test(followed)) };
    }
    case 'and':
    case 'or':
      return joined(
        condition.kind,
        condition.of.map((one) => meaningOf(one, asked)),
      );
    case 'compare':
      return ofState(comparison(asked.product, condition));
    case 'is':
      return meant(condition, asked);
  }
}

const ofState = (test: Test): Meaning => ({ follows: [], test: () => test });

const negated =
  (test: Test): Test =>
  (local) =>
    !test(local);

function joined(kind: 'and' | 'or', of: readonly Meaning[]): Meaning {
  const settles = kind === 'or';
  return {
    follows: [...new Set(of.flatMap(({ follows }) => follows))],
    test: (followed) => {
      const tests = of.map(({ test }) => test(followed));
      return (local) => {
        for (const test of tests) if (test(local) === settles) return settles;
        return !settles;
      };
    },
  };
}

/** `SUBJECT is …`: a part, a lock or a rule. */
function meant(statement: Extract<Statement, { kind: 'is' }>, asked: Asked): Meaning {
  const { subject, not, alternatives } = statement;
  const whole = joined(
    'or',
    withHolders(alternatives).map((words) => meantByWords(subject, words, asked)),
  );
  return not ? { ...whole, test: (followed) => negated(whole.test(followed)) } : whole;
}

/** `held by painter or cleaner` is held by one or the other. */
function withHolders(alternatives: readonly (readonly Word[])[]): (readonly Word[])[] {
  let before: readonly Word[] = [];
  return alternatives.map((words) => {
    const isHolder = words.length === 1 && before.at(-1)?.text === 'by';
    const whole = isHolder ? [...before, ...words] : words;
    before = whole[0]?.text === 'held' ? whole.slice(0, -1) : [];
    return whole;
  });
}

function meantByWords(subject: Word, words: readonly Word[], asked: Asked): Meaning {
  const { product, system } = asked;
  const [first, second] = words as [Word, Word | undefined];
  if (first.text === 'held' && locksOf(product).has(subject.text)) {
    return held(subject.text, words.slice(1), product);
  }
  if (first.text === 'held' && second?.text === 'by') {
    const locks = [...locksOf(product).keys()];
    const known = locks.length === 0 ? 'the system has none' : `the locks are ${locks.join(', ')}`;
    throw wrongAt(first.column, `'${subject.text}' is no lock; ${known}`);
  }
  if (second !== undefined) {
    throw wrongAt(second.column, `'${second.text}' is too much; join statements by 'and' or 'or'`);
  }
  const part = product.parts.findIndex(({ name }) => name === subject.text);
  if (part >= 0) return ofState(statesOf(product, part, first));
  const rules = rulesMeant(system, subject.text);
  if (rules.length === 0) throw nothingOfThatName(subject, asked);
  if (first.text !== 'broken') {
    throw wrongAt(first.column, `'${subject.text}' is a rule, which is broken or not broken`);
  }
  return joined(
    'or',
    rules.map((rule) => ofState(ruleTest(product, rule, subject))),
  );
}

/** `held`, `held for writing`, `held by painter`, `held for writing by painter`. */
function held(lock: string, words: readonly Word[], product: Product): Meaning {
  const { part, hows } = locksOf(product).get(lock)!;
  const by = words.findIndex(({ text }) => text === 'by');
  const how = words.slice(0, by < 0 ? undefined : by);
  const isHeld = statesHeld(product, part, lock, wayOf(lock, how, hows));
  if (by < 0) return ofState(isHeld);
  const [who, more] = words.slice(by + 1);
  if (who === undefined) {
    throw wrongAt(words[by]!.column, "after 'by' comes who holds it");
  }
  if (more !== undefined) {
    throw wrongAt(more.column, `'${more.text}' is too much; join statements by 'and' or 'or'`);
  }
  const thread = threadMeant(who, product);
  return {
    follows: [part],
    test: ({ holders }) => {
      const now = holders(part, lock);
      return (local) => isHeld(local) && now(local).includes(thread);
    },
  };
}

/** The way in which a lock is to be held; none where any will do. */
function wayOf(lock: string, words: readonly Word[], hows: readonly string[]): string | undefined {
  const [first] = words;
  if (first === undefined) return undefined;
  const way = words.map(({ text }) => text).join(' ');
  if (hows.includes(way)) return way;
  const known = hows.filter((how) => how !== '').map((how) => `held ${how}`);
  const ways = known.length === 0 ? 'it is just held' : `it is ${known.join(' or ')}`;
  throw wrongAt(first.column, `'${lock}' is never held '${way}'; ${ways}`);
}

function statesHeld(product: Product, part: number, lock: string, way: string | undefined): Test {
  const { states } = product.ltss[part]!;
  const truth = states.map((_, state) => {
    const how = locksIn(product, part, state).get(lock);
    return how !== undefined && (way === undefined || how === way);
  });
  return (local) => truth[local[part]!]!;
}

/** A thread by its name, or by that of a part that runs on it. */
function threadMeant({ text, column }: Word, product: Product): string {
  const { parts } = product;
  const threads = [...threadsOf(product).names, ...parts.flatMap(({ thread }) => thread ?? [])];
  if (threads.includes(text)) return text;
  const part = parts.find(({ name }) => name === text);
  if (part !== undefined && part.kind !== 'monitor') return part.thread ?? part.name;
  const known = [...threads, ...parts.flatMap(({ thread, name }) => (thread ? [name] : []))];
  throw wrongAt(column, `there is no thread or part '${text}'; ${nearest(text, known)}`);
}

function nothingOfThatName({ text, column }: Word, { product, system }: Asked): Error {
  const parts = product.parts.map(({ name }) => name);
  const own = parts.filter((name) => name.startsWith(`${text}.`));
  if (own.length > 0) {
    return wrongAt(column, `'${text}' is several parts here; say which: ${own.join(', ')}`);
  }
  const known = [...parts, ...locksOf(product).keys(), ...system.properties.map(({ id }) => id)];
  const first = product.parts.filter(({ kind }) => kind !== 'monitor').slice(0, 3);
  const some = `parts are ${first.map(({ name }) => name).join(', ')} and others`;
  return wrongAt(
    column,
    `there is no part, lock or rule '${text}'; ${suggested(text, known, some)}`,
  );
}
