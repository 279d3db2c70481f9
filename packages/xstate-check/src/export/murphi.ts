import { type Formula, type Spelling, spell } from '../check/formula.ts';
import { headerOf } from './header.ts';
import type { Model, Step } from './model.ts';
import { identifier, stateIdentifier } from './names.ts';

/** A system in the Murphi language, for Rumur or CMurphi: a rule for each step. */
export function murphi(model: Model): string {
  const as = spelling(model);
  return [
    ...headerOf(model, HOW).map((line) => `-- ${line}`.trimEnd()),
    '',
    'type',
    ...model.parts.map(({ name, states }) => {
      const names = states.map((state) => stateIdentifier(name, state));
      return `  states_of_${identifier(name)}: enum { ${names.join(', ')} };`;
    }),
    '',
    'var',
    ...model.parts.map(({ name }) => `  ${variable(name)}: states_of_${identifier(name)};`),
    '',
    ...model.steps.flatMap((step) => ruleLines(model, step, as)),
    'startstate "as it begins"',
    ...model.parts.map(
      ({ name, states }) => `  ${variable(name)} := ${stateIdentifier(name, states[0]!)};`,
    ),
    'end;',
    '',
    ...safetyOf(model).map(({ id, holds }) => `invariant "${id}" ${spell(holds, as)};`),
    '',
  ].join('\n');
}

const HOW = [
  'What has to hold in every state, and that nothing is stuck (the invariant of that name):',
  '  rumur --output pan.c FILE && gcc -O2 -o pan pan.c -lpthread && ./pan',
  '  (with --deadlock-detection off, because what is at rest may be stuck; gcc may need -mcx16 or',
  '  -march=native)',
  'What has to come in the end is not said in this language.',
];

/** What has to hold in every state, the absence of deadlock among it. */
export function safetyOf(model: Model): { readonly id: string; readonly holds: Formula }[] {
  if (model.deadlock === undefined) return [...model.safety];
  const moves: Formula = { kind: 'or', of: model.steps.map((step) => step.can) };
  const holds: Formula = { kind: 'or', of: [model.nobodyStuck, moves] };
  return [...model.safety, { id: model.deadlock.id, holds }];
}

const variable = (part: string): string => `at_${identifier(part)}`;

export function spelling({ parts }: Model): Spelling {
  return {
    in: (part, states) => {
      const { name, states: all } = parts[part]!;
      const is = (operator: string) => (state: number) =>
        `${variable(name)} ${operator} ${stateIdentifier(name, all[state]!)}`;
      const others = [...all.keys()].filter((state) => !states.includes(state));
      return others.length < states.length
        ? `(${others.map(is('!=')).join(' & ')})`
        : `(${states.map(is('=')).join(' | ')})`;
    },
    and: '&',
    or: '|',
    not: '!',
    true: 'true',
    false: 'false',
    count: (of, least, most) => {
      const sum = of.length === 0 ? '0' : of.map((one) => `(${one} ? 1 : 0)`).join(' + ');
      return `(${sum} >= ${least} & ${sum} <= ${most})`;
    },
  };
}

function ruleLines({ parts }: Model, step: Step, as: Spelling): string[] {
  const moves = step.moves.flatMap(({ part, to }) => {
    const { name, states } = parts[part]!;
    const state = (number: number) => stateIdentifier(name, states[number]!);
    return [
      `  switch ${variable(name)}`,
      ...[...to].map(
        ([from, target]) => `    case ${state(from)}: ${variable(name)} := ${state(target)};`,
      ),
      '  end;',
    ];
  });
  return [`rule "${step.name}" ${spell(step.can, as)} ==>`, 'begin', ...moves, 'end;', ''];
}
