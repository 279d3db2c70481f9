import { type AnyMachineSnapshot, assign, setup } from 'xstate';
import { getAdjacencyMap } from 'xstate/graph';

/*
 * The benchmark model of model.ts as xstate/graph can take it: ONE flat machine over the whole
 * product. It has a single state node; all devices, their buffers and mappings and the lock are in
 * its context. There is one event type per operation, which carries the index of the device; one
 * transition per event type, guarded by the rule and with one `assign`.
 *
 * This is the form that favours xstate/graph: with nested or parallel states each step costs more.
 * The events are offered in two ways: all of them in all states, as one passes a list of events, or
 * only those that are enabled in a state (a function of the context, not `snapshot.can`), which is
 * several times as fast and which its user has to write. The default serialisation is kept.
 */

type Phase = 'idle' | 'waiting' | 'holding' | 'resetting' | 'restored';

interface Device {
  readonly phase: Phase;
  readonly buffer: 'none' | 'live' | 'revoked';
  readonly mapped: boolean;
}

interface Context {
  readonly devices: readonly Device[];
  readonly held: boolean;
}

interface DeviceEvent {
  readonly type: keyof typeof RULES;
  readonly device: number;
}

interface Rule {
  readonly allows: (device: Device, held: boolean) => boolean;
  readonly changes: Partial<Device>;
  readonly held?: boolean;
}

const RULES = {
  EXPORT: {
    allows: ({ phase, buffer }) => phase === 'idle' && buffer === 'none',
    changes: { buffer: 'live' },
  },
  CLOSE: {
    allows: ({ phase, buffer, mapped }) => phase === 'idle' && buffer === 'live' && !mapped,
    changes: { buffer: 'none' },
  },
  MAP: {
    allows: ({ phase, buffer, mapped }) => phase === 'idle' && buffer === 'live' && !mapped,
    changes: { mapped: true },
  },
  UNMAP: {
    allows: ({ phase, mapped }) => phase === 'idle' && mapped,
    changes: { mapped: false },
  },
  RESET: { allows: ({ phase }) => phase === 'idle', changes: { phase: 'waiting' } },
  LOCK: {
    allows: ({ phase }, held) => phase === 'waiting' && !held,
    changes: { phase: 'holding' },
    held: true,
  },
  REVOKE: {
    allows: ({ phase, buffer }) => phase === 'holding' && buffer === 'live',
    changes: { buffer: 'revoked', mapped: false },
  },
  FLR: {
    allows: ({ phase, buffer }) => phase === 'holding' && buffer !== 'live',
    changes: { phase: 'resetting' },
  },
  DONE: { allows: ({ phase }) => phase === 'resetting', changes: { phase: 'restored' } },
  UNLOCK: {
    allows: ({ phase }) => phase === 'restored',
    changes: { phase: 'idle' },
    held: false,
  },
} as const satisfies Record<string, Rule>;

const EVENT_TYPES = Object.keys(RULES) as (keyof typeof RULES)[];

function isAllowed(context: Context, event: DeviceEvent): boolean {
  return RULES[event.type].allows(context.devices[event.device]!, context.held);
}

function after(context: Context, event: DeviceEvent): Context {
  const rule: Rule = RULES[event.type];
  const changed = (device: Device): Device => ({
    ...device,
    ...rule.changes,
    // DONE gives a revoked buffer back; no other rule depends on what was there.
    ...(event.type === 'DONE' && device.buffer === 'revoked' && { buffer: 'live' as const }),
  });
  return {
    devices: context.devices.map((device, i) => (i === event.device ? changed(device) : device)),
    held: rule.held ?? context.held,
  };
}

function flatMachine(devices: number) {
  const first: Device = { phase: 'idle', buffer: 'none', mapped: false };
  const types = { context: {} as Context, events: {} as DeviceEvent };
  return setup({
    types,
    guards: { isAllowed: ({ context, event }) => isAllowed(context, event) },
    actions: { change: assign(({ context, event }) => after(context, event)) },
  }).createMachine({
    id: 'flat',
    context: { devices: Array.from({ length: devices }, () => first), held: false },
    initial: 'running',
    states: {
      running: {
        on: Object.fromEntries(
          EVENT_TYPES.map((type) => [type, { guard: 'isAllowed', actions: 'change' }] as const),
        ),
      },
    },
  });
}

/** Explores the model with xstate/graph. */
export function exploreWithXstateGraph(
  devices: number,
  offered: 'all' | 'enabled',
): { states: number; transitions: number } {
  const all = Array.from({ length: devices }, (_, device) => device).flatMap((device) =>
    EVENT_TYPES.map((type): DeviceEvent => ({ type, device })),
  );
  const enabled = ({ context }: AnyMachineSnapshot) =>
    all.filter((event) => isAllowed(context as Context, event));
  const events = offered === 'all' ? all : enabled;
  const map = getAdjacencyMap(flatMachine(devices), { events });
  const nodes = Object.values(map);
  // What is not enabled leads from a state to itself, and nothing of the model does.
  const changes = nodes.map(
    ({ state, transitions }) =>
      Object.values<{ state: unknown }>(transitions).filter((to) => to.state !== state).length,
  );
  return { states: nodes.length, transitions: changes.reduce((sum, count) => sum + count, 0) };
}
