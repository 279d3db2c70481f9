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
    `${indent}${quoted(`initial of ${idOf(node)}`)} -> ${quoted(leafOf(target))}${into(target, [])};`,
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
    const from = node === target || !isCluster(node) ? [] : [`ltail = ${quoted(clusterOf(node))}`];
    const label = `label = ${quoted(labels.join('\n'))}`;
    return `  ${quoted(leafOf(node))} -> ${quoted(leafOf(target))}${into(target, [label, ...from])};`;
  });
}

/** An arrow to a cluster ends at one of its leaves, and is cut at the border. */
function into(target: StateNode, attributes: readonly string[]): string {
  const head = isCluster(target) ? [`lhead = ${quoted(clusterOf(target))}`] : [];
  const all = [...attributes, ...head];
  return all.length === 0 ? '' : ` [${all.join(', ')}]`;
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
