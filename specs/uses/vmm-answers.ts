import { check, type System } from 'xstate-check';
import { type Layout, type Overlay, PAGES } from '../../machines/uses/vmm-sections.ts';
import { range } from '../shared/contract.ts';
import { afterChanges } from '../written-anew.ts';
import { one, Runs } from './runs.ts';
import { vmmFamily } from './vmm.system.ts';
import { vmmAddressFamily } from './vmm-addresses.system.ts';

/** What happens to a device whose BARs its guest has enabled and the VMM has mapped. */
export const EVENTS = [
  'guest.mem_off',
  'guest.reset',
  'guest.sleep',
  'vmm.reset',
  'bus.hot_reset',
  'vmm.unplug',
] as const;

export type Event = (typeof EVENTS)[number];

/** What gives the BARs back after an event, where the guest has to ask for that. */
const BACK: Readonly<Partial<Record<Event, string>>> = {
  'guest.mem_off': 'guest.mem_on',
  'guest.sleep': 'guest.wake',
  'vmm.reset': 'guest.mem_on',
};

/** What a region is when an event has come to its end, and when the guest has its BARs again. */
export interface AfterEvent {
  /** `dead`: it has its IOVAs still and leads nowhere. */
  readonly region: 'mapped' | 'dead' | 'none';
  /** The same when the BARs are given back, where that takes a call more. */
  readonly again: 'mapped' | 'dead' | 'none' | undefined;
  readonly fd: 'open' | 'closed';
}

/** What becomes of a region of a VMM by what happens, by its design. */
export class VmmAnswers {
  readonly #runs: Runs;
  readonly #enabled: number;

  constructor(revision: string) {
    const scope = { regions: 1, d3hot: 1, low_power: 0, others: 1 };
    this.#runs = new Runs(vmmFamily.build({ scope, revision }));
    this.#enabled = this.#after(0, 'guest.mem_on');
  }

  after(event: Event): AfterEvent {
    const state = this.#after(this.#enabled, event);
    const back = BACK[event];
    return {
      region: this.#region(state),
      again: back === undefined ? undefined : this.#region(this.#after(state, back)),
      fd: this.#runs.is(state, 'fd[0]', 'open') ? 'open' : 'closed',
    };
  }

  #after(from: number, call: string): number {
    const states = this.#runs.after(from, call, 'ok', ['dev[0].close:begin']);
    one(states.map((state) => this.#region(state)));
    return states[0]!;
  }

  #region(state: number): AfterEvent['region'] {
    const is = (name: string) => this.#runs.is(state, 'att[0]', name);
    return is('mapped') ? 'mapped' : is('dead') ? 'dead' : 'none';
  }
}

/** To which page of the device a peer gets from each page of the BAR, and what MAP_FILE has refused. */
export interface Reached {
  readonly pages: readonly (number | 'fault')[];
  readonly refused: readonly string[];
}

/** What of a BAR a peer reaches, by the design of its VMM. */
export class AddressAnswers {
  readonly #runs: Runs;

  constructor(revision: string) {
    this.#runs = new Runs(vmmAddressFamily.build({ scope: { overlays: 1 }, revision }));
  }

  reached(layout: Layout, overlay: Overlay): Reached {
    const chosen = [`bar.areas:${layout}`, `bar.overlay:${overlay}`];
    const isWay = (label: string) =>
      !label.startsWith('ioas.read') && (!label.startsWith('bar.') || chosen.includes(label));
    const refused: string[] = [];
    let state = 0;
    for (;;) {
      const next = this.#runs.steps(state).filter(({ label }) => isWay(label));
      if (next.length === 0) return { pages: this.#pages(state), refused };
      if (next.length > 1) throw new Error(`two ways on: ${next.map(({ label }) => label)}`);
      const [{ label, to }] = next as [(typeof next)[number]];
      const errno = /map_file.*:(-\w+)$/.exec(label)?.[1];
      if (errno !== undefined) refused.push(errno);
      state = to;
    }
  }

  #pages(state: number): (number | 'fault')[] {
    const reads = this.#runs.steps(state).map(({ label }) => label);
    return range(PAGES).map((page) => {
      const of = `ioas.read(${page}):`;
      const answer = one(reads.filter((label) => label.startsWith(of))).slice(of.length);
      return answer === 'fault' ? 'fault' : Number(answer.slice('page_'.length));
    });
  }
}

const each = (labels: readonly string[], again: string, then: string) => ({
  on: Object.fromEntries(
    labels.map((label) => [
      label,
      [
        { guard: 'more', target: again, actions: 'next' },
        { target: then, actions: 'fromFirst' },
      ],
    ]),
  ),
});

/** What an unplug does: it unmaps the regions, closes their fds, closes the device. */
export const UNPLUGS = ['unmap', 'release', 'close'] as const;

export type Unplugs = readonly (typeof UNPLUGS)[number][];

/** A VMM with two regions that unplugs its device in this order. */
function unpluggingInOrder(order: Unplugs): System {
  const scope = { regions: 2, d3hot: 0, low_power: 0, others: 0 };
  const system = vmmFamily.build({ scope, revision: 'vmm-remaps' });
  const then = (name: Unplugs[number]) => order[order.indexOf(name) + 1] ?? 'return';
  const states = {
    unmap: each(['att[i].ioas_unmap:ok', 'att[i].ioas_unmap:-ENOENT'], 'unmap', then('unmap')),
    release: each(['fd[i].close'], 'release', then('release')),
    close: { on: { 'dev[0].close:begin': 'closing' } },
    closing: { on: { 'dev[0].close:ok': then('close') } },
    return: { on: { 'vmm.unplug:ok': '#gone' } },
  };
  const changes = {
    states: { 'vmm.unplugging': { initial: order[0]!, states } },
    patches: {
      vmm: [
        {
          kind: 'retarget' as const,
          step: { node: 'off', event: 'vmm.unplug:begin' },
          target: 'unplugging',
        },
      ],
    },
  };
  const parts = system.parts.map((part) =>
    part.name === 'vmm' ? { ...part, machine: afterChanges(part.machine, [changes]) } : part,
  );
  return { ...system, parts };
}

/** The rules that an unplug in this order breaks. */
export function brokenByUnplug(order: Unplugs): string[] {
  const { properties } = check(unpluggingInOrder(order));
  return properties.filter(({ verdict }) => verdict !== 'holds').map(({ property }) => property.id);
}

/** Every order of its three steps. */
export const unplugOrders: readonly Unplugs[] = UNPLUGS.flatMap((first) =>
  UNPLUGS.filter((name) => name !== first).map((second): Unplugs => {
    const third = UNPLUGS.find((name) => name !== first && name !== second)!;
    return [first, second, third];
  }),
);
