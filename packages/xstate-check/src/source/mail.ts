import { parsePatch, type StructuredPatch } from 'diff';
import PostalMime, { type Email } from 'postal-mime';
import { InputError } from '../base/errors.ts';
import { seriesOf } from './series.ts';

/** One patch: of a file, or of one mail of a series. */
export interface Patch {
  /** The subject of the mail, or the name of the file. */
  readonly title: string;
  readonly files: readonly StructuredPatch[];
  /** The commit that it was made for, where it says so. */
  readonly baseCommit?: string;
  /** Its place in a series: 3 of 7. */
  readonly part?: { readonly number: number; readonly of: number; readonly version: number };
  /** The mail that its thread begins with. */
  readonly thread?: string;
  /** Files of which it has a binary diff, which is not read. */
  readonly binary: readonly string[];
  /** What it does to files beside their lines: a mode that changes, an empty file that comes. */
  readonly beside: readonly Beside[];
}

/** Something that happens to a file, in words, and changes no line of it. */
export interface Beside {
  readonly path: string;
  readonly what: string;
}

/** What a diff is about. */
type Diff = Pick<Patch, 'files' | 'binary' | 'beside'>;

/** What texts held: patches in the order of their series, and mails that are none of it. */
export interface Mailbox {
  readonly patches: readonly Patch[];
  /** The patches by series, where mails have more than one. */
  readonly series: readonly (readonly Patch[])[];
  readonly left: readonly LeftMail[];
}

export interface LeftMail {
  readonly title: string;
  readonly why: 'a reply' | 'no diff in it' | 'an older version';
  readonly thread?: string;
}

/** A text without end is none that somebody sent. */
const LARGEST = 16 * 2 ** 20;

/**
 * The patches of texts: diffs, mails, an mbox or what `git format-patch` wrote, in the order of their
 * series, one series after the other. Cover letters, replies and older versions of the same series are
 * left out, and are said.
 *
 * @throws InputError where there is none
 */
export async function patchesOf(
  texts: readonly { readonly name: string; readonly text: string }[],
): Promise<Mailbox> {
  const mails = texts.flatMap(({ name, text }) => {
    if (text.length > LARGEST) throw new InputError(`'${name}' is too large to be a patch`);
    return mailsOf(text).map((mail) => ({ name, mail }));
  });
  const found: Patch[] = [];
  const left: LeftMail[] = [];
  for (const { name, mail } of mails) {
    const one = isMail(mail) ? await patchOf(name, mail, mails.length === 1) : bare(name, mail);
    if ('files' in one) found.push(one);
    else left.push(one);
  }
  if (found.length === 0) {
    const names = texts.map(({ name }) => `'${name}'`).join(', ');
    const verb = texts.length === 1 ? 'has' : 'have';
    throw new InputError(`${names} ${verb} no patch: give a unified diff, or a mail that has one`);
  }
  const { series, older } = seriesOf(found, left);
  const isOfMails = series.flat().some(({ part }) => part !== undefined);
  return {
    patches: series.flat(),
    series: isOfMails && series.length > 1 ? series : [],
    left: [
      ...left.map(({ title, why }) => ({ title, why })),
      ...older.map(({ title }): LeftMail => ({ title, why: 'an older version' })),
    ],
  };
}

/** An mbox begins each mail with a `From ` line; without one the text is one mail, or a diff. */
function mailsOf(text: string): string[] {
  if (!/^From \S+.*\d{4}$/m.test(text)) return [text];
  return text
    .split(/^(?=From \S+.*\d{4}$)/m)
    .filter((mail) => mail.trim() !== '')
    .map((mail) => mail.replace(/^From .*\n/, '').replace(/^>(>*From )/gm, '$1'));
}

function isMail(text: string): boolean {
  return /^(?:From|Subject|Date|Message-ID|Received|Return-Path): /im.test(text.slice(0, 4000));
}

function bare(name: string, text: string): Patch | LeftMail {
  const diff = diffOf(name, text);
  if (isNone(diff)) return { title: name, why: 'no diff in it' };
  return { title: name.slice(name.lastIndexOf('/') + 1), ...diff, ...baseOf(text) };
}

