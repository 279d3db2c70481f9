import type { Place } from './ast.ts';
import type { Dialect } from './dialect.ts';
import type { Unit } from './parse.ts';
import { prepare } from './prepare.ts';
import type { Tree } from './tree.ts';

/** Text that a function has, or has not; without comments. */
export interface Sign {
  readonly has?: RegExp;
  readonly lacks?: RegExp;
}

/** A value of which a known defect consists, where it stands in the text and no machine shows it. */
export interface Signature {
  readonly defect: string;
  /** What is looked at, in words: `what lamp_on() does last`. */
  readonly what: string;
  /** One function by the names that it had; the first that is there is looked at. None: the file. */
  readonly functions: readonly string[];
  /** The files that it may be in. */
  readonly files: readonly string[];
  /** What the file has where it can have the defect at all. */
  readonly inFile?: RegExp;
  /** It is in what only some trees have: one that lacks the function, or `inFile`, has not the defect. */
  readonly onlyThere?: true;
  /** The newest release has it as well. */
  readonly inNewest?: true;
  readonly carried: Sign;
  readonly mended: Sign;
}

export interface SignatureVerdict {
  readonly status: 'carried' | 'mended' | 'not judged';
  readonly function?: string;
  readonly place?: Place;
  readonly why: string;
}

/** Which of its two values a function of a tree has. */
export function judgeSignature(
  signature: Signature,
  tree: Tree,
  unitOf: (file: string) => Unit | undefined,
  dialect: Dialect,
): SignatureVerdict {
  const { functions, files, inFile, onlyThere } = signature;
  const absent = onlyThere ? 'mended' : 'not judged';
  const there = files.filter((file) => unitOf(file) !== undefined);
  if (there.length === 0) return { status: 'not judged', why: `no file ${files.join(' or ')}` };
  for (const file of there) {
    const unit = unitOf(file)!;
    const name = functions.find((one) => unit.functions.has(one));
    const text = prepare(tree.read(file)!, dialect).text;
    if (functions.length === 0) return statusIn(text, signature, { file });
    if (name === undefined) continue;
    if (inFile !== undefined && !inFile.test(text)) {
      return { status: absent, why: `${file} has nothing of what it is about` };
    }
    const { line, endLine } = unit.functions.get(name)!;
    const own = text
      .split('\n')
      .slice(line - 1, endLine)
      .join('\n');
    return statusIn(own, signature, { file, function: name, line });
  }
  const unread = there.flatMap((file) => {
    const found = functions.find((one) => unitOf(file)!.unread.has(one));
    return found === undefined ? [] : [unitOf(file)!.unread.get(found)!.message];
  });
  const why =
    unread.length > 0
      ? `not read: ${unread.join('; ')}`
      : `${there.join(' and ')} has no ${functions.map((name) => `${name}()`).join(' or ')}`;
  return { status: unread.length > 0 ? 'not judged' : absent, why };
}

function statusIn(
  text: string,
  { carried, mended, what }: Signature,
  at: { readonly file: string; readonly function?: string; readonly line?: number },
): SignatureVerdict {
  const { file, line = 1, function: name } = at;
  // Where a whole file lacks something, there is no line to name.
  const offset = lineOf(text, carried, mended);
  const place =
    name === undefined && offset === undefined ? undefined : { file, line: line + (offset ?? 0) };
  const about = {
    ...(name !== undefined && { function: name }),
    ...(place !== undefined && { place }),
  };
  const [isCarried, isMended] = [isThere(carried, text), isThere(mended, text)];
  if (isCarried !== isMended) {
    const why = `${what}: as the ${isCarried ? 'defect' : 'fix'} has it`;
    return { ...about, status: isCarried ? 'carried' : 'mended', why };
  }
  const why = `${name === undefined ? file : `${name}()`} has ${isCarried ? 'both values' : 'neither value'} of ${what}`;
  return { ...about, status: 'not judged', why };
}

function isThere({ has, lacks }: Sign, text: string): boolean {
  return (has === undefined || has.test(text)) && (lacks === undefined || !lacks.test(text));
}

/** The line, from the first, at which what a sign has begins. */
function lineOf(text: string, ...signs: readonly Sign[]): number | undefined {
  for (const { has } of signs) {
    const at = has === undefined ? -1 : text.search(has);
    if (at >= 0) return text.slice(0, at).split('\n').length - 1;
  }
  return undefined;
}
