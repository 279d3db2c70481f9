import { compose, InputError, isIn } from 'xstate-check';
import { Monitor } from 'xstate-check/traces';
import { beginnings } from './beginnings.ts';
import { isHidden } from './hidden.ts';
import type { Identities } from './identify.ts';
import { apart, type TraceScope, traceSystem } from './trace.system.ts';

/** Devices up to which every set of them may be reset where the trace does not say which. */
const MOST_UNKNOWN_SETS = 6;
/** Buffers of one device that there is room for in the beginning; more are made as needed. */
const FEW_BUFFERS = 2;
/** Buffers of one device that are followed at the same time. */
const MOST_BUFFERS = 128;

/** The system that judges a trace, and which of its states fit so far. */
export class Followed {
  #scope: TraceScope;
  #partOf: ReadonlyMap<string, number>;
  readonly monitor: Monitor;

  constructor(ids: Identities) {
    const devices = ids.devices.length;
    this.#scope = {
      devices,
      buffers: FEW_BUFFERS,
      tasks: ids.mostTasks,
      resetSets: ids.resetSets ?? subsets(devices),
    };
    const product = compose(traceSystem(this.#scope));
    this.monitor = new Monitor(product, {
      initial: beginnings(product, ids.openedFirst),
      isHidden: (label) => isHidden(label, ids.isSeen),
      renewed: 'absent',
      apart,
    });
    this.#partOf = byName(this.monitor);
  }

  get scope(): TraceScope {
    return this.#scope;
  }

  part(name: string): number {
    return this.#partOf.get(name)!;
  }

  /** The names of the parts that belong to a task. */
  partsOf(task: string): string[] {
    return [...this.#partOf.keys()].filter((name) => name.endsWith(`@${task}`));
  }

  locals(name: string): number[] {
    return this.monitor.locals(this.part(name));
  }

  /** Whether the part is in this state node in some state that fits. */
  mayBeIn(name: string, node: string): boolean {
    const { states } = this.#lts(name);
    return this.locals(name).some((local) => isIn(states[local]!, node));
  }

  /** For each local state of a part that fits its innermost node. */
  innermost(name: string): string[] {
    const { states } = this.#lts(name);
    return this.locals(name).map((local) => states[local]!.nodes.at(-1)!);
  }

  /** The same for each local state that hidden steps reach. */
  reachable(name: string): string[] {
    const { states } = this.#lts(name);
    return this.monitor.reachable(this.part(name)).map((local) => states[local]!.nodes.at(-1)!);
  }

  /** For each local state that hidden steps reach, whether the part may rest there. */
  rests(name: string): boolean[] {
    const { states } = this.#lts(name);
    return this.monitor
      .reachable(this.part(name))
      .map((local) => states[local]!.tags.includes('quiescent'));
  }

  /** Makes room for more buffers. @returns whether there is any */
  grow(): boolean {
    if (this.#scope.buffers >= MOST_BUFFERS) return false;
    this.#scope = { ...this.#scope, buffers: 2 * this.#scope.buffers };
    this.monitor.grow(compose(traceSystem(this.#scope)));
    this.#partOf = byName(this.monitor);
    return true;
  }

  #lts(name: string) {
    return this.monitor.product.ltss[this.part(name)]!;
  }
}

function byName({ product }: Monitor): ReadonlyMap<string, number> {
  return new Map(product.parts.map(({ name }, part) => [name, part]));
}

/** All sets of devices, where the trace does not tell which were reset. */
function subsets(devices: number): number[][] {
  if (devices > MOST_UNKNOWN_SETS) {
    throw new InputError(
      `the trace has hot resets of ${devices} devices and does not show which it locks: record a ` +
        'probe of down_write_trylock with its argument',
    );
  }
  const all = Array.from({ length: devices }, (_, d) => d);
  return Array.from({ length: 2 ** devices - 1 }, (_, n) => all.filter((d) => ((n + 1) >> d) & 1));
}
