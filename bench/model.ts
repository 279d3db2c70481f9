import { type AnyStateMachine, setup } from 'xstate';
import type { Part, System } from 'xstate-check';

/**
 * The benchmark model, the same one that was measured with SPIN, Rumur and xstate/graph: `devices`
 * devices, each with one dma-buf that may be mapped, and one lock (the dev_set's) for all of them.
 *
 * - A device takes user calls while it is idle: EXPORT makes a buffer, MAP and UNMAP map it, CLOSE
 *   takes an unmapped buffer away.
 * - RESET makes an idle device wait for the lock; LOCK takes it. The holder must REVOKE a live
 *   buffer, mapped or not, before FLR resets the device; revoking unmaps. DONE ends the reset and
 *   makes a revoked buffer live again; UNLOCK frees the lock.
 *
 * A device without the lock is in one of 6 states and the holder in one of 8, so there are
 * `6^N + 8N·6^(N-1)` states. Of the 18 transitions of one device 7 are its own and without the
 * lock, 3 are LOCK and 8 belong to the holder: `18N·6^(N-1) + 7·8·N(N-1)·6^(N-2)` transitions.
 */
export function benchmarkSystem(devices: number): System {
  const indices = Array.from({ length: devices }, (_, index) => index);
  const one = (index: number): Part[] => [
    part(`device[${index}]`, DEVICE, (label) => [`${label}[${index}]`]),
    part(`buffer[${index}]`, BUFFER, (label) => [`${label}[${index}]`]),
    part(`mapping[${index}]`, MAPPING, (label) => [`${label}[${index}]`]),
  ];
  const lock = part('lock', LOCK, (label) => indices.map((index) => `${label}[${index}]`));
  return {
    name: 'benchmark',
    revision: 'none',
    scope: { devices },
    parts: [...indices.flatMap(one), lock],
    calls: [],
    environment: [],
    properties: [],
  };
}

export function statesOf(devices: number): number {
  return 6 ** devices + 8 * devices * 6 ** (devices - 1);
}

export function transitionsOf(devices: number): number {
  const pairs = devices * (devices - 1);
  return 18 * devices * 6 ** (devices - 1) + 56 * pairs * 6 ** (devices - 2);
}

function part(name: string, machine: AnyStateMachine, rename: Part['rename']): Part {
  return { name, machine, kind: 'contract', roles: [], rename, renameCommit: (label) => label };
}

const DEVICE = setup({}).createMachine({
  id: 'device',
  initial: 'idle',
  states: {
    idle: { on: { EXPORT: 'idle', CLOSE: 'idle', MAP: 'idle', UNMAP: 'idle', RESET: 'waiting' } },
    waiting: { on: { LOCK: 'holding' } },
    holding: { on: { REVOKE: 'holding', FLR: 'resetting' } },
    resetting: { on: { DONE: 'restored' } },
    restored: { on: { UNLOCK: 'idle' } },
  },
});

const BUFFER = setup({}).createMachine({
  id: 'buffer',
  initial: 'none',
  states: {
    none: { on: { EXPORT: 'live', FLR: 'none', DONE: 'none' } },
    live: { on: { CLOSE: 'none', MAP: 'live', REVOKE: 'revoked' } },
    revoked: { on: { FLR: 'revoked', DONE: 'live' } },
  },
});

const MAPPING = setup({}).createMachine({
  id: 'mapping',
  initial: 'unmapped',
  states: {
    unmapped: { on: { MAP: 'mapped', CLOSE: 'unmapped', REVOKE: 'unmapped' } },
    mapped: { on: { UNMAP: 'unmapped', REVOKE: 'unmapped' } },
  },
});

const LOCK = setup({}).createMachine({
  id: 'lock',
  initial: 'free',
  states: { free: { on: { LOCK: 'held' } }, held: { on: { UNLOCK: 'free' } } },
});
