import type { AnyStateMachine } from 'xstate';
import { InputError } from '../errors.ts';

/**
 * A small change to a machine, by which one known defect is put in:
 * - `retarget`: the step leads elsewhere;
 * - `skip`: the step is left out, the machine goes on as if it had been taken;
 * - `swap`: two steps change places;
 * - `drop_guard`: the step is taken whatever its guard says.
 *
 * A step is named by the dotted path of its state node and its event.
 */
export type Patch =
  | { readonly kind: 'retarget'; readonly step: Step; readonly target: string }
  | { readonly kind: 'skip'; readonly step: Step }
  | { readonly kind: 'swap'; readonly step: Step; readonly with: Step }
  | { readonly kind: 'drop_guard'; readonly step: Step };

export interface Step {
  readonly node: string;
  readonly event: string;
}

/**
 * The machine with the patches applied, one after the other.
 *
 * @throws InputError when a step does not exist, or a patch changes nothing
 */
export function patched(machine: AnyStateMachine, patches: readonly Patch[]): AnyStateMachine {
  const config = clone(machine.config) as Config;
  for (const patch of patches) {
    const before = fingerprint(config);
    apply(machine.id, config, patch);
    if (fingerprint(config) === before) {
      throw new InputError(
        `the patch '${patch.kind}' of '${patch.step.event}' in '${machine.id}.${patch.step.node}' changes nothing`,
      );
    }
  }
  const Machine = machine.constructor as new (c: unknown, i: unknown) => AnyStateMachine;
  return new Machine(config, machine.implementations);
}

interface Config {
  states?: Record<string, Config>;
  on?: Record<string, unknown>;
  always?: unknown;
  meta?: Record<string, unknown>;
}

interface Candidate {
  target?: string;
  guard?: unknown;
  actions?: unknown;
  meta?: unknown;
}

function apply(machine: string, root: Config, patch: Patch): void {
  const node = nodeOf(machine, root, patch.step);
  const candidates = candidatesOf(machine, node, patch.step);
  switch (patch.kind) {
    case 'retarget':
      node.on![patch.step.event] = candidates.map((c) => ({ ...c, target: patch.target }));
      return;
    case 'skip':
      node.always = candidates.map(({ meta, ...rest }) => rest);
      delete node.on;
      declareUnused(root, patch.step.event);
      return;
    case 'drop_guard':
      node.on![patch.step.event] = candidates.map(({ guard, ...rest }) => rest);
      return;
    case 'swap': {
      const other = nodeOf(machine, root, patch.with);
      const others = candidatesOf(machine, other, patch.with);
      delete node.on![patch.step.event];
      delete other.on![patch.with.event];
      node.on![patch.with.event] = candidates.map((c, i) => withMeta(c, others[i] ?? others[0]!));
      other.on![patch.step.event] = others.map((c, i) => withMeta(c, candidates[i] ?? candidates[0]!));
    }
  }
}

/** What a step decides goes where the step goes; where it leads stays. */
function withMeta(place: Candidate, step: Candidate): Candidate {
  const { meta, ...rest } = place;
  return step.meta === undefined ? rest : { ...rest, meta: step.meta };
}

function nodeOf(machine: string, root: Config, step: Step): Config {
  const node = step.node
    .split('.')
    .reduce<Config | undefined>((at, key) => at?.states?.[key], root);
  if (node !== undefined) return node;
  throw new InputError(`machine '${machine}' has no state '${step.node}' to patch`);
}

function candidatesOf(machine: string, node: Config, step: Step): Candidate[] {
  const transition = node.on?.[step.event];
  if (transition === undefined) {
    throw new InputError(`machine '${machine}', state '${step.node}', has no step '${step.event}' to patch`);
  }
  const list = Array.isArray(transition) ? transition : [transition];
  return list.map((item) => (typeof item === 'string' ? { target: item } : (item as Candidate)));
}

/** A label that a skipped step was the last to use stays in the alphabet. */
function declareUnused(root: Config, event: string): void {
  const uses = (config: Config): boolean =>
    config.on?.[event] !== undefined || Object.values(config.states ?? {}).some(uses);
  if (uses(root)) return;
  const meta = (root.meta ??= {});
  meta.unused = [...((meta.unused as string[] | undefined) ?? []), event];
}

/** Copies plain objects and arrays; functions and instances are shared. */
function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (value === null || typeof value !== 'object') return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, clone(member)]));
}

/** The configuration as text; functions by identity of their source, which patches never edit. */
function fingerprint(config: Config): string {
  const normal = (key: string, value: unknown) => {
    if (typeof value === 'function') return String(value);
    if (key === 'target' || typeof value !== 'string') return value;
    return value;
  };
  return JSON.stringify(expand(config), normal);
}

/** Writes `on: { e: 'target' }` as `on: { e: [{ target }] }` everywhere, so that like compares with like. */
function expand(config: Config): unknown {
  const on = Object.fromEntries(
    Object.entries(config.on ?? {}).map(([event, transition]) => {
      const list = Array.isArray(transition) ? transition : [transition];
      return [event, list.map((item) => (typeof item === 'string' ? { target: item } : item))];
    }),
  );
  const states = Object.fromEntries(
    Object.entries(config.states ?? {}).map(([key, child]) => [key, expand(child)]),
  );
  return { ...config, on, states };
}
