import { identity } from '../base/program.ts';
import { and, or, type Spelling, spell } from '../check/formula.ts';
import { headerOf } from './header.ts';
import { type Model, type Named, type Step, stepsByThread } from './model.ts';
import { safetyOf } from './murphi.ts';
import { identifier } from './names.ts';

/** A system as a TLA+ module, for TLC: an action for each step, states by their own names. */
export function tla(model: Model): string {
  const as = spelling(model);
  const threads = [...stepsByThread(model)].filter(([thread]) => thread !== undefined);
  const title = moduleName(model);
  return [
    `---- MODULE ${title} ----`,
    ...headerOf(model, how(model)).map((line) => `\\* ${line}`.trimEnd()),
    '',
    `VARIABLES ${model.parts.map(({ name }) => variable(name)).join(', ')}`,
    `vars == <<${model.parts.map(({ name }) => variable(name)).join(', ')}>>`,
    '',
    'Init ==',
    ...model.parts.map(({ name, states }) => `  /\\ ${variable(name)} = ${text(states[0]!)}`),
    '',
    ...model.steps.flatMap((step) => actionLines(model, step, as)),
    `Next == ${model.steps.map(action).join(' \\/ ') || 'FALSE'}`,
    '',
    '\\* A thread owes a step where it can take one in which some participant is not at rest.',
    ...threads.flatMap(([thread, steps]) => threadLines(thread!, steps, as)),
    ...lockLines(model, as),
    'Spec ==',
    '  /\\ Init',
    '  /\\ [][Next]_vars',
    ...threads.map(([thread]) => `  /\\ WF_vars(Thread_${identifier(thread!)})`),
    ...locksOf(model).map((lock) => `  /\\ SF_vars(Lock_${identifier(lock)})`),
    '',
    ...safetyOf(model).map(
      (property) => `${propertyName(property)} == ${spell(property.holds, as)}`,
    ),
    ...model.leadsTo.map(
      (property) =>
        `${propertyName(property)} == (${spell(property.when, as)}) ~> (${spell(property.then, as)})`,
    ),
    '====',
    '',
  ].join('\n');
}

/** The file is to have the name of the module. */
export function moduleName({ system }: Model): string {
  return `M_${identifier(system.name)}`;
}

function how(model: Model): string[] {
  const invariants = safetyOf(model).map((property) => `INVARIANT ${propertyName(property)}`);
  const properties = model.leadsTo.map((property) => `PROPERTY ${propertyName(property)}`);
  return [
    `As ${moduleName(model)}.tla, beside it ${moduleName(model)}.cfg with the lines:`,
    '  SPECIFICATION Spec',
    ...[...invariants, ...properties].map((line) => `  ${line}`),
    `and then: java -cp tla2tools.jar tlc2.TLC -deadlock -workers auto ${moduleName(model)}`,
    '(-deadlock turns off the check of TLC: what is at rest may be stuck; deadlock is an invariant.)',
    'A step that leaves everything as it is is none in TLA+: a thread that can take another one has',
    `to take that in the end, where ${identity().name} lets it repeat the first for ever.`,
  ];
}

const variable = (part: string): string => `at_${identifier(part)}`;
const action = ({ name }: Step): string => `Do_${identifier(name)}`;
const propertyName = ({ id }: Pick<Named, 'id'>): string => `P_${identifier(id)}`;
const text = (state: string): string => JSON.stringify(state);

function spelling({ parts }: Model): Spelling {
  return {
    in: (part, states) => {
      const { name, states: all } = parts[part]!;
      const set = (chosen: readonly number[]) =>
        `{${chosen.map((state) => text(all[state]!)).join(', ')}}`;
      const others = [...all.keys()].filter((state) => !states.includes(state));
      return others.length < states.length
        ? `(${variable(name)} \\notin ${set(others)})`
        : `(${variable(name)} \\in ${set(states)})`;
    },
    and: '/\\',
    or: '\\/',
    not: '~',
    true: 'TRUE',
    false: 'FALSE',
    count: (of, least, most) => {
      const sum = of.length === 0 ? '0' : of.map((one) => `(IF ${one} THEN 1 ELSE 0)`).join(' + ');
      return `((${sum}) \\in ${least}..${most})`;
    },
  };
}

function actionLines({ parts }: Model, step: Step, as: Spelling): string[] {
  const moved = new Set(step.moves.map(({ part }) => part));
  const moves = step.moves.map(({ part, to }) => {
    const { name, states } = parts[part]!;
    const cases = [...to].map(
      ([from, target]) => `${variable(name)} = ${text(states[from]!)} -> ${text(states[target]!)}`,
    );
    return `  /\\ ${variable(name)}' = CASE ${cases.join(' [] ')} [] OTHER -> ${variable(name)}`;
  });
  const still = parts.flatMap(({ name }, part) => (moved.has(part) ? [] : [variable(name)]));
  return [
    `\\* ${step.name}`,
    `${action(step)} ==`,
    `  /\\ ${spell(step.can, as)}`,
    ...moves,
    ...(still.length === 0 ? [] : [`  /\\ UNCHANGED <<${still.join(', ')}>>`]),
    '',
  ];
}

function threadLines(thread: string, steps: readonly Step[], as: Spelling): string[] {
  const owes = or(...steps.map((step) => and(step.can, step.owed)));
  const name = identifier(thread);
  return [
    `Owes_${name} == ${spell(owes, as)}`,
    `Thread_${name} == Owes_${name} /\\ (${steps.map(action).join(' \\/ ')})`,
    '',
  ];
}

const locksOf = ({ steps }: Model): string[] => [
  ...new Set(steps.flatMap(({ lock }) => lock ?? [])),
];

function lockLines(model: Model, as: Spelling): string[] {
  return locksOf(model).flatMap((lock) => {
    const made = model.steps.filter((step) => step.lock === lock);
    const acquired = made.map((step) => `(${spell(step.owed, as)} /\\ ${action(step)})`);
    return [`Lock_${identifier(lock)} == ${acquired.join(' \\/ ')}`];
  });
}
