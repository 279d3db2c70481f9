import { plainLabel } from '../lts/label.ts';
import type { Lts } from '../lts/lts.ts';
import type { Path, Transition } from '../paths/labelled-graph.ts';
import type { TestStep } from './test-suite.ts';

/** Characters after which a list leaves out what is between its beginning and its end. */
const LONGEST = 72;

/**
 * A title for each path of a part: the states that it goes through, with its answers in brackets;
 * where that is too long for a line, what it does otherwise than most paths do.
 */
export function titlesOfPaths(part: string, lts: Lts, paths: readonly Path[]): string[] {
  const usual = usualChoices(paths);
  return paths.map((path) => {
    const whole = statesOf(lts, path).join(', ');
    return `${part}: ${whole.length <= LONGEST ? whole : deviations(lts, path, usual)}`;
  });
}

/** `dark, lit [press:-EBUSY], dark`. */
function statesOf(lts: Lts, path: Path): string[] {
  const stages = [{ state: lts.states[path[0]?.from ?? 0]!.name, answers: [] as string[] }];
  for (const { from, label, to } of path) {
    if (from === to) stages.at(-1)!.answers.push(lts.labels[label]!);
    else stages.push({ state: lts.states[to]!.name, answers: [] });
  }
  return stages.map(({ state, answers }) =>
    answers.length === 0 ? state : `${state} [${[...new Set(answers)].join(', ')}]`,
  );
}

/** For each state the label by which most paths go on; of equals one that leaves the state. */
function usualChoices(paths: readonly Path[]): Map<number, number> {
  const times = new Map<string, { transition: Transition; count: number }>();
  for (const transition of paths.flat()) {
    const key = `${transition.from}.${transition.label}`;
    const known = times.get(key) ?? { transition, count: 0 };
    times.set(key, { transition, count: known.count + 1 });
  }
  const stays = ({ from, to }: Transition) => Number(from === to);
  const usualLast = [...times.values()].sort(
    (a, b) =>
      a.count - b.count ||
      stays(b.transition) - stays(a.transition) ||
      b.transition.label - a.transition.label,
  );
  return new Map(usualLast.map(({ transition }) => [transition.from, transition.label]));
}

function deviations(lts: Lts, path: Path, usual: ReadonlyMap<number, number>): string {
  const unusual = path.filter(({ from, label }) => usual.get(from) !== label);
  const labels = new Set(unusual.map(({ label }) => lts.labels[label]!));
  const what = labels.size === 0 ? 'the usual course' : shortened([...labels]);
  return `${what}; ends in ${lts.states[path.at(-1)!.to]!.name}`;
}

/**
 * A title for each test of a system: what it does, or where it does nothing what it waits for; and
 * of what it waits for the label that the fewest tests have.
 */
export function titlesOfSteps(tests: readonly (readonly TestStep[])[]): string[] {
  const times = new Map<string, number>();
  for (const label of tests.flatMap(labelsOf)) times.set(label, (times.get(label) ?? 0) + 1);
  return tests.map((steps) => {
    const performed = labelsOf(steps.filter(({ kind }) => kind === 'perform'));
    const observed = labelsOf(steps.filter(({ kind }) => kind === 'observe'));
    if (performed.length === 0 || observed.length === 0) return shortened(labelsOf(steps));
    const rarest = observed.reduce((a, b) => (times.get(b)! < times.get(a)! ? b : a));
    return `${shortened(performed)}; with ${rarest}`;
  });
}

/** The labels of steps, each once, without variant and thread. */
function labelsOf(steps: readonly TestStep[]): string[] {
  return [...new Set(steps.map(({ label }) => plainLabel(label)))];
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
