import type { AnyStateMachine } from 'xstate';
import { conditionOf, eventInWords, type Transition, transitionsOf } from '../export/chart.ts';
import { sourceOf } from '../lts/lts.ts';
import { nodePath, nodesOf, type StateNode } from '../lts/snapshot.ts';
import type { ChartArrow, ChartLabel, ChartNode } from './chart.ts';
import { linesOf } from './lines.ts';

export type Box = Omit<ChartNode, 'x' | 'y' | 'width' | 'height'>;
export type Line = Omit<ChartArrow, 'points' | 'text'>;

/** What is in a chart, before anybody knows where. */
export interface Structure {
  /** Ancestors before what is in them. */
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

export function structureOf(machine: AnyStateMachine): Structure {
  const nodes = nodesOf(machine.root);
  const begun = new Set(nodes.flatMap(initialTargets));
  const leaving = nodes.flatMap(transitionsFrom);
  const boxes = nodes.map((node): Box => {
    const answers = distinct(leaving.filter(({ from, to }) => from === node && to === node));
    const source = node.meta?.source as string | undefined;
    return {
      id: nodePath(node),
      ...(node.parent && { parent: nodePath(node.parent) }),
      title: node.key,
      kind: kindOf(node),
      initial: begun.has(node),
      tags: node.tags,
      ...(node.description !== undefined && { description: node.description }),
      ...(source !== undefined && { source }),
      answers,
      lines: linesOf(answers),
    };
  });
  return { boxes, lines: linesBetween(leaving) };
}

interface Leaving {
  readonly from: StateNode;
  readonly to: StateNode;
  readonly label: ChartLabel;
}

function linesBetween(leaving: readonly Leaving[]): Line[] {
  const between = new Map<string, Leaving[]>();
  for (const one of leaving) {
    if (one.from === one.to) continue;
    const id = `${nodePath(one.from)}->${nodePath(one.to)}`;
    const known = between.get(id);
    if (known === undefined) between.set(id, [one]);
    else known.push(one);
  }
  return [...between].map(([id, ones]) => {
    const labels = distinct(ones);
    const { from, to } = ones[0]!;
    return { id, from: nodePath(from), to: nodePath(to), labels, lines: linesOf(labels) };
  });
}

/** The same label, with the same condition, is written once. */
function distinct(leaving: readonly Leaving[]): ChartLabel[] {
  const labels = new Map<string, ChartLabel>();
  for (const { label } of leaving) {
    const key = JSON.stringify([label.label, label.guard]);
    if (!labels.has(key)) labels.set(key, label);
  }
  return [...labels.values()];
}

/** What is taken somewhere; `E: {}` is a refusal, which has no arrow. */
function transitionsFrom(node: StateNode): Leaving[] {
  return transitionsOf(node).flatMap((transition) => {
    const { target, actions } = transition;
    if (target === undefined && actions.length === 0) return [];
    const label = labelOf(transition);
    return (target ?? [node]).map((to) => ({
      from: node,
      to: begun(to as StateNode, node),
      label,
    }));
  });
}

/**
 * Where an arrow ends: of a state that it leaves and enters anew, at what that begins with, and not
 * at the edge of the box around the arrow.
 */
function begun(target: StateNode, from: StateNode): StateNode {
  const [initial, ...others] = initialTargets(target);
  if (initial === undefined || others.length > 0 || !isInside(from, target)) return target;
  return begun(initial, from);
}

function isInside(node: StateNode, ancestor: StateNode): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent) if (at === ancestor) return true;
  return false;
}

function labelOf(transition: Transition): ChartLabel {
  const { eventType, description } = transition;
  const { commits } = (transition.meta ?? {}) as { commits?: string };
  const source = sourceOf(transition.meta as Record<string, unknown> | undefined);
  const guard = conditionOf(transition);
  return {
    label: eventInWords(eventType),
    ...(guard !== undefined && { guard }),
    ...(description !== undefined && { description }),
    ...(source !== undefined && { source }),
    ...(commits !== undefined && { commits }),
  };
}

function kindOf(node: StateNode): ChartNode['kind'] {
  if (node.type === 'parallel' || node.type === 'compound' || node.type === 'final') {
    return node.type;
  }
  return 'atomic';
}

function initialTargets(node: StateNode): StateNode[] {
  if (node.type !== 'compound') return [];
  return [...node.initial.target] as StateNode[];
}
