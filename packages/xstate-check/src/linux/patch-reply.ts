import { formatScope } from '../catalogue/catalogue.ts';
import { changedFunctions, type JudgedChange, runShown, wordOf } from '../source/judge-change.ts';
import type { JudgedSystem } from '../source/judge-systems.ts';
import {
  besideText,
  leftText,
  paragraph,
  runText,
  sentenceOf,
  statesOf,
  unaskedText,
} from './patch-text.ts';

/** The text of a mail: what was asked, on which tree, what it said, and what was not asked. */
export function* replyText(judged: JudgedChange, tree: string): Generator<string> {
  const { reading, systems, answers } = judged;
  yield* paragraph(`> ${reading.change.title}`);
  yield '\n';
  yield* paragraph(
    `Applied to ${tree}, the C of the functions that this changes was read before and after it, put ` +
      'into a model of the feature in place of the machines that stand for them, and each rule was ' +
      `asked in ${isWhole(systems) ? 'every state that the model can reach' : 'the states that were visited'}.`,
  );
  yield '\n';
  for (const answer of answers) yield* paragraph(`It ${sentenceOf(answer, judged)}.`);
  yield* rulesText(systems);
  const run = runShown(systems, reading.changed);
  if (run !== undefined) yield* runText(run);
  yield* askedText(judged);
  yield* notAskedText(judged);
}

function isWhole(systems: readonly JudgedSystem[]): boolean {
  return systems.every(
    ({ before, after }) => before.stopped === undefined && after.stopped === undefined,
  );
}

function* rulesText(systems: readonly JudgedSystem[]): Generator<string> {
  const titles = new Map<string, string>();
  for (const { verdicts } of systems) {
    for (const verdict of verdicts) {
      const { property, title } = verdict;
      if (!titles.has(property)) titles.set(property, `${wordOf(verdict)}: ${title} (${property})`);
    }
  }
  if (titles.size > 0) yield '\n';
  for (const text of titles.values()) yield* paragraph(`  ${text}`);
}

function* askedText({ reading, systems }: JudgedChange): Generator<string> {
  yield '\n';
  yield 'What was asked:\n';
  const functions = changedFunctions(reading).map(({ function: fn }) => `${fn}()`);
  if (functions.length > 0) yield* paragraph(`  functions that change: ${functions.join(', ')}`);
  if (reading.same.length > 0) {
    const same = reading.same.map((fn) => `${fn}()`).join(', ');
    yield* paragraph(`  read, and the same before and after: ${same}`);
  }
  for (const { system, before, after, undecided } of systems) {
    const open = undecided.map(({ property }) => property).join(', ');
    yield* paragraph(
      `  ${system.name} (${formatScope(system.scope)}): ${after.properties.length} rules, ` +
        `${statesOf(before)} before, ${statesOf(after)} after` +
        (open === '' ? '' : `; not decided: ${open}`),
    );
  }
}

function* notAskedText(judged: JudgedChange): Generator<string> {
  yield '\n';
  yield* paragraph(
    'What was not asked: larger scopes than those named, anything that no rule speaks of, arguments ' +
      'and members that no step of the model stands for, the preprocessor, and pointers that alias.',
  );
  yield* unaskedText(judged);
  yield* leftText(judged);
  yield* besideText(judged);
}
