import type { LeftMail, Patch } from './mail.ts';

/** Patches that were sent together, in their order. */
interface Sent {
  readonly patches: Patch[];
  readonly version: number;
  readonly of: number;
}

/**
 * The series of some patches, in the order in which they begin, each in its newest version. Versions
 * are of one series where they share a title, that of the cover letter too, or a thread.
 */
export function seriesOf(
  patches: readonly Patch[],
  left: readonly LeftMail[],
): { readonly series: readonly (readonly Patch[])[]; readonly older: readonly Patch[] } {
  const groups: Sent[][] = [];
  for (const sent of sentTogether(patches)) {
    const own = wordsOf(sent, left);
    const same = groups.find((group) =>
      group.some((one) => one.version !== sent.version && shares(own, wordsOf(one, left))),
    );
    if (same === undefined) groups.push([sent]);
    else same.push(sent);
  }
  const newest = groups.map((group) =>
    group.reduce((best, one) => (one.version > best.version ? one : best)),
  );
  const older = groups.flatMap((group, i) => group.filter((one) => one !== newest[i]));
  return { series: newest.map(inOrder), older: older.flatMap((sent) => sent.patches) };
}

function inOrder({ patches }: Sent): Patch[] {
  return patches.toSorted((a, b) => (a.part?.number ?? 0) - (b.part?.number ?? 0));
}

/** A patch goes to those of its version that lack its number, of its own thread where it has one. */
function sentTogether(patches: readonly Patch[]): Sent[] {
  const all: Sent[] = [];
  const isThread = (thread: string | undefined) =>
    thread !== undefined && patches.filter((one) => one.thread === thread).length > 1;
  for (const patch of patches) {
    const { number = 1, of = 1, version = 1 } = patch.part ?? {};
    const lacks = all.filter(
      (sent) =>
        of > 1 &&
        sent.version === version &&
        sent.of === of &&
        !sent.patches.some(({ part }) => part?.number === number),
    );
    const own = isThread(patch.thread)
      ? lacks.find((sent) => sent.patches.some(({ thread }) => thread === patch.thread))
      : lacks.find((sent) => !sent.patches.some(({ thread }) => isThread(thread)));
    if (own === undefined) all.push({ patches: [patch], version, of });
    else own.patches.push(patch);
  }
  return all;
}

/** What tells which series it is: the titles of its patches and of its cover letter, and its thread. */
function wordsOf({ patches, version, of }: Sent, left: readonly LeftMail[]): Set<string> {
  const threads = new Set(patches.flatMap(({ thread }) => thread ?? []));
  const isCover = ({ title, thread }: LeftMail) =>
    new RegExp(`\\b0+/0*${of}\\b`).test(title) &&
    (version === 1 || title.includes(`v${version}`)) &&
    (thread === undefined || threads.has(thread));
  const titles = [...patches.filter(({ part }) => part !== undefined), ...left.filter(isCover)];
  return new Set([...threads, ...titles.map(({ title }) => plainTitle(title))]);
}

function plainTitle(title: string): string {
  return title
    .replace(/\[[^\]]*\]/g, '')
    .trim()
    .toLowerCase();
}

function shares(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((word) => b.has(word));
}
