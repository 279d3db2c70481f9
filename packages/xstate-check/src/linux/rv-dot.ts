import { InputError } from '../base/errors.ts';
import { own } from '../base/own.ts';
import { identity } from '../base/program.ts';
import { identifier } from '../export/names.ts';
import { type Lts, type LtsEdge, type LtsState, transitionsOf } from '../lts/lts.ts';

/** A place in the kernel at which a probe sits. */
export interface Site {
  readonly function: string;
  /** At its entry, where absent. */
  readonly on?: 'return';
  /** The return address lies in one of these; anywhere where absent. */
  readonly calledBy?: readonly string[];
  /** What has to be true there as well. */
  readonly where?: string;
  /** How the object of a `per_obj` monitor is found there. */
  readonly object?: string;
}

/** What one monitor watches in the kernel, and what it is called there. */
export interface Attachment {
  /** The label of the machine. */
  readonly label: string;
  /** The name of the event in C. */
  readonly event: string;
  /** It starts a monitor that does not run (`da_handle_start_run_event`). */
  readonly starts?: true;
  /** The object is gone after it (`da_destroy_storage`): its address may be used again. */
  readonly ends?: true;
  /** It happens at each of these. */
  readonly at: readonly Site[];
}

/** How a machine is watched at run time. */
export interface Watch {
  /** `per_obj` where one monitor watches one object, `per_task` where it watches one task. */
  readonly type: 'global' | 'per_cpu' | 'per_task' | 'per_obj';
  readonly attachments: readonly Attachment[];
  /** States that have to be left within a time, which starts where they are entered. */
  readonly within?: Readonly<Record<string, string>>;
}

/**
 * A machine as an automaton for rvgen, the generator of the kernel's runtime monitors
 * (tools/verification/rvgen). A state tagged `violation` is left out: a step into it has no edge,
 * and what has no edge is what a monitor reports.
 *
 * @throws InputError where the initial state is a violation, a bound is put on no state, or an
 *   event has no name that C can have beside the others
 */
export function rvDot(lts: Lts, name: string, watch: Watch): string {
  const states = lts.states.filter((state) => !isViolation(state));
  if (isViolation(lts.states[0]!)) {
    throw new InputError(`machine '${lts.name}' begins in a violation; there is nothing to watch`);
  }
  assertBoundsExist(lts, watch.within ?? {});
  assertNames(lts, watch);
  const edges = edgesOf(lts, watch);
  const initial = stateName(lts.states[0]!);
  return [
    'digraph state_automaton {',
    ...headerLines(name, lts, watch),
    ...states
      .filter((state) => state !== lts.states[0])
      .sort((a, b) => (stateName(a) < stateName(b) ? -1 : 1))
      .map((state) => `\t{node [shape = circle] "${stateName(state)}"};`),
    `\t{node [shape = plaintext, style=invis, label=""] "__init_${initial}"};`,
    `\t{node [shape = doublecircle] "${initial}"};`,
    `\t{node [shape = circle] "${initial}"};`,
    `\t"__init_${initial}" -> "${initial}";`,
    ...states.map((state) => `\t"${stateName(state)}" [label = "${labelOf(state, watch)}"];`),
    ...edges,
    '\t{ rank = min ;',
    `\t\t"__init_${initial}";`,
    `\t\t"${initial}";`,
    '\t}',
    '}',
    '',
  ].join('\n');
}

/** The class of monitor that rvgen is to make: hybrid where there are clocks. */
export function monitorClass({ within = {} }: Watch): 'da' | 'ha' {
  return Object.keys(within).length === 0 ? 'da' : 'ha';
}

const isViolation = ({ tags }: LtsState): boolean => tags.includes('violation');

/** Names become constants of C, with the name of the monitor behind them. */
export function stateName({ name }: LtsState): string {
  const text = identifier(name);
  return /^[A-Za-z]/.test(text) ? text : `x_FIRST_${text}`;
}

/** @throws InputError for a label that is attached to nothing */
export function eventName(label: string, { attachments }: Watch): string {
  const attachment = attachments.find((one) => one.label === label);
  if (attachment === undefined) throw new InputError(`label '${label}' is attached to nothing`);
  return attachment.event;
}

