import type { AnyStateMachine } from 'xstate';
import { own } from '../base/own.ts';
import { identity } from '../base/program.ts';
import { nodesOf, type StateNode } from '../lts/snapshot.ts';
import { doneNode, guardOf, idOf, type Transition, transitionsOf } from './chart.ts';
import { identifier } from './names.ts';

/**
 * A machine as SCXML: its states as they are written. What a guard tests and an action does are
 * functions of JavaScript over the context. A guard becomes a variable that whoever runs the chart
 * sets, an action a comment, but for `raise`, which SCXML has. Events are identifiers, because SCXML
 * reads dots in their names; that of `onDone` is SCXML's own.
 */
export function scxml(machine: AnyStateMachine): string {
  const { root } = machine;
  const name = attribute(machine.id);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!--',
    `  ${comment(machine.id)}. Written by '${identity().name} export'; do not edit.`,
    '  Each guard is a variable (g_NAME), false until you set it; actions are named in comments.',
    '  To check it and make C++ of it: qscxmlc FILE. To run it: any interpreter of SCXML.',
    '-->',
    `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript"` +
      ` name="${name}"${isWrapped(root) ? ` initial="${stateId(root)}"` : initialOf(root)}>`,
    ...guardLines(root),
    ...(isWrapped(root) ? wrapped(machine) : childrenOf(machine, root, '  ')),
    '</scxml>',
    '',
  ].join('\n');
}

/** Whether the root does something of its own, which SCXML's outermost element cannot. */
function isWrapped(root: StateNode): boolean {
  const acts = root.entry.length + root.exit.length > 0;
  const remembers = Object.values(root.states).some(({ type }) => type === 'history');
  return root.type === 'parallel' || transitionsOf(root).length > 0 || acts || remembers;
}

