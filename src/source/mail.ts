import { parsePatch, type StructuredPatch } from 'diff';
import PostalMime from 'postal-mime';
import { InputError } from '../errors.ts';

/** One patch: of a file, or of one mail of a series. */
export interface Patch {
  /** The subject of the mail, or the name of the file. */
  readonly title: string;
  readonly files: readonly StructuredPatch[];
  /** The commit that it was made for, where it says so. */
  readonly baseCommit?: string;
  /** Its place in a series: 3 of 7. */
  readonly part?: { readonly number: number; readonly of: number; readonly version: number };
}

/** A text without end is none that somebody sent. */
const LARGEST = 16 * 2 ** 20;

/**
 * The patches of a text: a diff, a mail, an mbox or what `git format-patch` wrote, in the order of
 * their series. Cover letters, replies and older versions of the same series are left out.
 *
 * @throws InputError where there is none
 */
export async function patchesOf(name: string, text: string): Promise<Patch[]> {
  if (text.length > LARGEST) throw new InputError(`'${name}' is too large to be a patch`);
  const mails = mailsOf(text);
  const found: Patch[] = [];
  for (const mail of mails) {
    const patch =
      mails.length === 1 && !isMail(mail) ? bare(name, mail) : await patchOf(name, mail);
    if (patch !== undefined) found.push(patch);
  }
  if (found.length === 0) {
    throw new InputError(`'${name}' has no patch: give it a unified diff, or a mail that has one`);
  }
  return newestVersion(found);
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

function bare(name: string, text: string): Patch | undefined {
  const files = filesOf(name, text);
  return files.length === 0 ? undefined : { title: name, files, ...baseOf(text) };
}

async function patchOf(name: string, mail: string): Promise<Patch | undefined> {
  const { subject = name, text = '', attachments } = await PostalMime.parse(mail);
  // A reply quotes a diff, and is none.
  if (/^\s*(?:re|aw|fwd?)\s*:/i.test(subject)) return undefined;
  const attached = attachments
    .filter(({ mimeType }) => /^text\//.test(mimeType))
    .map(({ content }) =>
      typeof content === 'string' ? content : new TextDecoder().decode(content),
    );
  const whole = [text, ...attached].join('\n');
  const files = filesOf(subject, whole);
  if (files.length === 0) return undefined;
  return { title: subject, files, ...baseOf(whole), ...partOf(subject) };
}

function filesOf(name: string, text: string): StructuredPatch[] {
  const start = /^(?:diff --git |--- (?:a\/|\/dev\/null))/m.exec(text);
  if (start === null) return [];
  // What a mail ends with is no line of the last hunk.
  const diff = text
    .slice(start.index)
    .replace(/\r\n/g, '\n')
    .replace(/\n-- \n[\s\S]*$/, '\n');
  try {
    return parsePatch(diff).filter(({ hunks }) => hunks.length > 0);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`the diff of '${name}' cannot be read: ${reason}`);
  }
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

/** The newest version of the series, its patches in order. */
function newestVersion(patches: readonly Patch[]): Patch[] {
  const newest = Math.max(...patches.map(({ part }) => part?.version ?? 1));
  return patches
    .filter(({ part }) => (part?.version ?? newest) === newest)
    .sort((a, b) => (a.part?.number ?? 0) - (b.part?.number ?? 0));
}
