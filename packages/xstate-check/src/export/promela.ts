import { and, or, type Spelling, spell } from '../check/formula.ts';
import { blockComment, headerOf } from './header.ts';
import { type Model, type Named, type Step, stepsByThread } from './model.ts';
import { identifier, stateIdentifier } from './names.ts';

/**
 * More lock acquisitions than these make the automaton of the LTL formula that says that all of
 * them are fair too large to be built.
 */
const MOST_LOCKS = 3;

/**
 * A system in Promela, for SPIN. One process takes the steps, one watches what has to hold; with
 * -DFAIR there is one process for each thread instead, which owes its steps, and the rest in a
 * process that owes none.
 */
export function promela(model: Model): string {
  const as = spelling(model);
  return [
    ...blockComment(headerOf(model, HOW)),
    '',
    ...declarations(model),
    ...model.steps.flatMap((step) => stepLines(model, step, as)),
    '#ifndef FAIR',
    ...stepsProcess(model),
    ...checksProcess(model, as),
    '#else',
    ...fairProcesses(model, as),
    ...formulas(model, as),
    '#endif',
    '',
  ].join('\n');
}

const HOW = [
  'What has to hold in every state, and that nothing is stuck:',
  '  spin -a FILE && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000 -c0 -n',
  '  "assertion violated NAME" says that the property NAME is broken; -c0 goes on after it.',
  '  SPIN counts a transition more for each property in each state that breaks it.',
  'What has to come in the end, for one formula at a time:',
  '  spin -a -DFAIR FILE && gcc -O2 -DNOREDUCE -o pan pan.c && ./pan -m1000000 -a -f -n -N NAME',
  '  -f is fairness for each thread that owes a step. Locks are not handed on fairly by it: a',
  '  formula that is broken may still hold where they are; NAME_locks says so where there is one.',
];

const can = ({ name }: Step): string => `can_${identifier(name)}`;
const does = ({ name }: Step): string => `do_${identifier(name)}`;
const variable = (part: string): string => `at_${identifier(part)}`;
export const propertyName = ({ id }: Named): string => `p_${identifier(id)}`;

function spelling({ parts }: Model): Spelling {
  const isIn = (part: number, states: readonly number[]) => {
    const { name, states: all } = parts[part]!;
    const is = (operator: string) => (state: number) =>
      `${variable(name)} ${operator} ${stateIdentifier(name, all[state]!)}`;
    const others = [...all.keys()].filter((state) => !states.includes(state));
    return others.length < states.length
      ? `(${others.map(is('!=')).join(' && ')})`
      : `(${states.map(is('==')).join(' || ')})`;
  };
  return {
    in: isIn,
    and: '&&',
    or: '||',
    not: '!',
    true: 'true',
    false: 'false',
    count: (of, least, most) => {
      const sum = of.length === 0 ? '0' : of.map((one) => `(${one} -> 1 : 0)`).join(' + ');
      return `(${sum} >= ${least} && ${sum} <= ${most})`;
    },
  };
}

function declarations({ parts }: Model): string[] {
  return parts.flatMap(({ name, states }) => [
    `/* ${name} */`,
    ...states.map((state, number) => `#define ${stateIdentifier(name, state)} ${number}`),
    `${states.length > 255 ? 'short' : 'byte'} ${variable(name)} = 0;`,
    '',
  ]);
}

function stepLines({ parts }: Model, step: Step, as: Spelling): string[] {
  const assignments = step.moves.map(({ part, to }) => {
    const { name, states } = parts[part]!;
    const state = (number: number) => stateIdentifier(name, states[number]!);
    const value = [...to].reduceRight(
      (otherwise, [from, target]) =>
        `(${variable(name)} == ${state(from)} -> ${state(target)} : ${otherwise})`,
      variable(name),
    );
    return `  ${variable(name)} = ${value};`;
  });
  return [
    `/* ${step.name} */`,
    `#define ${can(step)} ${spell(step.can, as)}`,
    `inline ${does(step)}() {`,
    ...(assignments.length === 0 ? ['  skip;'] : assignments),
    '}',
    '',
  ];
}