/** @param isAlone - it is the only mail, so that a reply with a diff of its own is meant */
async function patchOf(name: string, mail: string, isAlone: boolean): Promise<Patch | LeftMail> {
  const { subject = name, text = '', attachments, ...headers } = await PostalMime.parse(mail);
  const thread = threadOf(headers);
  // A reply quotes a diff, and is none.
  if (!isAlone && /^\s*(?:re|aw|fwd?)\s*:/i.test(subject)) {
    return { title: subject, why: 'a reply', ...thread };
  }
  const attached = attachments
    .filter(({ mimeType }) => /^text\//.test(mimeType))
    .map(({ content }) =>
      typeof content === 'string' ? content : new TextDecoder().decode(content),
    );
  const whole = [text, ...attached].join('\n');
  const diff = diffOf(subject, whole);
  if (isNone(diff)) {
    return { title: subject, why: 'no diff in it', ...thread };
  }
  return { title: subject, ...diff, ...baseOf(whole), ...partOf(subject), ...thread };
}

/** The first mail of the thread, as far as a mail says it. */
function threadOf(mail: Pick<Email, 'messageId' | 'inReplyTo' | 'references'>) {
  const [first] = `${mail.references ?? ''} ${mail.inReplyTo ?? ''} ${mail.messageId ?? ''}`
    .split(/\s+/)
    .filter((id) => id !== '');
  return first === undefined ? {} : { thread: first };
}

function isNone(diff: Diff): boolean {
  return Object.values(diff).every((all) => all.length === 0);
}

function diffOf(name: string, text: string): Diff {
  const start = /^(?:diff --git |--- (?:a\/|\/dev\/null)|Binary files )/m.exec(text);
  if (start === null) return { files: [], binary: [], beside: [] };
  // What a mail ends with is no line of the last hunk.
  const diff = text
    .slice(start.index)
    .replace(/\r\n/g, '\n')
    .replace(/\n-- \n[\s\S]*$/, '\n');
  try {
    const all = parsePatch(diff);
    const binary = binaryIn(diff);
    // `git diff -D` leaves out the lines of a file that goes.
    const files = all.filter(
      ({ hunks, isRename, isCopy, isDelete, oldFileName }) =>
        hunks.length > 0 ||
        isRename ||
        isCopy ||
        (isDelete && !binary.includes(plainPath(oldFileName))),
    );
    return { files, binary, beside: all.flatMap((file) => besideLines(file, binary)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`the diff of '${name}' cannot be read: ${reason}`);
  }
}

const plainPath = (name = '') => name.replace(/^[ab]\//, '');

/** A mode that changes, and an empty file that comes. */
function besideLines(file: StructuredPatch, binary: readonly string[]): Beside[] {
  const { oldMode, newMode, hunks, isCreate } = file;
  const path = plainPath(file.newFileName);
  if (oldMode !== undefined && newMode !== undefined && oldMode !== newMode) {
    return [{ path, what: `its mode was ${oldMode} and is ${newMode}, which is no line of C` }];
  }
  const isEmpty = hunks.length === 0 && !binary.includes(path);
  return isCreate && isEmpty ? [{ path, what: 'it comes, and is empty' }] : [];
}

/** The files of which a diff has no lines. */
function binaryIn(diff: string): string[] {
  const marks =
    /^diff --git a\/.* b\/(.*)$|^GIT binary patch$|^Binary files (.*) and (.*) differ$/gm;
  const found = new Set<string>();
  let path = '';
  for (const [mark, own, before, after] of diff.matchAll(marks)) {
    const plain = after === '/dev/null' ? before : after;
    if (own !== undefined) path = own;
    else found.add(mark.startsWith('GIT') ? path : (plain ?? '').replace(/^[ab]\//, ''));
  }
  return [...found];
}

function baseOf(text: string): Pick<Patch, 'baseCommit'> {
  const commit = /^base-commit: ([\da-f]{12,40})$/m.exec(text)?.[1];
  return commit === undefined ? {} : { baseCommit: commit };
}

/** `[PATCH v3 2/7] …`; the first version does not say so. */
function partOf(subject: string): Pick<Patch, 'part'> {
  const tag = /\[([^\]]*\bPATCH\b[^\]]*)\]/i.exec(subject)?.[1];
  if (tag === undefined) return {};
  const [, number = '1', of = '1'] = /\b(\d+)\/(\d+)\b/.exec(tag) ?? [];
  const version = Number(/\bv(\d+)\b/i.exec(tag)?.[1] ?? 1);
  return { part: { number: Number(number), of: Number(of), version } };
}
