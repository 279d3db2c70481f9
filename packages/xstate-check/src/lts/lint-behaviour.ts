import type { AnyStateMachine } from 'xstate';
import { handledEvents, metaOf } from './alphabet.ts';
import { transitionsOf } from './finite.ts';
import { transitionKey, type Walk } from './flatten.ts';
import { expandTemplate } from './label.ts';
import type { LintFinding, LintRule } from './lint.ts';
import { transitionsOf as edgesOf } from './lts.ts';
import { nodePath, nodesOf, type StateNode } from './snapshot.ts';
import type { Transition } from './step.ts';

/** The findings for which one must know what the machine does. */
export function behaviourFindings(machine: AnyStateMachine, walked: Walk): LintFinding[] {
  const context = new Context(machine, walked);
  return [
    ...unreachableStates(context),
    ...labelsThatNeverHappen(context),
    ...undeclaredLabels(context),
    ...neverTaken(context),
    ...sharedLabels(context),
    ...dropped(context),
    ...fallsThrough(context),
  ];
}

/** A machine, its walk, and what both are asked for. */
class Context {
  readonly machine: AnyStateMachine;
  readonly walked: Walk;
  readonly nodes: readonly StateNode[];
  readonly byPath: ReadonlyMap<string, StateNode>;
  /** All labels that some reachable state enables. */
  readonly happening: ReadonlySet<string>;
  /** Event types that some step takes. */
  readonly takenEvents: ReadonlySet<string>;

  constructor(machine: AnyStateMachine, walked: Walk) {
    this.machine = machine;
    this.walked = walked;
    this.nodes = nodesOf(machine.root);
    this.byPath = new Map(this.nodes.map((node) => [nodePath(node), node]));
    const { lts } = walked;
    this.happening = new Set([...edgesOf(lts)].map(({ label }) => lts.labels[label]!));
    const events = [...walked.taken].map((key) => (JSON.parse(key) as [string, string])[1]);
    this.takenEvents = new Set(events);
  }

  finding(rule: LintRule, state: string, message: string): LintFinding {
    return { rule, machine: this.machine.id, state, message };
  }

  stateName(state: number): string {
    return this.walked.lts.states[state]!.name;
  }

  happens(label: string): boolean {
    const index = metaOf(this.machine).index ?? {};
    return expandTemplate(label, index).some((instance) => this.happening.has(instance));
  }
}

function unreachableStates(context: Context): LintFinding[] {
  const declared = metaOf(context.machine).unreachable ?? [];
  const { entered } = context.walked;
  const found = context.nodes
    .filter((node) => node.type !== 'history' && !entered.has(nodePath(node)))
    .filter((node) => node.parent === undefined || entered.has(nodePath(node.parent)))
    .filter((node) => !declared.includes(nodePath(node)))
    .map((node) =>
      context.finding(
        'unreachable-state',
        nodePath(node),
        'it is never entered; add a transition to it, take it away, or declare it in meta.unreachable of the root',
      ),
    );
  const stale = declared.flatMap((path) => {
    if (context.byPath.has(path) && !entered.has(path)) return [];
    const why = entered.has(path) ? 'it is entered' : 'there is no such state';
    const message = `meta.unreachable of the root names it, but ${why}; take it out`;
    return [context.finding('stale-declaration', path, message)];
  });
  return [...found, ...stale];
}

function labelsThatNeverHappen(context: Context): LintFinding[] {
  const { labels = [], unused = [] } = metaOf(context.machine);
  const found = labels
    .filter((label) => !unused.includes(label) && !context.happens(label))
    .map((label) => {
      const message = `no reachable state enables the label '${label}'; handle it, take it away, or declare it in meta.unused`;
      return context.finding('label-never-happens', '', message);
    });
  const stale = unused
    .filter((label) => !labels.includes(label) || context.happens(label))
    .map((label) => {
      const why = labels.includes(label) ? 'it happens' : 'it is not declared in meta.labels';
      const message = `meta.unused names the label '${label}', but ${why}; take it out`;
      return context.finding('stale-declaration', '', message);
    });
  return [...found, ...stale];
}

function undeclaredLabels(context: Context): LintFinding[] {
  const { labels } = metaOf(context.machine);
  if (labels === undefined) return [];
  return handledEvents(context.machine.root)
    .filter((event) => !labels.includes(event) && !context.takenEvents.has(event))
    .map((event) => {
      const where = context.nodes.find((node) => node.transitions.has(event))!;
      const message = `it handles '${event}', which is neither declared in meta.labels nor ever raised, so that it never happens; declare it or take it away`;
      return context.finding('undeclared-label', nodePath(where), message);
    });
}

/** Transitions of reachable nodes that nothing above explains: the guard is never true there. */
function neverTaken(context: Context): LintFinding[] {
  return context.nodes
    .filter((node) => context.walked.entered.has(nodePath(node)))
    .flatMap((node) => transitionsOf(node).flatMap((each) => neverTakenAt(context, node, each)));
}

