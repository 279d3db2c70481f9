import type { MachineView } from '../../src/inspect/protocol.ts';
import type { Covered } from './marks.ts';

/** What of the boxes and arrows of a chart was taken, from transitions by `state label`. */
export function coverageMarks(
  machine: MachineView,
  covered: readonly string[],
): ReadonlyMap<string, Covered> {
  const taken = new Set(covered);
  const marks = new Map<string, Covered>();
  for (const [transition, via] of Object.entries(machine.via)) {
    const to = nextNodes(machine, transition);
    const places = new Set(via.map(({ node, event }) => placeOf(machine, node, event, to)));
    for (const place of places) {
      if (place === undefined) continue;
      const before = marks.get(place) ?? { taken: 0, of: 0 };
      marks.set(place, {
        taken: before.taken + (taken.has(transition) ? 1 : 0),
        of: before.of + 1,
      });
    }
  }
  return marks;
}

/** The arrow of a transition; where it has none, the box in which it is written. */
function placeOf(
  { chart }: MachineView,
  node: string,
  event: string,
  to: readonly string[],
): string | undefined {
  const label = event === '' ? 'always' : event;
  const out = chart.arrows.filter(
    (arrow) =>
      (arrow.from === node || arrow.through === node) &&
      arrow.labels.some((one) => one.label === label),
  );
  const arrow =
    out.find((one) => to.includes(one.through ?? one.to) || to.includes(one.to)) ??
    (out.length === 1 ? out[0] : undefined);
  const box = chart.nodes.find((one) => one.id === node);
  const isAnswer = box?.answers.some((one) => one.label === label) ?? false;
  return isAnswer && arrow === undefined ? node : arrow?.id;
}

function nextNodes(machine: MachineView, transition: string): readonly string[] {
  const [state, label] = transition.split(' ').map(Number);
  const next = machine.table[state!]?.[label!] ?? -1;
  return machine.states[next]?.nodes ?? [];
}

export function coverageClass(covered: Covered | undefined): string {
  if (covered === undefined || covered.taken === 0) return 'cov-none';
  return covered.taken < covered.of ? 'cov-some' : 'cov-all';
}
