import type { AnyStateMachine } from 'xstate';
import { own } from '../base/own.ts';
import { handledEvents, metaOf } from './alphabet.ts';
import { transitionsOf } from './finite.ts';
import { expandTemplate, indicesOf } from './label.ts';
import type { LintFinding } from './lint.ts';
import { nodePath, nodesOf, type StateNode } from './snapshot.ts';

/** The findings for which the config is enough. */
export function configFindings(machine: AnyStateMachine): LintFinding[] {
  return [
    ...duplicateIds(machine),
    ...duplicateLabels(machine),
    ...templateIndices(machine),
    ...nodesOf(machine.root).flatMap((node) => shadowed(machine, node)),
    ...raisedEvents(machine),
  ];
}

function duplicateIds(machine: AnyStateMachine): LintFinding[] {
  const first = new Map<string, StateNode>();
  return nodesOf(machine.root).flatMap((node) => {
    const earlier = first.get(node.id);
    if (earlier === undefined) {
      first.set(node.id, node);
      return [];
    }
    const message = `it has the id '${node.id}' of ${nodePath(earlier) || 'the root'}, and XState finds only the last; rename one`;
    return [{ rule: 'duplicate-id', machine: machine.id, state: nodePath(node), message } as const];
  });
}

function duplicateLabels(machine: AnyStateMachine): LintFinding[] {
  const { labels = [], index = {} } = metaOf(machine);
  const standsFor = new Map<string, string>();
  return labels.flatMap((label) => {
    const clash = expandTemplate(label, index).find((instance) => standsFor.has(instance));
    for (const instance of expandTemplate(label, index)) standsFor.set(instance, label);
    if (clash === undefined) return [];
    const message = `the label '${clash}' is declared twice, by meta.labels '${label}' and an earlier entry; take one away`;
    return [{ rule: 'duplicate-label', machine: machine.id, state: '', message } as const];
  });
}

function templateIndices(machine: AnyStateMachine): LintFinding[] {
  const { labels = [], index = {} } = metaOf(machine);
  const used = new Set(labels.flatMap(indicesOf));
  const finding = (message: string) =>
    ({ rule: 'template-index', machine: machine.id, state: '', message }) as const;
  const withoutRange = labels.flatMap((label) =>
    indicesOf(label)
      .filter((name) => !Object.hasOwn(index, name))
      .map((name) =>
        finding(
          `the index '${name}' of the label '${label}' has no range; give it one in meta.index`,
        ),
      ),
  );
  const unused = Object.keys(index)
    .filter((name) => !used.has(name))
    .map((name) =>
      finding(`meta.index gives '${name}' a range, and no label has it; take it away`),
    );
  return [...withoutRange, ...unused];
}

function shadowed(machine: AnyStateMachine, node: StateNode): LintFinding[] {
  const groups = [...node.transitions].concat([['always', node.always ?? []]]);
  return groups.flatMap(([event, candidates]) => {
    const certain = candidates.findIndex(({ guard }) => guard === undefined);
    if (certain < 0 || certain === candidates.length - 1) return [];
    const message = `candidate ${certain + 1} for '${event}' has no guard, so that the ${candidates.length - 1 - certain} after it are never tried; put it last`;
    return [{ rule: 'shadowed', machine: machine.id, state: nodePath(node), message } as const];
  });
}

/** Raised events that the config names; one that is computed, or XState's own, is not known here. */
function raisedEvents(machine: AnyStateMachine): LintFinding[] {
  const labels = metaOf(machine).labels ?? [];
  const handled = handledEvents(machine.root);
  return nodesOf(machine.root).flatMap((node) =>
    raisedBy(machine, node).flatMap((event): LintFinding[] => {
      const place = { machine: machine.id, state: nodePath(node) };
      if (labels.includes(event)) {
        const message = `it raises '${event}', which is a label: the step would be taken without those who share the label; raise an event of its own`;
        return [{ rule: 'raised-label', ...place, message }];
      }
      if (handled.includes(event)) return [];
      const message = `it raises '${event}', which no state handles; correct the name or take it away`;
      return [{ rule: 'unheard-raise', ...place, message }];
    }),
  );
}

function raisedBy(machine: AnyStateMachine, node: StateNode): string[] {
  const actions = [
    ...node.entry,
    ...node.exit,
    ...transitionsOf(node).flatMap((t) => [...t.actions]),
  ];
  const raised = actions.flatMap((action: unknown) => {
    const name = typeof action === 'string' ? action : (action as { type: string }).type;
    const resolved =
      typeof action === 'function' ? action : own(machine.implementations.actions, name);
    const { type, event } = (resolved ?? {}) as { type?: string; event?: { type?: string } };
    return type === 'xstate.raise' && typeof event?.type === 'string' ? [event.type] : [];
  });
  return [...new Set(raised)].filter((event) => !event.startsWith('xstate.'));
}
