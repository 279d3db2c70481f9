import type { StateSpace } from '../explore/explore.ts';
import { callOf, parseLabel } from '../lts/label.ts';
import { BEGIN } from '../system/call.ts';
import type { Product } from '../system/product.ts';
import type { Totality } from './property.ts';
import { runTo } from './threads.ts';
import { HOLDS, type Verdict } from './verdict.ts';

/** The outcomes of one call by one caller. */
interface Group {
  readonly call: string;
  readonly initiator: number;
  readonly blocks: boolean;
  /** Vectors of the outcomes that the callee decides. */
  readonly decided: number[];
  /** Parts that answer, and in which of their states they are there to do so. */
  readonly callees: { part: number; present: Uint8Array }[];
  /** In which states of the initiator it offers the call; absent for the environment. */
  readonly offered?: Uint8Array;
}

/**
 * Where a caller offers a call and the callee is there, exactly one outcome is enabled besides
 * those the environment chooses; none, only for a call that may block.
 */
export function checkTotality(space: StateSpace, property: Totality): Verdict {
  const groups = groupsOf(space.product, property.absentTag ?? 'absent');
  let tested = false;
  for (let state = 0; state < space.states; state++) {
    const local = space.stepper.local(space.table, state);
    for (const group of groups) {
      if (!isOffered(group, local)) continue;
      tested = true;
      const enabled = group.decided.filter((vector) => isEnabled(space.product, vector, local));
      if (enabled.length === 1 || (enabled.length === 0 && group.blocks)) continue;
      const answers = enabled.map((vector) => space.product.vectors[vector]!.label);
      const finding =
        answers.length === 0
          ? `${group.call} is offered and has no answer`
          : `${group.call} has more than one answer: ${answers.join(', ')}`;
      return {
        verdict: 'broken',
        counterexample: { property, space, run: runTo(space, state), finding },
      };
    }
  }
  if (tested) return HOLDS;
  return { verdict: 'vacuous', reason: 'no call is ever offered' };
}

function groupsOf(product: Product, absentTag: string): Group[] {
  const groups = new Map<string, Group>();
  product.vectors.forEach(({ label, initiator, participants }, vector) => {
    const call = product.calls.find(label);
    const outcome = parseLabel(label).outcome ?? '';
    if (call === undefined || (call.spans && outcome !== BEGIN)) return;
    const key = `${callOf(label)} of ${initiator}`;
    const group: Group = groups.get(key) ?? {
      call: callOf(label),
      initiator,
      // A caller from outside starts a call again only when the last one has returned.
      blocks: call.blocks !== undefined || (initiator < 0 && call.spans === true),
      decided: [],
      callees: participants
        .filter(({ part }) => part !== initiator && product.parts[part]!.roles.includes(call.callee))
        .map(({ part }) => ({
          part,
          present: Uint8Array.from(product.ltss[part]!.states, (s) =>
            s.tags.includes(absentTag) ? 0 : 1,
          ),
        })),
      ...(initiator >= 0 && { offered: new Uint8Array(product.ltss[initiator]!.states.length) }),
    };
    groups.set(key, group);
    participants
      .find(({ part }) => part === initiator)
      ?.next.forEach((to, state) => {
        if (to >= 0) group.offered![state] = 1;
      });
    if (!call.environment?.includes(outcome)) group.decided.push(vector);
  });
  return [...groups.values()];
}

function isOffered(group: Group, local: Int32Array): boolean {
  if (group.offered !== undefined && group.offered[local[group.initiator]!] === 0) return false;
  return group.callees.every(({ part, present }) => present[local[part]!] === 1);
}

function isEnabled(product: Product, vector: number, local: Int32Array): boolean {
  return product.vectors[vector]!.participants.every(({ part, next }) => next[local[part]!]! >= 0);
}
