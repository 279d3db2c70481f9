import type { Lts } from '../lts/lts.ts';
import type { Path } from '../paths/labelled-graph.ts';

/** Characters after which a title leaves out what is between its beginning and its end. */
const LONGEST = 72;

/** The states that a part goes through, and in brackets what it answers without leaving them. */
export function titleOfPath(part: string, lts: Lts, path: Path): string {
  const stages = [{ state: lts.states[path[0]?.from ?? 0]!.name, answers: [] as string[] }];
  for (const { from, label, to } of path) {
    if (from === to) stages.at(-1)!.answers.push(lts.labels[label]!);
    else stages.push({ state: lts.states[to]!.name, answers: [] });
  }
  const words = stages.map(({ state, answers }) =>
    answers.length === 0 ? state : `${state} [${[...new Set(answers)].join(', ')}]`,
  );
  return `${part}: ${shortened(words)}`;
}

/** What the test does, or where it does nothing what it waits for. */
export function titleOfSteps(
  steps: readonly { readonly kind: 'perform' | 'observe'; readonly label: string }[],
): string {
  const performed = steps.filter(({ kind }) => kind === 'perform');
  const told = performed.length > 0 ? performed : steps;
  return shortened(told.map(({ label }) => label.replace(/[#@].*$/, '')));
}

/** `a, b, … (12 more), z` where the list of all is too long for a line. */
function shortened(words: readonly string[]): string {
  const whole = words.join(', ');
  if (whole.length <= LONGEST || words.length < 4) return whole;
  const last = words.at(-1)!;
  let kept = 1;
  let length = words[0]!.length + last.length;
  while (length + words[kept]!.length + 2 <= LONGEST) length += words[kept++]!.length + 2;
  return `${words.slice(0, kept).join(', ')}, … (${words.length - kept - 1} more), ${last}`;
}
