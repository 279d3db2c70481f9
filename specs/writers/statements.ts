import { coverLetter } from './mails/cover-letter.ts';
import { later, type Mail, type Row, type Statement } from './mails/mail.ts';
import { november2025 } from './mails/november-2025.ts';
import { oneRange } from './mails/one-range.ts';
import { registration } from './mails/registration.ts';
import { series2024 } from './mails/series-2024.ts';

/** The mails, paragraph by paragraph. */
export const mails: readonly Mail[] = [
  coverLetter,
  oneRange,
  series2024,
  november2025,
  registration,
];

/** The subjects that an answer leaves a statement to, in the words of `later`. */
export const laterIn = (answer: string): string[] =>
  [...answer.matchAll(/not yet: ([\w-]+)/g)].map(([, word]) => word!);

/** What an answer names: between backquotes, and by the letter of a finding or a fault. */
export function namesIn(answer: string): string[] {
  const quoted = [...answer.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
  return [...quoted, ...(answer.match(/\b[FA]-[\w-]*\w/g) ?? [])];
}

export type Kind = 'here' | 'in part' | 'to come' | 'not asked';

/** How far a statement is answered; none where the answer says nothing. */
export function kindOf({ answer }: Statement): Kind | undefined {
  if (laterIn(answer).length > 0) return namesIn(answer).length > 0 ? 'in part' : 'to come';
  if (/^not asked: ./.test(answer)) return 'not asked';
  if (namesIn(answer).length === 0) return undefined;
  return answer.includes('not asked: ') ? 'in part' : 'here';
}

export interface Count extends Readonly<Record<Kind, number>> {
  readonly paragraphs: number;
  /** Paragraphs that state nothing, and those whose words stood before. */
  readonly nothing: number;
  readonly again: number;
  readonly statements: number;
}

const statementsOf = ({ rows, beyond }: Mail): readonly Statement[] => [
  ...rows.flatMap(({ statements }) => statements),
  ...beyond,
];

export function countOf(mail: Mail): Count {
  const statements = statementsOf(mail);
  const of = (kind: Kind) => statements.filter((statement) => kindOf(statement) === kind).length;
  return {
    paragraphs: mail.rows.length,
    nothing: mail.rows.filter((row) => !row.again && row.statements.length === 0).length,
    again: mail.rows.filter((row) => row.again).length,
    statements: statements.length,
    here: of('here'),
    'in part': of('in part'),
    'to come': of('to come'),
    'not asked': of('not asked'),
  };
}

const INTRODUCTION = `# What the mails state

Written by \`npm run docs\`; do not edit. Each paragraph of five mails by its number and by a hash of
its words, each statement in our own words, and beside it the rules, findings, faults, machines and pages that have
it, \`not yet:\` with the subject that is to bring it, or why none will. \`dmabuf-spec list\` and
\`dmabuf-spec findings --all\` have the names; a finding is an error of the design as it is stated, or
of merged code where that is said.

The mails themselves are not here. \`MAILS=FOLDER npx vitest run specs/writers/statements.test.ts\` holds
the rows against files whose names begin with their numbers; how a paragraph is told, and what its
hash is made of, is \`specs/writers/mails/paragraphs.ts\`.
`;

/** \`docs/statements.md\`. */
export function statementsPage(): string {
  return [INTRODUCTION, counts(), toCome(), ...mails.map(mailPage)].join('\n');
}

const line = (...cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |\n`;

function counts(): string {
  const names = Object.keys(countOf(coverLetter)) as (keyof Count)[];
  const head = line('mail', ...names) + line('---', ...names.map(() => '---:'));
  const rows = mails.map((mail) => {
    const count = countOf(mail);
    return line(mail.number, ...names.map((name) => count[name]));
  });
  return `## How many\n
A paragraph states nothing, has statements, or stood before (_again_). A statement is _here_, is to
come and has something here already (_in part_), is _to come_, or is _not asked_, with the reason.

${head}${rows.join('')}`;
}

function toCome(): string {
  const statements = mails.flatMap(statementsOf);
  const rows = Object.entries(later).map(([word, subject]) =>
    line(word, subject, statements.filter(({ answer }) => laterIn(answer).includes(word)).length),
  );
  if (rows.length === 0) return '## What is to come\n\nNothing: each statement has an answer.\n';
  return `## What is to come\n\n${line('not yet:', 'subject', 'statements')}${line('---', '---', '---:')}${rows.join('')}`;
}

function mailPage({ number, title, from, rows, beyond }: Mail): string {
  const head = `${line('#', 'hash', 'part', 'states', 'here')}| ---: | --- | --- | --- | --- |\n`;
  const told = rows.map((row, at) => rowLines(`${at + 1}`, row)).join('');
  const rest = beyond.map(({ part, says, answer }) => line('', '', part, says, answer)).join('');
  return `## ${number}: ${title}\n\n${from}\n\n${head}${told}${rest}`;
}

function rowLines(number: string, { hash, part, statements, again }: Row): string {
  if (again) return line(number, hash, '', `as ${firstPlace(hash)}`, '');
  if (statements.length === 0) return line(number, hash, part, '_nothing_', '');
  return statements
    .map(({ says, answer }, at) =>
      line(at === 0 ? number : '', at === 0 ? hash : '', part, says, answer),
    )
    .join('');
}

/** The mail and the paragraph in which words stood first. */
function firstPlace(hash: string): string {
  const mail = mails.find(({ rows }) => rows.some((row) => row.hash === hash))!;
  return `${mail.number}.${mail.rows.findIndex((row) => row.hash === hash) + 1}`;
}
