import type { AnyStateMachine } from 'xstate';
import { nodesOf, type StateNode } from '../lts/snapshot.ts';

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
  lines.push(...statesOf(machine.root, '  '));
  for (const node of nodesOf(machine.root)) lines.push(...arrowsOf(node, answers));
  return `${lines.join('\n')}\n`;
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
  return [...lines, ...initial];
}

function stateLines(node: StateNode, indent: string): string[] {
  const head = `state "${node.key}" as ${idOf(node)}`;
  if (Object.keys(node.states).length === 0) return [`${indent}${head}`];
  return [`${indent}${head} {`, ...statesOf(node, `${indent}  `), `${indent}}`];
}

/** One arrow for each state that the node leads to, with all its labels. */
function arrowsOf(node: StateNode, answers: boolean): string[] {
  const byTarget = new Map<string, string[]>();
  for (const transition of [...[...node.transitions.values()].flat(), ...(node.always ?? [])]) {
    for (const target of transition.target ?? [node]) {
      if (target === node && !answers) continue;
      const labels = byTarget.get(idOf(target)) ?? [];
      byTarget.set(idOf(target), labels);
      const label = labelOf(transition);
      if (!labels.includes(label)) labels.push(label);
    }
  }
  return [...byTarget].map(
    ([target, labels]) => `  ${idOf(node)} --> ${target}: ${labels.map(escapeText).join('<br/>')}`,
  );
}

type Transition = NonNullable<StateNode['always']>[number];

/** `dev[i].owned:false [first]`; a guard without a name is written `[...]`. */
function labelOf({ eventType, guard }: Transition): string {
  const label = eventType === '' ? 'always' : eventType;
  if (guard === undefined) return label;
  const named = typeof guard === 'string' ? { type: guard } : guard;
  if (typeof named === 'function') return `${label} [...]`;
  const { type, params } = named as { type: string; params?: unknown };
  return `${label} [${params === undefined ? type : `${type} ${String(params)}`}]`;
}

function idOf(node: StateNode): string {
  return node.path.join('__') || 'root';
}

/** Colons, semicolons and hashes mean something to Mermaid. */
function escapeText(label: string): string {
  return label.replace(/[#:;]/g, (character) => `#${character.charCodeAt(0)};`);
}