function stepsProcess({ steps }: Model): string[] {
  const options = steps.map((step) => `  :: d_step { ${can(step)} -> ${does(step)}() }`);
  if (options.length === 0) options.push('  :: false');
  return ['active proctype steps() {', 'end: do', ...options, '  od', '}', ''];
}

/** Their names stand in the assertions, which nothing ever makes true. */
function checksProcess(model: Model, as: Spelling): string[] {
  const checks = model.safety.map((property) => ({
    name: propertyName(property),
    title: property.title,
    fails: `!(${spell(property.holds, as)})`,
  }));
  if (model.deadlock !== undefined) {
    checks.push({
      name: propertyName(model.deadlock),
      title: model.deadlock.title,
      fails: `!(${spell(model.nobodyStuck, as)}) && ${model.steps.map((step) => `!${can(step)}`).join(' && ') || 'true'}`,
    });
  }
  if (checks.length === 0) return [];
  return [
    ...checks.map(({ name, title }) => `hidden byte ${name}; /* ${title} */`),
    'active proctype checks() {',
    'end: do',
    ...checks.map(({ name, fails }) => `  :: d_step { ${fails} -> assert(${name}) }`),
    '  od',
    '}',
    '',
  ];
}

/** The lock acquisitions that are spoken of: those of properties that have few enough of them. */
function locksOf({ leadsTo }: Model): string[] {
  return [...new Set(leadsTo.flatMap(({ locks }) => (locks.length <= MOST_LOCKS ? locks : [])))];
}

/**
 * A thread owes a step where it can take one in which some participant is not at rest. Then all
 * its steps are its process's, which -f makes go on; otherwise they are of a process that may
 * always do nothing, so that nothing is asked of it.
 */
function fairProcesses(model: Model, as: Spelling): string[] {
  const locks = locksOf(model);
  const lines = locks.length === 0 ? [] : ['byte took = 0; /* the lock acquisition made last */'];
  const free: string[] = [];
  for (const [thread, steps] of stepsByThread(model)) {
    const take = (step: Step) => {
      const number = step.lock === undefined ? 0 : locks.indexOf(step.lock) + 1;
      const took = number > 0 ? `(${spell(step.owed, as)} -> ${number} : 0)` : '0';
      return `${locks.length === 0 ? '' : `took = ${took}; `}${does(step)}()`;
    };
    if (thread === undefined) {
      free.push(...steps.map((step) => `  :: d_step { ${can(step)} -> ${take(step)} }`));
      continue;
    }
    const owes = `owes_${identifier(thread)}`;
    const duties = steps.map((step) => `(${can(step)} && ${spell(step.owed, as)})`);
    lines.push(
      `#define ${owes} (${duties.join(' || ')})`,
      `active proctype thread_${identifier(thread)}() {`,
      'end: do',
      ...steps.map((step) => `  :: d_step { ${can(step)} && ${owes} -> ${take(step)} }`),
      '  od',
      '}',
    );
    free.push(...steps.map((step) => `  :: d_step { ${can(step)} && !${owes} -> ${take(step)} }`));
  }
  return [
    ...lines,
    'active proctype others() {',
    'end: do',
    ...free,
    '  :: d_step { true -> skip }',
    '  od',
    '}',
    '',
  ];
}

function formulas(model: Model, as: Spelling): string[] {
  const locks = locksOf(model);
  const isFair = (lock: string) => {
    const made = model.steps.filter((step) => step.lock === lock);
    const offered = or(...made.map((step) => and(step.can, step.owed)));
    return `(([] <> (${spell(offered, as)})) -> ([] <> (took == ${locks.indexOf(lock) + 1})))`;
  };
  return model.leadsTo.flatMap((property) => {
    const formula = `[] ((${spell(property.when, as)}) -> <> (${spell(property.then, as)}))`;
    const name = propertyName(property);
    const fair = property.locks.filter((lock) => locks.includes(lock)).map(isFair);
    return [
      `/* ${property.title} */`,
      `ltl ${name} { ${formula} }`,
      ...(fair.length === 0
        ? []
        : [`ltl ${name}_locks { (${fair.join(' && ')}) -> (${formula}) }`]),
    ];
  });
}
