import type { AnyStateMachine } from 'xstate';
import { nodesOf, type StateNode } from '../lts/snapshot.ts';
import { idOf, labelsByTarget } from './chart.ts';

/** A machine as a Graphviz digraph: a state that holds others is a cluster. */
export function dot(machine: AnyStateMachine): string {
  return [
    `digraph ${quoted(machine.id)} {`,
    '  graph [compound = true, rankdir = LR, fontname = "sans-serif"];',
    '  node [shape = box, style = rounded, fontname = "sans-serif"];',
    '  edge [fontname = "sans-serif", fontsize = 10];',
    ...childrenOf(machine.root, '  '),
    ...[...nodesOf(machine.root)].flatMap(arrowsOf),
    '}',
    '',
  ].join('\n');
}

function childrenOf(node: StateNode, indent: string): string[] {
  const initial = (node.type === 'compound' ? node.initial.target : []).flatMap((target) => [
    `${indent}${quoted(`initial of ${idOf(node)}`)} [shape = point, label = ""];`,
    `${indent}${quoted(`initial of ${idOf(node)}`)} -> ${quoted(leafOf(target))}${borderOf(target)};`,
  ]);
  return [...initial, ...Object.values(node.states).flatMap((child) => stateLines(child, indent))];
}

function stateLines(node: StateNode, indent: string): string[] {
  const shape = node.type === 'final' ? ', peripheries = 2' : '';
  if (Object.keys(node.states).length === 0) {
    return [`${indent}${quoted(idOf(node))} [label = ${quoted(node.key)}${shape}];`];
  }
  const style = node.type === 'parallel' ? 'rounded, dashed' : 'rounded';
  return [
    `${indent}subgraph ${quoted(`cluster_${idOf(node)}`)} {`,
    `${indent}  label = ${quoted(node.key)}; style = ${quoted(style)};`,
    ...childrenOf(node, `${indent}  `),
    `${indent}}`,
  ];
}

function arrowsOf(node: StateNode): string[] {
  return [...labelsByTarget(node)].map(([target, labels]) => {
    const label = `label = ${quoted(labels.join('\n'))}`;
    const tail = isCut(node, target) ? [`ltail = ${quoted(clusterOf(node))}`] : [];
    const head = isCut(target, node) ? [`lhead = ${quoted(clusterOf(target))}`] : [];
    const attributes = [label, ...tail, ...head].join(', ');
    return `  ${quoted(leafOf(node))} -> ${quoted(leafOf(target))} [${attributes}];`;
  });
}

/** Whether an arrow is cut at the border of a cluster: not where its other end is inside. */
function isCut(cluster: StateNode, other: StateNode): boolean {
  const contains = cluster.path.every((key, i) => other.path[i] === key);
  return isCluster(cluster) && !contains;
}

/** The arrow from the point where a machine begins ends at the border of the first state. */
function borderOf(target: StateNode): string {
  return isCluster(target) ? ` [lhead = ${quoted(clusterOf(target))}]` : '';
}

const isCluster = (node: StateNode): boolean =>
  node.parent !== undefined && Object.keys(node.states).length > 0;
const clusterOf = (node: StateNode): string => `cluster_${idOf(node)}`;

function leafOf(node: StateNode): string {
  const [first] = Object.values(node.states);
  return first === undefined ? idOf(node) : leafOf(first);
}

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
