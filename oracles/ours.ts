import { check, type System, type SystemResult } from 'xstate-check';
import { holds, type Model } from 'xstate-check/engine';
import type { Findings } from './findings.ts';

/** What our checker says of a system, and in how many states each safety property is broken. */
export function ours(model: Model, result = check(model.system)): Findings {
  const { states, transitions } = result;
  const broken = new Set<string>();
  for (const { property, verdict } of result.properties) {
    if (isSafety(property.kind) && verdict === 'broken') broken.add(property.id);
  }
  const byId = violationsOf(model, result);
  for (const [id, count] of byId) {
    if (count > 0 === broken.has(id)) continue;
    throw new Error(`${model.system.name}: ${count} states break ${id}, and the verdict differs`);
  }
  return { states, transitions, broken, violations: [...byId.values()].reduce((a, b) => a + b, 0) };
}

const SAFETY = ['invariant', 'monitor', 'totality', 'deadlock'];
const isSafety = (kind: string): boolean => SAFETY.includes(kind);

function violationsOf(model: Model, { space }: SystemResult): Map<string, number> {
  const byId = new Map(model.safety.map(({ id }) => [id, 0]));
  const count = (id: string) => byId.set(id, (byId.get(id) ?? 0) + 1);
  for (let state = 0; state < space.states; state++) {
    const local = space.stepper.local(space.table, state);
    for (const property of model.safety) if (!holds(property.holds, local)) count(property.id);
  }
  if (model.deadlock === undefined) return byId;
  byId.set(model.deadlock.id, 0);
  for (const state of space.stuck) {
    const local = space.stepper.local(space.table, state);
    if (!holds(model.nobodyStuck, local)) count(model.deadlock.id);
  }
  return byId;
}

/** The system with locks that are handed to anybody: what is left is weak fairness. */
export function withUnfairLocks(system: System): System {
  return {
    ...system,
    calls: system.calls.map((call) =>
      call.blocks === 'lock' ? { ...call, blocks: 'wait' as const } : call,
    ),
  };
}

/** Whether our checker says that each leads-to property is broken. */
export function brokenLeadsTo(system: System): Map<string, boolean> {
  const properties = system.properties.filter(({ kind }) => kind === 'leads-to');
  const result = check({ ...system, properties });
  return new Map(
    result.properties.map(({ property, verdict }) => [property.id, verdict === 'broken']),
  );
}
