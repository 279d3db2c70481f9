import { identity } from '../base/program.ts';
import { paint, type Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import { diagramWithLength } from '../explain/diagram.ts';
import type { Place } from '../source/ast.ts';
import type { FunctionReading } from '../source/function-readings.ts';
import type { CarriesReport, DefectVerdict } from '../source/judge-carries.ts';
import type { BrokenInNone } from '../source/judge-combination.ts';

/** The answer for people, at most 80 columns wide; what is the tree's own comes first. */
export function* carriesText(report: CarriesReport, terminal: Terminal): Generator<string> {
  yield* ownText(report, terminal);
  const own = report.defects.filter(({ inNewest }) => !inNewest);
  for (const status of ['carried', 'mended', 'not judged'] as const) {
    const all = own.filter((one) => one.status === status);
    yield `\n${paint(terminal, 'bold', `${TITLES[status]}: ${all.length}`)}\n`;
    if (status === 'mended') for (const one of all) yield* mendedText(one);
    else
      yield* defectsText(
        all.filter(({ never }) => !never),
        report,
      );
  }
  const never = own.filter((one) => one.never && one.status === 'not judged');
  for (const { id, why } of never) yield* paragraph(`of no tree: ${id}: ${why}`, 2);
  yield* newestText(report, terminal);
  yield* functionsText(report, terminal);
  yield* restText(report, terminal);
}

const TITLES = {
  carried: 'Known defects that the tree carries',
  mended: 'Known defects that are not in it',
  'not judged': 'Known defects that were not judged',
} as const;

/** Rules that break in no version, and functions that nobody has drawn. */
function* ownText(report: CarriesReport, terminal: Terminal): Generator<string> {
  const broken = report.combinations.flatMap(({ inNone }) => inNone);
  const outside = report.outside.filter(({ known }) => known === undefined);
  yield `${paint(terminal, 'bold', 'In no version that is known')}\n`;
  if (broken.length === 0 && outside.length === 0) {
    yield* paragraph('Each rule that breaks breaks in a known version of the kernel as well.', 2);
  }
  for (const one of broken) yield* brokenText(one);
  for (const { function: name, place, touches } of outside) {
    yield* paragraph(
      `${name}(), ${shortly(place)}: touches ${touches.join(', ')}, and no machine stands for it: read it`,
      2,
    );
  }
}

function* brokenText({ system, property, functions, counterexample }: BrokenInNone) {
  const where = functions.map((one) => `${one.function}()${at(one.parts[0]?.place ?? one.place)}`);
  yield* paragraph(`${property} breaks in ${system}, with ${where.join(', ')}:`, 2);
  yield* indented(diagramWithLength(counterexample));
}

/** Those that lack a file are told by the file. */
function* defectsText(all: readonly DefectVerdict[], { missing }: CarriesReport) {
  const without = (one: DefectVerdict) => missing.find(({ file }) => one.why.includes(file));
  for (const one of all) if (without(one) === undefined) yield* defectText(one);
  for (const { file } of missing) {
    const ids = all.filter((one) => without(one)?.file === file).map(({ id }) => id);
    if (ids.length > 0) yield* paragraph(`without ${file}: ${ids.join(', ')}`, 2);
  }
}

function* defectText(one: DefectVerdict): Generator<string> {
  const head = `${one.id.padEnd(5)} ${one.title}`;
  for (const [i, line] of wrap(head, 76).entries()) yield `  ${i > 0 ? '      ' : ''}${line}\n`;
  const functions = one.functions.map((name) => `${name}()`).join(', ');
  const place = one.status === 'not judged' ? '' : at(one.place);
  const rule = ruleOf(one);
  const by = one.mendedBy === undefined ? '' : `; mended by ${one.mendedBy}`;
  yield* paragraph(`${functions}${place}${functions === '' ? '' : ': '}${one.why}${rule}${by}`, 8);
  if (one.counterexample !== undefined) yield* indented(diagramWithLength(one.counterexample));
}

/** A value in the text has no run of the C: it is that of the specification. */
function ruleOf({ id, rule, counterexample }: DefectVerdict): string {
  if (rule === undefined) return '';
  if (counterexample !== undefined) return ` of ${rule.system}`;
  return `; its rule is ${rule.property} of ${rule.system}, and its run: ${identity().name} explain ${id}`;
}

function* mendedText({ id, functions, place, why, mendedBy }: DefectVerdict): Generator<string> {
  const names = functions.map((name) => `${name}()`).join(', ');
  const by = mendedBy === undefined ? '' : `; mended by ${mendedBy}`;
  yield* paragraph(`${id.padEnd(5)} ${names}${at(place)}: ${why}${by}`, 2);
}

/** What is broken in the newest release is no fault of the tree. */
function* newestText({ defects, newest }: CarriesReport, terminal: Terminal): Generator<string> {
  const all = defects.filter(({ inNewest }) => inNewest);
  const of = (status: DefectVerdict['status']) => all.filter((one) => one.status === status);
  yield `\n${paint(terminal, 'bold', `Known of ${newest} as well: ${all.length} findings`)}\n`;
  const carried = of('carried').map(({ id, place }) => `${id}${at(place)}`);
  if (carried.length > 0) yield* paragraph(`in the tree too: ${carried.join(', ')}`, 2);
  for (const one of of('mended')) yield* paragraph(`not in it: ${one.id}: ${one.why}`, 2);
  const reasons = new Map<string, string[]>();
  for (const { id, why } of of('not judged')) reasons.set(why, [...(reasons.get(why) ?? []), id]);
  for (const [why, ids] of reasons) yield* paragraph(`not judged: ${ids.join(', ')}: ${why}`, 2);
}

function* functionsText(report: CarriesReport, terminal: Terminal) {
  const { functions, newest, missing } = report;
  yield `\n${paint(terminal, 'bold', 'Functions')}\n`;
  const same = functions.filter(({ is }) => is === 'newest');
  if (same.length > 0) {
    const names = [...new Set(same.map((one) => `${one.function}()`))];
    yield* paragraph(`as in ${newest}: ${names.join(', ')}`, 2);
  }
  const isMissing = ({ unread }: FunctionReading) =>
    missing.some(({ file }) => unread?.includes(file));
  for (const one of functions) {
    if (one.is !== 'newest' && !isMissing(one)) yield* functionText(one);
  }
}

function* functionText(one: FunctionReading): Generator<string> {
  const name = `${one.function}()${at(one.place)}`;
  if (one.is === 'not read') {
    yield* paragraph(`${name}: not read: ${one.unread}`, 2);
    return;
  }
  const versions = one.names.filter((version) => !version.includes('+')).slice(0, 6);
  const shown = (versions.length > 0 ? versions : one.names).join(', ');
  if (one.is === 'version') {
    yield* paragraph(`${name}: as in ${shown}`, 2);
    return;
  }
  yield* paragraph(
    `${name}: of no version; the nearest is ${shown === '' ? 'not known' : shown}`,
    2,
  );
  for (const { c, other } of one.differs) {
    yield* paragraph(`the C: ${c.join(', ') || 'nothing'}`, 6);
    yield* paragraph(`there: ${other.join(', ') || 'nothing'}`, 6);
  }
}

function* restText(report: CarriesReport, terminal: Terminal): Generator<string> {
  yield `\n${paint(terminal, 'bold', 'What was asked')}\n`;
  const asked = report.combinations.filter(({ states }) => states !== undefined);
  if (asked.length > 0) {
    const systems = asked.map(({ system, states }) => `${system} (${states} states)`);
    yield* paragraph(`with all functions that differ: ${systems.join(', ')}`, 2);
  }
  for (const { system, notAsked } of report.combinations) {
    if (notAsked !== undefined) yield* paragraph(`not asked: ${system}: ${notAsked}`, 2);
  }
  for (const { function: name, elsewhere } of report.functions) {
    if (elsewhere !== undefined) {
      yield* paragraph(`with no system asked: ${name}(): ${elsewhere}`, 2);
    }
  }
  for (const { file, functions } of report.missing) {
    const names = functions.map((name) => `${name}()`).join(', ');
    yield* paragraph(`no file ${file}, without which cannot be judged: ${names}`, 2);
  }
  yield* paragraph(
    `${report.tree}: carried means that a rule breaks with the C of the tree in a machine's place, or that ` +
      'a value of the defect stands there. Nothing is said of what was not asked.',
    2,
  );
}

/** ` (door.c:12)` */
function at(place: Place | undefined): string {
  return place === undefined ? '' : ` (${shortly(place)})`;
}

/** `door.c:12` */
export function shortly({ file, line }: Place): string {
  return `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
}

function* indented(text: string): Generator<string> {
  yield '\n';
  for (const line of text.trimEnd().split('\n')) yield `${line === '' ? '' : `  ${line}`}\n`;
  yield '\n';
}

function* paragraph(text: string, indent: number): Generator<string> {
  const [first = '', ...others] = wrap(text, 76 - indent);
  yield `${' '.repeat(indent)}${first}\n`;
  for (const line of others) yield `${' '.repeat(indent + 2)}${line}\n`;
}
