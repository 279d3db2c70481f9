import type { Structure } from './structure.ts';

type Line = Structure['lines'][number];

/** Two siblings, or what is in them, between which an arrow leads. */
interface Step {
  readonly from: string;
  readonly to: string;
}

/**
 * The arrows against the flow of control, which are laid out turned round, so that the initial state
 * is first and everything leads away from it: those back to the initial state, and of those in a
 * loop the ones that lead to where fewer steps lead, or as many and it is written earlier.
 */
export function arrowsAgainstFlow({ boxes, lines }: Structure): ReadonlySet<Line> {
  const steps = new Map(lines.map((line) => [line, stepOf(line)]));
  const initial = new Set(boxes.filter((box) => box.initial).map(({ id }) => id));
  const next = new Map<string, string[]>();
  for (const step of steps.values()) {
    if (step === undefined || initial.has(step.to)) continue;
    next.set(step.from, [...(next.get(step.from) ?? []), step.to]);
  }
  const far = distances([...initial], next);
  const written = new Map(boxes.map(({ id }, i) => [id, i]));
  const isLater = (a: string, b: string) => {
    const by = (far.get(a) ?? Number.MAX_SAFE_INTEGER) - (far.get(b) ?? Number.MAX_SAFE_INTEGER);
    return by > 0 || (by === 0 && written.get(a)! > written.get(b)!);
  };
  return new Set(
    lines.filter((line) => {
      const step = steps.get(line);
      if (step === undefined) return false;
      if (initial.has(step.to)) return true;
      return isLater(step.from, step.to) && distances([step.to], next).has(step.from);
    }),
  );
}

/** How many steps lead to each state from the nearest of several. */
function distances(
  from: readonly string[],
  next: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  const far = new Map(from.map((name) => [name, 0]));
  for (const [name, steps] of far) {
    for (const to of next.get(name) ?? []) if (!far.has(to)) far.set(to, steps + 1);
  }
  return far;
}

/** Where two paths part; nothing where one is around the other. */
function stepOf({ from, to }: Line): Step | undefined {
  const [a, b] = [ancestry(from), ancestry(to)];
  const at = a.findIndex((id, i) => id !== b[i]);
  const [one, other] = [a[at], b[at]];
  return one === undefined || other === undefined ? undefined : { from: one, to: other };
}

/** A state and those around it, the outermost first. */
function ancestry(id: string): string[] {
  const names = id === '' ? [] : id.split('.');
  return names.map((_, i) => names.slice(0, i + 1).join('.'));
}
