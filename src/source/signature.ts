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
  /** What is looked at, in words: `what dma_buf_fd() does last`. */
  readonly what: string;
  /** One function by the names that it had; the first that is there is looked at. */
  readonly functions: readonly string[];
  /** The files that it may be in. */
  readonly files: readonly string[];
  /** What the file has where it can have the defect at all. */
  readonly inFile?: RegExp;
  readonly carried: Sign;
  readonly mended: Sign;
}

export interface SignatureVerdict {
  readonly status: 'carried' | 'mended' | 'not judged';
  readonly function?: string;
  readonly place?: Place;
  /** Why it is not judged. */
  readonly why?: string;
}

/** Which of its two values a function of a tree has. */
export function judgeSignature(
  signature: Signature,
  tree: Tree,
  unitOf: (file: string) => Unit | undefined,
  dialect: Dialect,
): SignatureVerdict {
  const { functions, files, inFile, carried, mended } = signature;
  const there = files.filter((file) => unitOf(file) !== undefined);
  if (there.length === 0) return { status: 'not judged', why: `no file ${files.join(' or ')}` };
  for (const file of there) {
    const unit = unitOf(file)!;
    const name = functions.find((one) => unit.functions.has(one));
    if (name === undefined) continue;
    const text = prepare(tree.read(file)!, dialect).text;
    if (inFile !== undefined && !inFile.test(text)) {
      return { status: 'not judged', why: `${file} has nothing of what it is about` };
    }
    const { line, endLine } = unit.functions.get(name)!;
    const own = text.split('\n').slice(line - 1, endLine);
    const about = { function: name, place: { file, line: line + lineOf(own, carried, mended) } };
    const [isCarried, isMended] = [carried, mended].map((sign) => isThere(sign, own.join('\n')));
    if (isCarried !== isMended) return { ...about, status: isCarried ? 'carried' : 'mended' };
    const why = `${name}() has ${isCarried ? 'both values' : 'neither value'} of ${signature.what}`;
    return { ...about, status: 'not judged', why };
  }
  const unread = there.flatMap((file) => {
    const found = functions.find((one) => unitOf(file)!.unread.has(one));
    return found === undefined ? [] : [unitOf(file)!.unread.get(found)!.message];
  });
  const why =
    unread.length > 0
      ? `not read: ${unread.join('; ')}`
      : `${there.join(' and ')} has no ${functions.map((name) => `${name}()`).join(' or ')}`;
  return { status: 'not judged', why };
}

function isThere({ has, lacks }: Sign, text: string): boolean {
  return (has === undefined || has.test(text)) && (lacks === undefined || !lacks.test(text));
}

/** The line, from that of the function, at which what a sign has begins; 0 where it has nothing. */
function lineOf(lines: readonly string[], ...signs: readonly Sign[]): number {
  const text = lines.join('\n');
  for (const { has } of signs) {
    const at = has === undefined ? -1 : text.search(has);
    if (at >= 0) return text.slice(0, at).split('\n').length - 1;
  }
  return 0;
}
