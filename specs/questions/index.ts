import { check, type SystemFamily } from 'xstate-check';
import { failedCallLeaves } from './failed-call.ts';
import { givenBack } from './given-back.ts';
import { asked, type Template } from './template.ts';
import { toldWhenBack } from './told.ts';
import { waitsForSomebody } from './waits.ts';

/** What is asked of every step of every system, and not of those that somebody thought of. */
export const templates: readonly Template[] = [
  failedCallLeaves,
  givenBack,
  toldWhenBack,
  waitsForSomebody,
];

/** What the instances of one template in one system are. */
export interface Answers {
  readonly holds: number;
  /** What it speaks of never happens there. */
  readonly vacuous: number;
  readonly broken: readonly string[];
}

/** What a system answers, at its default scope, in the newest release or the first version it has. */
export interface Answered {
  readonly revision: string;
  readonly states: number;
  /** By template, of those that have an instance there. */
  readonly answers: Readonly<Record<string, Answers>>;
}

/** Asks a system; undefined where no template has an instance in it. */
export function ask(family: SystemFamily): Answered | undefined {
  const { revisions, defaultScope: scope } = family;
  const revision = revisions.includes('7.3') ? '7.3' : revisions[0]!;
  const system = asked(family.build({ scope, revision }), templates);
  if (system.properties.length === 0) return undefined;
  const { states, properties } = check(system);
  const of = (template: Template) => {
    const own = properties.filter(({ property: { id } }) => id.startsWith(`${template.id}(`));
    const count = (wanted: string) => own.filter(({ verdict }) => verdict === wanted).length;
    const broken = own.filter(({ verdict }) => verdict === 'broken');
    return {
      holds: count('holds'),
      vacuous: count('vacuous'),
      broken: broken.map(({ property }) => property.id),
      asked: own.length,
    };
  };
  const answers = templates.flatMap((template) => {
    const { asked: some, ...answer } = of(template);
    return some === 0 ? [] : [[template.id, answer] as const];
  });
  return { revision, states, answers: Object.fromEntries(answers) };
}
