import type { AnyStateMachine } from 'xstate';
import { nodesOf, type StateNode } from '../lts/snapshot.ts';
import { guardOf, idOf, transitionsOf } from './chart.ts';
import { identifier } from './names.ts';

/**
 * A machine as SCXML: its states as they are written. What a guard tests and an action does are
 * functions of JavaScript over the context. A guard becomes a variable that whoever runs the chart
 * sets, an action a comment. Events are identifiers, because SCXML reads dots in their names.
 */
export function scxml(machine: AnyStateMachine): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!--',
    `  ${comment(machine.id)}. Written by 'dmabuf-spec export'; do not edit.`,
    '  Each guard is a variable (g_NAME), false until you set it; actions are named in comments.',
    '  To check it and make C++ of it: qscxmlc FILE. To run it: any interpreter of SCXML.',
    '-->',
    `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript"` +
      ` name="${attribute(machine.id)}"${initialOf(machine.root)}>`,
    ...guardLines(machine.root),
    ...(machine.root.type === 'parallel' || transitionsOf(machine.root).length > 0
      ? stateLines(machine.root, '  ')
      : childrenOf(machine.root, '  ')),
    '</scxml>',
    '',
  ].join('\n');
}

function guardLines(root: StateNode): string[] {
  const guards = nodesOf(root).flatMap((node) =>
    transitionsOf(node).flatMap((transition) => guardOf(transition) ?? []),
  );
  if (guards.length === 0) return [];
  return [
    '  <datamodel>',
    ...[...new Set(guards)].map((guard) => `    <data id="${variable(guard)}" expr="false"/>`),
    '  </datamodel>',
  ];
}

function stateLines(node: StateNode, indent: string): string[] {
  if (node.type === 'history') {
    return [`${indent}<history id="${stateId(node)}" type="${node.history || 'shallow'}"/>`];
  }
  const element = node.type === 'parallel' || node.type === 'final' ? node.type : 'state';
  const lines = [...transitionLines(node, `${indent}  `), ...childrenOf(node, `${indent}  `)];
  const open = `${indent}<${element} id="${stateId(node)}"${initialOf(node)}`;
  return lines.length === 0 ? [`${open}/>`] : [`${open}>`, ...lines, `${indent}</${element}>`];
}

function childrenOf(node: StateNode, indent: string): string[] {
  return Object.values(node.states).flatMap((child) => stateLines(child, indent));
}

function initialOf(node: StateNode): string {
  if (node.type !== 'compound') return '';
  const inner = node.parent === undefined && transitionsOf(node).length > 0;
  const target = inner ? [node] : node.initial.target;
  return ` initial="${target.map(stateId).join(' ')}"`;
}

function transitionLines(node: StateNode, indent: string): string[] {
  if (node.type === 'final') return [];
  return transitionsOf(node).map((transition) => {
    const { eventType, target, actions, reenter } = transition;
    const event = eventType === '' ? '' : ` event="${identifier(eventType)}"`;
    const to = target === undefined ? '' : ` target="${target.map(stateId).join(' ')}"`;
    const guard = guardOf(transition);
    const condition = guard === undefined ? '' : ` cond="${variable(guard)}"`;
    const type = reenter || target === undefined ? '' : ' type="internal"';
    const named = [
      ...(eventType === '' || identifier(eventType) === eventType ? [] : [eventType]),
      ...(actions.length === 0 ? [] : [`does ${actions.map(nameOf).join(', ')}`]),
    ];
    const said = named.length === 0 ? '' : ` <!-- ${comment(named.join('; '))} -->`;
    return `${indent}<transition${event}${condition}${to}${type}/>${said}`;
  });
}

/** Of an action; one that is written in place has none. */
function nameOf(action: unknown): string {
  if (typeof action === 'string') return action;
  const { type } = action as { type?: unknown };
  return typeof type === 'string' ? type : 'something';
}

const variable = (guard: string): string => `g_${identifier(guard)}`;
const stateId = (node: StateNode): string => `s_${identifier(idOf(node))}`;
const comment = (text: string): string => text.replaceAll('--', '- -');
const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
