import type { SystemFamily } from 'xstate-check';
import type { RegionKind } from '../../machines/uses/memory-region.contract.ts';
import { one, Runs } from './runs.ts';
import { spdkFamilies } from './spdk.system.ts';

export const KINDS: readonly RegionKind[] = ['revocable', 'odp', 'pinned'];

const FAMILIES: Readonly<Record<RegionKind, string>> = {
  revocable: 'spdk',
  odp: 'spdk-odp',
  pinned: 'spdk-pinned',
};

/** What a region is when a call has returned, and what a peer is told that writes to it. */
export interface AfterCall {
  readonly mapped: readonly boolean[];
  readonly writes: readonly string[];
}

/** What becomes of CMB and doorbells, for regions of a kind. */
export class RegionAnswers {
  readonly #runs: Runs;

  constructor(kind: RegionKind) {
    const family = spdkFamilies.find(({ name }) => name === FAMILIES[kind]) as SystemFamily;
    this.#runs = new Runs(family.build({ scope: { others: 1 }, revision: '7.3' }));
  }

  /** How the registration of the first region ends. */
  get registers(): string {
    const begun = this.#runs.steps(0).find(({ label }) => label === 'target.start:begin')!.to;
    return one(this.#runs.answersOf(begun, 'mr[0].register'));
  }

  /** Both regions while the target serves. */
  get serving(): AfterCall {
    return this.#seen(this.#served());
  }

  /** After memory of the controller was off and on again, by whoever. */
  get afterToggle(): AfterCall {
    const off = this.#only(this.#runs.after(this.#served(), 'dev[0].write_command(MEM=0)', 'ok'));
    return this.#seen(this.#only(this.#runs.after(off, 'dev[0].write_command(MEM=1)', 'ok')));
  }

  /** While memory of the controller is off. */
  get whileOff(): AfterCall {
    return this.#seen(
      this.#only(this.#runs.after(this.#served(), 'dev[0].write_command(MEM=0)', 'ok')),
    );
  }

  /** After the target has reset its controller, and done what it does after that. */
  get afterReset(): AfterCall {
    return this.#seen(this.#only(this.#runs.after(this.#served(), 'target.reset', 'ok')));
  }

  #served(): number {
    return this.#only(this.#runs.after(0, 'target.start', 'ok'));
  }

  /** Where a call has come to its end there is one state, but for what monitors remember. */
  #only(states: readonly number[]): number {
    one(states.map((state) => this.#seen(state)));
    return states[0]!;
  }

  #seen(state: number): AfterCall {
    const both = <T>(of: (n: number) => T) => [0, 1].map(of);
    return {
      mapped: both((n) => this.#runs.is(state, `att[${n}]`, 'mapped', 'unmapping')),
      writes: both((n) => one(this.#runs.answersOf(state, `mr[${n}].write`))),
    };
  }
}