/** A state inside is never the end of a chart, so that the end of the root leads out of it. */
function wrapped(machine: AnyStateMachine): string[] {
  const { root } = machine;
  const [open, ...rest] = stateLines(machine, root, '  ');
  const end = `    <transition event="done.state.${stateId(root)}" target="done"/>`;
  return [open!, end, ...rest, '  <final id="done"/>'];
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

function stateLines(machine: AnyStateMachine, node: StateNode, indent: string): string[] {
  const inner = `${indent}  `;
  if (node.type === 'history') return historyLines(node, indent);
  const element = node.type === 'parallel' || node.type === 'final' ? node.type : 'state';
  const lines = [
    ...blockLines('onentry', contentOf(machine, node.entry), inner),
    ...blockLines('onexit', contentOf(machine, node.exit), inner),
    ...transitionLines(machine, node, inner),
    ...childrenOf(machine, node, inner),
  ];
  const open = `${indent}<${element} id="${stateId(node)}"${initialOf(node)}`;
  return lines.length === 0 ? [`${open}/>`] : [`${open}>`, ...lines, `${indent}</${element}>`];
}

/** Where nothing is remembered, it leads where the parent begins, unless it says where to. */
function historyLines(node: StateNode, indent: string): string[] {
  const { target } = node.config as { target?: unknown };
  const parent = node.parent!;
  const fallback =
    parent.type === 'parallel' ? Object.values(parent.states) : initialTargets(parent);
  const named = typeof target === 'string' ? [targetNamed(parent, target)] : fallback;
  const targets = named.filter(({ type }) => type !== 'history').map(stateId);
  return [
    `${indent}<history id="${stateId(node)}" type="${node.history || 'shallow'}">`,
    `${indent}  <transition target="${targets.join(' ')}"/>`,
    `${indent}</history>`,
  ];
}

function targetNamed(parent: StateNode, target: string): StateNode {
  if (target.startsWith('#')) return parent.machine.getStateNodeById(target);
  return target.split('.').reduce((node, key) => node.states[key]!, parent);
}

function childrenOf(machine: AnyStateMachine, node: StateNode, indent: string): string[] {
  return Object.values(node.states).flatMap((child) => stateLines(machine, child, indent));
}

function initialOf(node: StateNode): string {
  if (node.type !== 'compound') return '';
  return ` initial="${initialTargets(node).map(stateId).join(' ')}"`;
}

const initialTargets = (node: StateNode): readonly StateNode[] => node.initial.target;

function transitionLines(machine: AnyStateMachine, node: StateNode, indent: string): string[] {
  if (node.type === 'final') return [];
  return transitionsOf(node).flatMap((transition) => {
    const { eventType, actions, target } = transition;
    // XState comes to rest where an eventless transition changes nothing; SCXML takes it for ever.
    if (eventType === '' && target === undefined && actions.length === 0) return [];
    const event = eventType === '' ? '' : ` event="${eventOf(machine, eventType)}"`;
    const guard = guardOf(transition);
    const condition = guard === undefined ? '' : ` cond="${variable(guard)}"`;
    const { raised, named } = contentOf(machine, actions);
    const label =
      eventType === '' || doneNode(machine, eventType) || identifier(eventType) === eventType
        ? []
        : [eventType];
    const words = [...label, ...(named.length === 0 ? [] : [`does ${named.join(', ')}`])];
    const said = words.length === 0 ? '' : ` <!-- ${comment(words.join('; '))} -->`;
    const open = `${indent}<transition${event}${condition}${targetOf(node, transition)}`;
    if (raised.length === 0) return [`${open}/>${said}`];
    const content = raised.map((type) => `${indent}  ${raise(machine, type)}`);
    return [`${open}>${said}`, ...content, `${indent}</transition>`];
  });
}

/**
 * Where a transition leads. XState leaves the source only where it is told to (`reenter`) or has to;
 * SCXML does so where all targets are inside and the transition is internal. A state that leads to
 * itself begins anew inside, which in SCXML is said by its initial states.
 */
function targetOf(node: StateNode, { target, reenter }: Transition): string {
  if (target === undefined) return '';
  const toItself = target.length === 1 && target[0] === node;
  if (toItself && !reenter && node.type === 'atomic') return '';
  const isBeginning = toItself && !reenter && node.type === 'compound';
  const ids = (isBeginning ? initialTargets(node) : target).map(stateId).join(' ');
  return ` target="${ids}"${reenter ? '' : ' type="internal"'}`;
}

/** What actions do that SCXML can say, the events that they raise, and the names of the others. */
function contentOf(
  { implementations }: AnyStateMachine,
  actions: readonly unknown[],
): { readonly raised: readonly string[]; readonly named: readonly string[] } {
  const raised: string[] = [];
  const named: string[] = [];
  for (const action of actions) {
    const name = nameOf(action);
    const resolved = typeof action === 'function' ? action : own(implementations.actions, name);
    const { type, event } = (resolved ?? {}) as { type?: string; event?: { type?: unknown } };
    if (type === 'xstate.raise' && typeof event?.type === 'string') raised.push(event.type);
    else named.push(name);
  }
  return { raised, named };
}

function blockLines(
  element: 'onentry' | 'onexit',
  { raised, named }: ReturnType<typeof contentOf>,
  indent: string,
): string[] {
  const said = named.length === 0 ? [] : [`<!-- does ${comment(named.join(', '))} -->`];
  if (raised.length === 0) return said.map((line) => `${indent}${line}`);
  const content = raised.map((type) => `<raise event="${identifier(type)}"/>`);
  return [
    `${indent}<${element}>`,
    ...[...said, ...content].map((line) => `${indent}  ${line}`),
    `${indent}</${element}>`,
  ];
}

const raise = (machine: AnyStateMachine, type: string): string =>
  `<raise event="${eventOf(machine, type)}"/>`;

/** An event by its name in SCXML, which has its own for the end of a state. */
function eventOf(machine: AnyStateMachine, type: string): string {
  const done = doneNode(machine, type);
  return done === undefined ? identifier(type) : `done.state.${stateId(done)}`;
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
