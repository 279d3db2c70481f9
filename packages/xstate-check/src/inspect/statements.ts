import { threadsOf } from '../check/threads.ts';
import { countsIn } from '../find/atoms.ts';
import { nameInCondition } from '../find/condition.ts';
import { locksOf } from '../find/holders.ts';
import { isToldByState } from '../find/rules.ts';
import type { Product } from '../system/product.ts';
import type { Statements } from './protocol.ts';
import type { Composed } from './subjects.ts';

type Choice = Statements['groups'][number]['choices'][number];

/**
 * The statements of which a condition on a system can be made: what is a lock is first offered as
 * one, monitors last.
 */
export function statementsOf({ product, system }: Composed): Statements {
  const parts = product.parts.map(({ kind }, part) => ({ part, isMonitor: kind === 'monitor' }));
  const own = parts.filter(({ isMonitor }) => !isMonitor).map(({ part }) => part);
  const monitors = parts.filter(({ isMonitor }) => isMonitor).map(({ part }) => part);
  const groups = [
    { title: 'Locks', choices: ofLocks(product) },
    { title: 'Parts', choices: own.map((part) => ofPart(product, part)) },
    { title: 'Counts', choices: own.flatMap((part) => ofCounts(product, part)) },
    {
      title: 'Rules',
      choices: system.properties.filter(isToldByState).map(({ id }) => ({
        subject: nameInCondition(id),
        words: ['is broken', 'is not broken'],
      })),
    },
    { title: 'Monitors', choices: monitors.map((part) => ofPart(product, part)) },
  ];
  return { groups: groups.filter(({ choices }) => choices.length > 0) };
}

function ofLocks(product: Product): Choice[] {
  const { names } = threadsOf(product);
  return [...locksOf(product)].map(([lock, { hows }]) => ({
    subject: nameInCondition(lock),
    words: [
      'is held',
      'is not held',
      ...hows.filter((how) => how !== '').map((how) => `is held ${how}`),
      ...names.map((thread) => `is held by ${nameInCondition(thread)}`),
    ],
  }));
}

function ofPart({ parts, ltss }: Product, part: number): Choice {
  const words = new Set(
    ltss[part]!.states.flatMap(({ nodes, tags }) => [...nodes, ...tags.map((tag) => `#${tag}`)]),
  );
  words.delete('');
  return {
    subject: nameInCondition(parts[part]!.name),
    words: [...words].map((word) => `is ${nameInCondition(word)}`),
  };
}

function ofCounts({ parts, ltss }: Product, part: number): Choice[] {
  const { states } = ltss[part]!;
  return countsIn(states).map((key) => {
    const values = [...new Set(states.map(({ context }) => context[key]))];
    const told = values.filter((value) => value !== undefined && typeof value !== 'object');
    const more = told.some((value) => typeof value === 'number') ? ['> 0'] : [];
    return {
      subject: nameInCondition(`${parts[part]!.name}.${key}`),
      words: [...more, ...told.map((value) => `= ${nameInCondition(String(value))}`)],
    };
  });
}
