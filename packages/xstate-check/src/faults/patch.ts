import type { AnyStateMachine } from 'xstate';
import { InputError } from '../base/errors.ts';
import { own } from '../base/own.ts';

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
 * @throws InputError when a step or a target does not exist, or a patch changes nothing
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
  try {
    return new Machine(config, machine.implementations);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
    throw new InputError(`machine '${machine.id}', patched, is none: ${reason}`);
  }
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
    case 'skip': {
      const given = Object.keys(node.on!);
      node.always = [...listOf(node.always), ...candidates.map(({ meta, ...rest }) => rest)];
      delete node.on;
      for (const event of given) declareUnused(root, event);
      return;
    }
    case 'drop_guard':
      node.on![patch.step.event] = candidates.map(({ guard, ...rest }) => rest);
      return;
    case 'swap': {
      const other = nodeOf(machine, root, patch.with);
      const others = candidatesOf(machine, other, patch.with);
      const isTaken = node !== other && (node.on![patch.with.event] ?? other.on![patch.step.event]);
      if (isTaken !== undefined && isTaken !== false) throw notSwappable(machine, patch);
      delete node.on![patch.step.event];
      delete other.on![patch.with.event];
      node.on![patch.with.event] = candidates.map((c, i) => withMeta(c, others[i] ?? others[0]!));
      other.on![patch.step.event] = others.map((c, i) =>
        withMeta(c, candidates[i] ?? candidates[0]!),
      );
    }
  }
}

function notSwappable(
  machine: string,
  { step, with: other }: Patch & { kind: 'swap' },
): InputError {
  return new InputError(
    `machine '${machine}': '${step.event}' in '${step.node}' and '${other.event}' in ` +
      `'${other.node}' cannot change places, because one of the states answers both`,
  );
}

/** What a step decides goes where the step goes; where it leads stays. */
function withMeta(place: Candidate, step: Candidate): Candidate {
  const { meta, ...rest } = place;
  return step.meta === undefined ? rest : { ...rest, meta: step.meta };
}

/** The node of a step; the root's path is empty. */
function nodeOf(machine: string, root: Config, step: Step): Config {
  if (step.node === '') return root;
  const node = step.node
    .split('.')
    .reduce<Config | undefined>((at, key) => own(at?.states, key), root);
  if (node !== undefined) return node;
  throw new InputError(`machine '${machine}' has no state '${step.node}' to patch`);
}

function candidatesOf(machine: string, node: Config, step: Step): Candidate[] {
  const transition = node.on?.[step.event];
  if (transition === undefined) {
    throw new InputError(
      `machine '${machine}', state '${step.node}', has no step '${step.event}' to patch`,
    );
  }
  return listOf(transition);
}

/** The candidates of a transition, however it is written. */
function listOf(transition: unknown): Candidate[] {
  if (transition === undefined) return [];
  const list = Array.isArray(transition) ? transition : [transition];
  return list.map((item) => (typeof item === 'string' ? { target: item } : (item as Candidate)));
}

/** A label that a skipped step was the last to use stays in the alphabet. */
function declareUnused(root: Config, event: string): void {
  const uses = (config: Config): boolean =>
    config.on?.[event] !== undefined || Object.values(config.states ?? {}).some(uses);
  if (uses(root)) return;
  const declared = (root.meta?.unused as string[] | undefined) ?? [];
  root.meta = { ...root.meta, unused: [...declared, event] };
}

/** Copies plain objects and arrays; functions and instances are shared. */
function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (value === null || typeof value !== 'object') return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, clone(member)]));
}

/** The configuration as text; a function by its source, which no patch edits. */
function fingerprint(config: Config): string {
  return JSON.stringify(expand(config), (_, value: unknown) =>
    typeof value === 'function' ? String(value) : value,
  );
}

/** Writes `on: { e: 'target' }` as `on: { e: [{ target }] }` everywhere, so that like compares with like. */
function expand(config: Config): unknown {
  const on = Object.entries(config.on ?? {}).map(([event, t]) => [event, listOf(t)] as const);
  const states = Object.entries(config.states ?? {}).map(
    ([key, child]) => [key, expand(child)] as const,
  );
  return {
    ...config,
    on: Object.fromEntries([...on].sort(([a], [b]) => (a < b ? -1 : 1))),
    states: Object.fromEntries(states),
  };
}
