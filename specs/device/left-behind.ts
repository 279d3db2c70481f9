import { compose, isIn, type Product, parseLabel, withoutVariant } from 'xstate-check';
import type {
  PciRegisterVariation,
  Register,
} from '../../machines/device/pci-register.resource.ts';
import { step } from '../questions/same-ways.ts';
import { REGISTERS, registersSystem } from './registers.system.ts';

/** What has become of a register: it was never cleared, it was and is as before, it is cleared. */
export type Fate = 'kept' | 'put back' | 'cleared';

/** What a call leaves of a device, of what the kernel believes of it, and of its buffer. */
export interface Left {
  readonly registers: Readonly<Record<Register, Fate>>;
  readonly power: string;
  readonly believed: string;
  readonly buffer: 'live' | 'revoked';
  /** The steps of the last call, but for those about its buffer. */
  readonly steps: readonly string[];
}

/** A call of the owner, or recovery of an error, by the name that the machines have for it. */
export type Way =
  | `write_pmcsr(${'D0' | 'D3hot'})`
  | `write_command(MEM=${0 | 1})`
  | 'flr'
  | 'af_flr'
  | 'device_reset'
  | 'recovery';

/**
 * What is left of a device when the last of some calls has returned, none of which fails. One that is
 * cleared by a call before the last and not by that is told as what it is: cleared.
 */
export function leftBehind(
  fromD3hot: PciRegisterVariation['fromD3hot'],
  before: readonly Way[],
  last: Way,
): Left {
  const errors = [...before, last].includes('recovery') ? 1 : 0;
  const device = new Device(compose(registersSystem({ importers: 0, errors }, '7.3', fromD3hot)));
  for (const way of before) device.call(way);
  const { cleared, steps } = device.call(last);
  const fateOf = (register: Register): Fate => {
    if (!device.has(register)) return 'cleared';
    return cleared.has(register) ? 'put back' : 'kept';
  };
  const [memory, bars, master] = REGISTERS.map(fateOf);
  return {
    registers: { memory: memory!, bars: bars!, master: master! },
    power: device.in('dev[0].memory', 'd3hot') ? 'D3hot' : 'D0',
    believed: BELIEVED.find(([state]) => device.in('dev[0]', state))![1],
    buffer: device.in('buf[0].revoked', 'set') ? 'revoked' : 'live',
    steps,
  };
}

const BELIEVED = [
  ['memory_on', 'D0, memory on'],
  ['memory_off', 'D0, memory off'],
  ['d3hot', 'D3hot, memory on'],
  ['d3hot_memory_off', 'D3hot, memory off'],
] as const;

/** A device that is used call by call. */
class Device {
  readonly #product: Product;
  #state: readonly number[];

  constructor(product: Product) {
    this.#product = product;
    this.#state = product.parts.map(() => 0);
  }

  /** One call from its beginning until its thread rests again, and the registers that were clear in it. */
  call(way: Way): { readonly cleared: ReadonlySet<Register>; readonly steps: readonly string[] } {
    const thread = way === 'recovery' ? 'aer' : 'owner[0]';
    const cleared = new Set(REGISTERS.filter((register) => !this.has(register)));
    const steps: string[] = [];
    let called = false;
    while (!called || !this.#rests(thread)) {
      const next = this.#next(way, thread, called);
      called ||= next.label.startsWith(`dev[0].${way}:begin@`);
      this.#state = next.to;
      if (next.label.startsWith('dev')) steps.push(withoutVariant(next.label).replace(/@.*$/, ''));
      for (const register of REGISTERS) if (!this.has(register)) cleared.add(register);
    }
    return { cleared, steps };
  }

  has(register: Register): boolean {
    return this.#local(`dev[0].${register}`).context.device === true;
  }

  in(part: string, name: string): boolean {
    return isIn(this.#local(part), name);
  }

  #local(part: string) {
    const at = this.#product.parts.findIndex(({ name }) => name === part);
    return this.#product.ltss[at]!.states[this.#state[at]!]!;
  }

  #rests(thread: string): boolean {
    return this.#product.parts.every(
      ({ thread: own }, at) =>
        own !== thread || isIn(this.#product.ltss[at]!.states[this.#state[at]!]!, '#quiescent'),
    );
  }

  /** The one step that the call takes where nothing fails. */
  #next(way: Way, thread: string, called: boolean): { label: string; to: readonly number[] } {
    const steps = this.#product.vectors.flatMap(({ label, participants }) => {
      if (!label.endsWith(`@${thread}`) || fails(label)) return [];
      const begins = this.#product.calls.find(label)?.caller === 'user' && /:begin@/.test(label);
      if (begins && (called || !label.startsWith(`dev[0].${way}:begin@`))) return [];
      // A call that is not drawn ends where it began.
      if (!called && label.startsWith('dev[0].pm_runtime_put')) return [];
      const to = step(participants, this.#state);
      return to === undefined ? [] : [{ label, to }];
    });
    if (steps.length !== 1) {
      throw new Error(`${way}: ${steps.map(({ label }) => label).join(' or ') || 'no step'}`);
    }
    return steps[0]!;
  }
}

/** Hardware and locks that answer otherwise than they should. */
function fails(label: string): boolean {
  const outcome = parseLabel(label).outcome ?? '';
  return outcome === 'failed' || outcome.startsWith('-') || label.includes('reset_works:false');
}
