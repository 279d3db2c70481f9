import { count, paint, type Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import { formatScope } from '../catalogue/catalogue.ts';
import { drawn } from '../explain/diagram.ts';
import { ruleBroken } from '../explain/diagrams.ts';
import type { Place } from '../source/ast.ts';
import type { Difference } from '../source/compare.ts';
import type { CGraph } from '../source/graph.ts';
import {
  breaks,
  changedFunctions,
  changesNothing,
  conditionOf,
  gathered,
  type JudgedChange,
  type LeftLines,
  type PatchAnswer,
  plainly,
  type ShownRun,
  touchesNothing,
  wordOf,
} from '../source/judge-change.ts';
import type { ChangedMachine, ChangeReading } from '../source/judge-patch.ts';
import type { JudgedSystem } from '../source/judge-systems.ts';
import type { Mailbox } from '../source/mail.ts';
import { functionAt } from '../source/within.ts';

/** Widest line, so that it survives being quoted in a mail. */
const WIDTH = 75;

/** What was taken of mails: the series where there are several, and the mails that are no patch. */
export function* mailboxText({
  left,
  series,
}: Pick<Mailbox, 'left' | 'series'>): Generator<string> {
  if (series.length > 0) {
    const names = series.map(([first, ...more]) =>
      more.length === 0 ? `'${first!.title}'` : `'${first!.title}' (${more.length + 1} patches)`,
    );
    yield* paragraph(
      `${series.length} series, judged one after the other, each on top of those before it: ${names.join(', ')}.`,
    );
    yield '\n';
  }
  if (left.length === 0) return;
  const names = left.map(({ title, why }) => `'${title}' (${why})`);
  yield* paragraph(`Left out: ${names.join(', ')}.`);
  yield '\n';
}

/** What is known before any rule is asked. */
export function* readingText(reading: ChangeReading, terminal: Terminal): Generator<string> {
  yield* [...paragraph(reading.change.title)].map((line) => paint(terminal, 'bold', line));
  for (const [old, now] of reading.around.after.renamed ?? []) {
    yield* paragraph(`${old}() is ${now}() after it, and is followed.`);
  }
  for (const one of changedFunctions(reading)) yield* changeText(one);
}

function* changeText(changed: ChangedMachine): Generator<string> {
  const { function: fn, differences, choices } = changed;
  yield '\n';
  const [first] = differences;
  if (first === undefined) yield `${fn}() decides otherwise:\n`;
  else {
    const { length } = first.run;
    yield* paragraph(
      `${fn}() takes other steps, first after ${length} ${length === 1 ? 'step' : 'steps'}:`,
    );
    yield* differenceText(first, changed);
  }
  for (const choice of choices)
    yield* paragraph(`  decided without a label: ${conditionOf(choice)}, ${shortly(choice.place)}`);
}

/** The last steps, and what can follow them before (-) and after (+); `…` where they are not all. */
function* differenceText(
  { run, c, other }: Difference,
  { function: fn, before, after }: ChangedMachine,
): Generator<string> {
  if (run.length > SHOWN) yield '    …\n';
  for (const label of run.slice(-SHOWN)) yield `    ${label}\n`;
  for (const { label, at } of other) yield* stepText(`- ${label}`, placeNamed(at), fn, before);
  for (const { label, place } of c) yield* stepText(`+ ${label}`, place, fn, after);
}

/** A step with its line, and with the function that the line is in, where it is one that is called. */
function* stepText(step: string, place: Place, fn: string, graph: CGraph): Generator<string> {
  const line = `  ${step}  ${shortly(place)}`;
  const inside = functionAt(graph, place);
  if (inside === undefined || inside === fn) yield `${line}\n`;
  else if (`${line}, in ${inside}()`.length <= WIDTH) yield `${line}, in ${inside}()\n`;
  else yield `${line},\n      in ${inside}()\n`;
}

/** `drivers/door.c:12` as a place. */
function placeNamed(at: string): Place {
  const colon = at.lastIndexOf(':');
  return { file: at.slice(0, colon), line: Number(at.slice(colon + 1)) };
}

const SHOWN = 4;

/** Whether nothing is to be said of a system but that it says what it said before. */
export function isAsBefore({ verdicts, undecided, refused }: JudgedSystem): boolean {
  return verdicts.length === 0 && undecided.length === 0 && refused === undefined;
}

/** Systems in which every rule is as before, a line each. */
export function* asBeforeText(systems: readonly JudgedSystem[]): Generator<string> {
  if (systems.length === 0) return;
  yield '\n';
  yield `Each rule as before, in ${counted(systems.length, 'system')}:\n`;
  for (const { system, before, after } of systems) {
    yield* paragraph(
      `  ${system.name}, ${formatScope(system.scope)}: ${counted(after.properties.length, 'rule')}, ` +
        `${statesOf(before)} before, ${statesOf(after)} after`,
    );
  }
}

/** What stands in the systems that follow, so that their states are not those of the specification. */
export function* systemsText({ changed }: ChangeReading): Generator<string> {
  if (changed.length === 0) return;
  yield '\n';
  yield* paragraph(
    'Each system has the C of these functions in the place of their machines, that before the patch ' +
      'and that after it:',
  );
}

/** What a system says, and the run that is shown of it. */
export function* systemText(
  judged: JudgedSystem,
  run: ShownRun | undefined,
  terminal: Terminal,
): Generator<string> {
  const { system, before, after, verdicts, undecided, refused } = judged;
  yield '\n';
  if (refused !== undefined) {
    yield* paragraph(
      `${system.name}: the C after the patch cannot take its place in it: ${refused}`,
    );
    return;
  }
  yield* paragraph(
    `${system.name}, ${formatScope(system.scope)}: ${statesOf(before)} before, ${statesOf(after)} after`,
  );
  for (const verdict of verdicts) {
    const word = wordOf(verdict);
    const colour = word === 'breaks' ? 'red' : word === 'mended' ? 'green' : 'yellow';
    const before = word === 'mended' ? '' : ` (${verdict.before} before)`;
    yield `  ${paint(terminal, colour, word.padEnd(8))} ${verdict.property}${before}\n`;
  }
  if (undecided.length > 0) {
    const names = undecided.map(({ property }) => property).join(', ');
    yield* paragraph(`  not decided: ${names}`);
  }
  if (run !== undefined) yield* runText(run);
}

export const statesOf = ({ states, stopped }: JudgedSystem['before']) =>
  `${stopped === undefined ? '' : 'more than '}${count(states)} states`;

/** A run of a rule that breaks, with every step of the functions that change. */
export function* runText({ system, counterexample, expand }: ShownRun): Generator<string> {
  const { text, length } = drawn(counterexample, { expand });
  yield '\n';
  yield* paragraph(ruleBroken(counterexample));
  yield* paragraph(
    `The shortest run that breaks it, ${length}; ${system.name}, ${formatScope(system.scope)}. ` +
      'Lines are those after the patch:',
  );
  yield `\n${text}`;
}

/** What was not judged, what was read, and the answer. */
export function* answerText(judged: JudgedChange, terminal: Terminal): Generator<string> {
  if (judged.later !== undefined) yield* runText(judged.later);
  yield* leftText(judged);
  yield* besideText(judged);
  const { same } = judged.reading;
  if (same.length > 0) {
    yield '\n';
    yield* paragraph(`Read, and the same steps: ${same.map((fn) => `${fn}()`).join(', ')}.`);
  }
  yield '\n';
  for (const answer of judged.answers) {
    const text = [...paragraph(`=> ${sentenceOf(answer, judged)}`)].join('');
    yield paint(terminal, COLOURS[answer], text);
  }
  if (judged.answers.includes('changes steps')) yield* unaskedText(judged);
  yield '\n';
}

/** That no rule breaks says nothing of what none asks. */
export function* unaskedText({ unasked }: JudgedChange): Generator<string> {
  if (unasked.length > 0) yield* paragraph(`No rule asks ${unasked.join('; ')}.`);
}

const COLOURS = {
  breaks: 'red',
  'changes steps': 'green',
  'changes no step': 'green',
  'cannot judge': 'yellow',
} as const;

/** An answer in a sentence, with what it is about. */
export function sentenceOf(answer: PatchAnswer, judged: JudgedChange): string {
  const { systems, reading, notJudged } = judged;
  switch (answer) {
    case 'breaks': {
      const rules = new Set(
        systems.flatMap(({ verdicts }) =>
          verdicts.flatMap(({ after, property }) => (after.verdict === 'broken' ? [property] : [])),
        ),
      );
      const where = systems.filter(breaks).map(({ system }) => system.name);
      return `breaks ${counted(rules.size, 'rule')}, in ${where.join(', ')}`;
    }
    case 'changes steps': {
      const asked = systems.filter(({ refused }) => refused === undefined);
      const rules = asked.reduce(
        (sum, { after, undecided }) => sum + after.properties.length - undecided.length,
        0,
      );
      const names = asked.map(({ system }) => system.name).join(', ');
      return `changes steps, and breaks none of the ${counted(rules, 'rule')} that were decided, in ${names}`;
    }
    case 'changes no step':
      if (changesNothing(reading))
        return 'changes nothing: all files are the same before and after';
      if (reading.same.length === 0) return 'changes nothing that a function does';
      return `changes no step that is specified, in ${counted(reading.same.length, 'function')} read`;
    case 'cannot judge': {
      const left = touchesNothing(reading) ? 0 : reading.leftOver.length;
      const parts = [
        ...(left > 0
          ? [`${counted(left, 'line or effect', 'lines or effects')} without a label`]
          : []),
        ...(notJudged.length > 0 ? [...new Set(notJudged.map(({ what }) => what))] : []),
      ];
      return `cannot judge all of it: ${parts.join(', ')}`;
    }
  }
}

const counted = (n: number, one: string, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

export function* leftText({ reading, notJudged }: JudgedChange): Generator<string> {
  const leftOver = touchesNothing(reading) ? [] : reading.leftOver;
  if (leftOver.length === 0 && notJudged.length === 0) return;
  yield '\n';
  yield 'Not judged:\n';
  for (const { what, why } of notJudged) yield* paragraph(`  ${what}: ${why}`);
  for (const lines of gathered(leftOver)) yield* leftLines(lines);
}

/** What changes no line, and so no step. */
export function* besideText({ reading }: JudgedChange): Generator<string> {
  if (reading.change.beside.length === 0) return;
  yield '\n';
  yield 'Without effect on what is read:\n';
  for (const { path, what } of reading.change.beside) yield* paragraph(`  ${path}: ${what}`);
}

function* leftLines({ first, more }: LeftLines): Generator<string> {
  const { place, change, text, why } = first;
  const where = shortly(place);
  const shown = text.slice(0, WIDTH - where.length - 6);
  yield `  ${change === 'added' ? '+' : '-'} ${where}  ${shown}`.trimEnd();
  yield '\n';
  if (more > 0) yield `      and ${counted(more, 'line')} after it\n`;
  for (const line of wrap(plainly(why), WIDTH - 6)) yield `      ${line}\n`;
}

export function* paragraph(text: string): Generator<string> {
  const indent = /^ */.exec(text)![0];
  for (const line of wrap(text.trimStart(), WIDTH - indent.length)) yield `${indent}${line}\n`;
}

export function shortly({ file, line }: Place): string {
  return `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
}
