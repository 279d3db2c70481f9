import { check, type System, type SystemFamily } from 'xstate-check';
import { toldAgrees } from './agrees.ts';
import { failedCallLeaves } from './failed-call.ts';
import { givenBack } from './given-back.ts';
import { goneForAll } from './gone.ts';
import { type Unlike, unlikeWays, type Ways } from './same-ways.ts';
import { askedOnly, doers, labelsOf, type Template } from './template.ts';
import { toldWhenBack } from './told.ts';
import { waitsForSomebody } from './waits.ts';

/** What is asked of every step of every system, and not of those that somebody thought of. */
export const templates: readonly Template[] = [
  failedCallLeaves,
  givenBack,
  toldWhenBack,
  waitsForSomebody,
  toldAgrees,
  goneForAll,
];

/** Calls that bring a device to the same state. */
export const ways: readonly Ways[] = [
  {
    title: 'reset',
    calls: ['device_reset', 'flr', 'af_flr'],
    done: 'pci_try_reset_function:ok',
  },
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
  /** By template, of those that have an instance there. */
  readonly answers: Readonly<Record<string, Answers>>;
  /** Of calls that reset the device: how many pairs leave the same behind, and which do not. */
  readonly ways?: { readonly compared: number; readonly unlike: readonly Unlike[] };
}

/** Asks a system; undefined where no template has an instance in it. */
export function ask(family: SystemFamily): Answered | undefined {
  const { revisions, defaultScope: scope } = family;
  const revision = revisions.includes('7.3') ? '7.3' : revisions[0]!;
  const built = family.build({ scope, revision });
  // Each by itself: what watches for one is no state of the others.
  const answers = templates.flatMap((template) => {
    const answer = answersOf(built, template);
    return answer === undefined ? [] : [[template.id, answer] as const];
  });
  if (answers.length === 0) return undefined;
  const compared = sameWays(built);
  return {
    ...{ revision, answers: Object.fromEntries(answers) },
    ...(compared.compared > 0 && { ways: compared }),
  };
}

/** Each instance that watches is checked by itself: what it watches for is no state of the others. */
function answersOf(built: System, template: Template): Answers | undefined {
  const all = template.instances(built);
  if (all.length === 0) return undefined;
  const watching = all.filter(({ monitors }) => monitors.length > 0);
  const looking = all.filter(({ monitors }) => monitors.length === 0);
  const groups = [...watching.map((one) => [one]), ...(looking.length === 0 ? [] : [looking])];
  const properties = groups.flatMap((group) => check(askedOnly(built, group)).properties);
  const count = (wanted: string) => properties.filter(({ verdict }) => verdict === wanted).length;
  const broken = properties.filter(({ verdict }) => verdict === 'broken');
  return {
    holds: count('holds'),
    vacuous: count('vacuous'),
    broken: broken.map(({ property }) => property.id),
  };
}

/** Asks each thread that resets a device in several ways. */
export function sameWays(system: System): NonNullable<Answered['ways']> {
  const threads = [...new Set(system.parts.flatMap(({ thread }) => thread ?? []))];
  const asks = threads.filter((thread) => {
    const labels = labelsOf(doers(system).filter((part) => part.thread === thread));
    const has = (call: string) => labels.some((label) => label.includes(`.${call}:begin@`));
    return ways.some(({ calls }) => calls.filter(has).length > 1);
  });
  const all = asks.map((thread) => unlikeWays(system, thread, ways));
  return {
    compared: all.reduce((sum, { compared }) => sum + compared, 0),
    unlike: all.flatMap(({ unlike }) => unlike),
  };
}
