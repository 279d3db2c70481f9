import type { AnyStateMachine } from 'xstate';
import { nodesOf, type StateNode } from '../lts/snapshot.ts';
import { idOf, labelsByTarget } from './chart.ts';

/** What to leave out of a diagram, so that it stays legible. */
export interface MermaidOptions {
  /** Labels that leave the state as it is: answers, mostly errors. Drawn where absent. */
  readonly answers?: boolean;
}

/**
 * A machine as a Mermaid state diagram: nested and parallel states as they are written, one arrow
 * for all labels between the same two states, eventless transitions as `always`.
 */
export function mermaid(machine: AnyStateMachine, { answers = true }: MermaidOptions = {}): string {
  const lines = ['stateDiagram-v2', '  direction LR'];
  lines.push(...rootLines(machine.root));
  for (const node of nodesOf(machine.root)) lines.push(...arrowsOf(node, answers));
  return `${lines.join('\n')}\n`;
}

/** Regions side by side are read inside a state only, so that a parallel root is drawn as one. */
function rootLines(root: StateNode): string[] {
  if (root.type !== 'parallel') return statesOf(root, '  ');
  return [`  state "${root.key}" as ${idOf(root)} {`, ...statesOf(root, '    '), '  }'];
}

function statesOf(node: StateNode, indent: string): string[] {
  const children = Object.values(node.states);
  const initial =
    node.type === 'parallel'
      ? []
      : node.initial.target.map((target) => `${indent}[*] --> ${idOf(target)}`);
  const lines = children.flatMap((child, i) => {
    const separator = node.type === 'parallel' && i > 0 ? [`${indent}--`] : [];
    return [...separator, ...stateLines(child, indent)];
  });
  const ends = children
    .filter(({ type }) => type === 'final')
    .map((child) => `${indent}${idOf(child)} --> [*]`);
  return [...lines, ...initial, ...ends];
}

function stateLines(node: StateNode, indent: string): string[] {
  const head = `state "${node.key}" as ${idOf(node)}`;
  if (Object.keys(node.states).length === 0) return [`${indent}${head}`];
  return [`${indent}${head} {`, ...statesOf(node, `${indent}  `), `${indent}}`];
}

/** One arrow for each state that the node leads to, with all its labels. */
function arrowsOf(node: StateNode, answers: boolean): string[] {
  return [...labelsByTarget(node)]
    .filter(([target]) => target !== node || answers)
    .map(
      ([target, labels]) =>
        `  ${idOf(node)} --> ${idOf(target)}: ${labels.map(escapeText).join('<br/>')}`,
    );
}

/** Colons, semicolons and hashes mean something to Mermaid. */
function escapeText(label: string): string {
  return label.replace(/[#:;]/g, (character) => `#${character.charCodeAt(0)};`);
}