/** States and events are constants of one file. */
function assertNames(lts: Lts, { attachments }: Watch): void {
  const taken = new Set(lts.states.map(stateName));
  for (const { event } of attachments) {
    if (!/^[a-z][a-z0-9_]*$/.test(event)) {
      throw new InputError(`'${event}' is no name for an event of machine '${lts.name}'`);
    }
    if (taken.has(event)) {
      throw new InputError(`machine '${lts.name}' has '${event}' already, which is to be an event`);
    }
    taken.add(event);
  }
}

function assertBoundsExist(lts: Lts, within: Readonly<Record<string, string>>): void {
  for (const bounded of Object.keys(within)) {
    if (lts.states.some(({ name }) => name === bounded)) continue;
    throw new InputError(`machine '${lts.name}' has no state '${bounded}' to be left in time`);
  }
}

/** A state with a bound says so behind its name. */
function labelOf(state: LtsState, { within = {} }: Watch): string {
  const bound = own(within, state.name);
  return bound === undefined ? stateName(state) : `${stateName(state)}\\nclk < ${bound}`;
}

/** One edge for two states with all its events, because rvgen keeps one label for it. */
function edgesOf(lts: Lts, watch: Watch): string[] {
  const { within = {} } = watch;
  const events = new Map<string, string[]>();
  for (const { from, label, to } of transitionsOf(lts)) {
    const [source, target] = [lts.states[from]!, lts.states[to]!];
    if (isViolation(source) || isViolation(target)) continue;
    const edge = `"${stateName(source)}" -> "${stateName(target)}"`;
    const isEntry = own(within, target.name) !== undefined && source !== target;
    const event = `${eventName(lts.labels[label]!, watch)}${isEntry ? ';reset(clk)' : ''}`;
    events.set(edge, [...(events.get(edge) ?? []), event]);
  }
  return [...events].map(([edge, names]) => `\t${edge} [ label = "${names.join('\\n')}" ];`);
}

/** The dialect has no comments; attributes of the graph are read over. */
function headerLines(name: string, lts: Lts, watch: Watch): string[] {
  const lines = [
    `${lts.name}: written by '${identity().name} export'; do not edit`,
    `rvgen monitor -c ${monitorClass(watch)} -t ${watch.type} -s ${name}.dot -n ${name}`,
    ...watch.attachments.map(
      ({ event, starts, ends, at }) =>
        `${event}${starts ? ' (starts)' : ''}${ends ? ' (ends)' : ''}: ${at.map(siteText).join(', or ')}`,
    ),
  ];
  return lines.map((line) => `\tcomment = "${line.replaceAll(/["\\]/g, "'")}";`);
}

/** `return of f() called by g() where it returns 0` */
export function siteText({ function: name, on, calledBy, where, object }: Site): string {
  const callers = calledBy === undefined ? '' : ` called by ${calledBy.join('() or ')}()`;
  return [
    `${on === 'return' ? 'return of ' : ''}${name}()${callers}`,
    ...(where === undefined ? [] : [`where ${where}`]),
    ...(object === undefined ? [] : [`(${object})`]),
  ].join(' ');
}

/**
 * The part of an automaton that its labels show: the others never happen, and states that only
 * they lead to are gone.
 *
 * @throws InputError for a label that the machine has not
 */
export function only(lts: Lts, labels: readonly string[]): Lts {
  const unknown = labels.find((label) => !lts.labels.includes(label));
  if (unknown !== undefined) {
    throw new InputError(`machine '${lts.name}' has no label '${unknown}' to be watched`);
  }
  const kept = lts.labels.flatMap((label, old) => (labels.includes(label) ? [old] : []));
  const width = lts.labels.length;
  const found = [0];
  for (const from of found) {
    for (const label of kept) {
      const to = lts.next[from * width + label]!;
      if (to >= 0 && !found.includes(to)) found.push(to);
    }
  }
  const next = new Int32Array(found.length * kept.length).fill(-1);
  const edges = new Map<number, LtsEdge>();
  found.forEach((from, state) => {
    kept.forEach((old, label) => {
      const to = lts.next[from * width + old]!;
      if (to < 0) return;
      next[state * kept.length + label] = found.indexOf(to);
      edges.set(state * kept.length + label, lts.edges.get(from * width + old)!);
    });
  });
  return {
    name: lts.name,
    labels: kept.map((old) => lts.labels[old]!),
    states: found.map((state) => lts.states[state]!),
    next,
    edges,
  };
}