function neverTakenAt(context: Context, node: StateNode, each: Transition): LintFinding[] {
  const event = each.eventType as string;
  const isTaken = context.walked.taken.has(transitionKey(each));
  const declared = (each.meta as { unused?: boolean } | undefined)?.unused === true;
  if (isTaken && declared) {
    const message = `a transition for '${event || 'always'}' is declared unused, but it is taken; take meta.unused out`;
    return [context.finding('stale-declaration', nodePath(node), message)];
  }
  const refuses = each.target === undefined && each.actions.length === 0;
  const explained = event !== '' && !context.takenEvents.has(event);
  if (isTaken || declared || refuses || explained || isShadowed(node, each)) return [];
  const message = `no reachable state takes its transition for '${event || 'always'}'${each.guard === undefined ? '' : ', whose guard is never true when it is tried'}; take it away, or declare it with meta: { unused: true }`;
  return [context.finding('never-taken', nodePath(node), message)];
}

function isShadowed(node: StateNode, each: Transition): boolean {
  const event = each.eventType as string;
  const candidates: Transition[] =
    event === '' ? (node.always ?? []) : (node.transitions.get(event) ?? []);
  const certain = candidates.findIndex(({ guard }) => guard === undefined);
  return certain >= 0 && candidates.indexOf(each) > certain;
}

function sharedLabels(context: Context): LintFinding[] {
  const declared = metaOf(context.machine).shared ?? [];
  const shared = context.walked.concurrent.filter(({ taken }) => taken.length > 1);
  const found = firstOfEach(shared)
    .filter(({ event }) => !declared.includes(event))
    .map(({ state, event, taken }) => {
      const message = `${taken.join(' and ')} take '${event}' in the same step; declare it in meta.shared of the root, or rename one`;
      return context.finding('shared-label', context.stateName(state), message);
    });
  const stale = declared
    .filter((event) => !shared.some((each) => each.event === event))
    .map((event) => {
      const message = `meta.shared names '${event}', which no two regions take in the same step; take it out`;
      return context.finding('stale-declaration', '', message);
    });
  return [...found, ...stale];
}

function dropped(context: Context): LintFinding[] {
  const steps = context.walked.concurrent.filter(
    ({ selected, taken }) => taken.length < selected.length,
  );
  return firstOfEach(steps).map(({ state, event, selected, taken }) => {
    const lost = selected.filter((node) => !taken.includes(node));
    const message = `${lost.join(' and ')} would take '${event}', but would exit the same states as ${taken.join(' and ')}, and XState drops it; rename one or give it a guard`;
    return context.finding('dropped', context.stateName(state), message);
  });
}

function firstOfEach<T extends { readonly event: string }>(steps: readonly T[]): T[] {
  const seen = new Set<string>();
  return steps.filter(({ event }) => !seen.has(event) && seen.add(event));
}

/** See `lint` for why this is a finding and what a node can say. */
function fallsThrough(context: Context): LintFinding[] {
  const { lts } = context.walked;
  const fallen = new Map<string, { node: StateNode; event: string; to: string; state: number }>();
  for (const { from, edge } of edgesOf(lts)) {
    const event = edge.via[0]!.event;
    const takers = edge.via.filter((each) => each.event === event).map(({ node }) => node);
    for (const path of lts.states[from]!.nodes) {
      const node = context.byPath.get(path)!;
      const key = `${event} ${path}`;
      if (!node.transitions.has(event) || fallen.has(key)) continue;
      const to = takers.find((taker) => isBelow(node, context.byPath.get(taker)!));
      if (to !== undefined) fallen.set(key, { node, event, to, state: from });
    }
  }
  const found = [...fallen.values()]
    .filter(({ node, event }) => !inheritedBy(node).includes(event))
    .map(({ node, event, to, state }) => {
      const message = `no candidate of its own for '${event}' is taken in ${context.stateName(state)}, and ${to || 'the root'} takes the event; refuse with {} as the last candidate, or declare it in meta.inherits of the state`;
      return context.finding('falls-through', nodePath(node), message);
    });
  return [...found, ...staleInheritance(context, new Set(fallen.keys()))];
}

function staleInheritance(context: Context, fallen: ReadonlySet<string>): LintFinding[] {
  return context.nodes.flatMap((node) =>
    inheritedBy(node)
      .filter((event) => !fallen.has(`${event} ${nodePath(node)}`))
      .map((event) => {
        const message = `meta.inherits names '${event}', which no ancestor takes in its place; take it out`;
        return context.finding('stale-declaration', nodePath(node), message);
      }),
  );
}

function inheritedBy(node: StateNode): readonly string[] {
  return (node.meta as { inherits?: readonly string[] } | undefined)?.inherits ?? [];
}

function isBelow(node: StateNode, ancestor: StateNode): boolean {
  for (let above = node.parent; above !== undefined; above = above.parent) {
    if (above === ancestor) return true;
  }
  return false;
}
