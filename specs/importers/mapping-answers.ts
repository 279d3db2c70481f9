import {
  compose,
  explore,
  isIn,
  parseLabel,
  partNamed,
  type StateSpace,
  withoutVariant,
} from 'xstate-check';
import { type Graph, graphOf } from 'xstate-check/engine';
import type { ImporterSpec } from '../shared/contract.ts';
import { mappingSystem } from './mapping.system.ts';

/** One call of the owner, or of the process that resets the bus, with how it goes. */
export interface OwnerCall {
  /** Its label without `:begin`: `dev[0].close`. */
  readonly call: string;
  readonly outcome: string;
  /** The one step of a hot reset that fails. */
  readonly fails?: string;
}

/** What an importer finds when a call of the owner has returned. */
export interface Answer {
  readonly call: OwnerCall;
  /** The step by which the mapping went, `undefined` where it is still there. */
  readonly goneBy: string | undefined;
  /** What a new attachment that maps is told. */
  readonly mapAnew: string;
  /** The importer's own steps to its next mapping; `undefined` where there are none now. */
  readonly mapAgain: readonly string[] | undefined;
  /** The calls of which each alone makes map answer 0; empty where it does so already. */
  readonly mapsAfter: readonly { readonly call: OwnerCall; readonly suspends: boolean }[];
  /** Whether there is any way back to a mapping of this buffer. */
  readonly ever: boolean;
  /** Whether the buffer is live while the device may runtime suspend. */
  readonly suspends: boolean;
}

/** The calls that are looked at, in the order in which a reader asks for them. */
export const OWNER_CALLS: readonly OwnerCall[] = [
  { call: 'dev[0].write_command(MEM=0)', outcome: 'ok' },
  { call: 'dev[0].write_command(MEM=1)', outcome: 'ok' },
  { call: 'dev[0].write_pmcsr(D3hot)', outcome: 'ok' },
  { call: 'dev[0].write_pmcsr(D0)', outcome: 'ok' },
  { call: 'dev[0].low_power_entry', outcome: 'ok' },
  { call: 'dev[0].low_power_exit', outcome: 'ok' },
  { call: 'dev[0].device_reset', outcome: 'ok' },
  { call: 'dev[0].device_reset', outcome: 'failed' },
  { call: 'bus.hot_reset', outcome: 'ok' },
  ...hotResetFailures(),
  { call: 'dev[0].close', outcome: 'ok' },
];

/** Every way in which one step of a hot reset of two devices fails. */
function hotResetFailures(): OwnerCall[] {
  const of = (outcome: string, ...fails: string[]) =>
    fails.map((step): OwnerCall => ({ call: 'bus.hot_reset', outcome, fails: step }));
  return [
    ...of('-ENOTTY', 'bus.reset:-ENOTTY'),
    ...of('-EBUSY', 'dev[1].memory_lock.down_write_trylock:0'),
    ...of('-EINVAL', 'dev[1].owned:false'),
    ...of('-EBUSY', 'dev[0].memory_lock.down_write_trylock:0'),
    ...of('-EINVAL', 'dev[0].owned:false'),
    ...of('failed', 'dev[0].pm_runtime_get:failed', 'dev[1].pm_runtime_get:failed'),
    ...of('-EINVAL', 'dev_set.resettable:false'),
  ];
}

const FAILURES = OWNER_CALLS.flatMap(({ fails }) => fails ?? []);

/** What the contract machines answer importers of one kind. */
export class MappingAnswers {
  readonly kind: ImporterSpec['kind'];
  readonly #space: StateSpace;
  readonly #graph: Graph;
  /** For each vector its label, and who starts it. */
  readonly #steppers: readonly { readonly label: string; plain: string; by: string }[];

  constructor(kind: ImporterSpec['kind']) {
    this.kind = kind;
    this.#space = explore(compose(mappingSystem(kind)));
    this.#graph = graphOf(this.#space);
    const { vectors, parts } = this.#space.product;
    this.#steppers = vectors.map(({ label, initiator }) => ({
      label,
      plain: withoutVariant(label).replace(/@.*/, ''),
      by: parts[initiator]?.name ?? 'environment',
    }));
  }

  /** What a new attachment that maps, or MAP_FILE, is told while the buffer is in a state. */
  whileBuffer(is: 'live' | 'draining' | 'revoked' | 'cleaned'): string {
    const there = Array.from({ length: this.#space.states }, (_, state) => state).filter(
      (state) => this.#is(state, 'buf[0]', is) && this.#is(state, 'att[1]', ...AT_REST),
    );
    return one(there.map((state) => this.#mapAnew(state)));
  }

  /** Whether a mapping, and whether an attachment without one, keeps the buffer from its release. */
  get keepsFile(): { readonly mapped: boolean; readonly unmapped: boolean } {
    const released = (state: number) =>
      [...this.#labels(state).keys()].some((label) => label.startsWith('buf[0].release'));
    const mapped = this.#mapped();
    return { mapped: !released(mapped), unmapped: !released(this.#unmap(mapped)) };
  }

  /** What a call does to a mapping of a live buffer of a device that works. */
  answer(call: OwnerCall): Answer {
    return this.#answerFrom(this.#mapped(), call);
  }

  /** The same after other calls, and with the buffer mapped again after them. */
  answerAfter(before: readonly OwnerCall[], call: OwnerCall): Answer {
    let state = this.#mapped();
    for (const earlier of before) state = this.#follow(state, earlier)!.state;
    return this.#answerFrom(this.#importerSteps(state, 'att[0]')!.state, call);
  }

  /** The same where the importer is attached and has nothing mapped. */
  answerUnmapped(call: OwnerCall): Answer {
    return this.#answerFrom(this.#unmap(this.#mapped()), call);
  }

  #answerFrom(start: number, call: OwnerCall): Answer {
    const returned = this.#follow(start, call);
    if (returned === undefined) throw new Error(`no run of ${call.call} ends with ${call.outcome}`);
    const { state, goneBy } = returned;
    const maps = (at: number) => this.#mapAnew(at) === 'ok';
    const mapsAfter = maps(state)
      ? []
      : OWNER_CALLS.flatMap((next) => {
          const after = this.#follow(state, next)?.state;
          if (after === undefined || !maps(after)) return [];
          return [{ call: next, suspends: this.#suspends(after) }];
        });
    return {
      call,
      goneBy,
      mapAnew: this.#mapAnew(state),
      mapAgain: this.#importerSteps(state, 'att[0]')?.labels,
      mapsAfter,
      ever: maps(state) || mapsAfter.length > 0 || this.#reaches(state, maps),
      suspends: maps(state) && this.#suspends(state),
    };
  }

  /** Memory on, D0, awake, the buffer exported and nobody attached. */
  #exported(): number {
    const opened = this.#labels(0).get('dev[0].open:ok')!;
    return this.#labels(opened).get('buf[0].export:ok')!;
  }

  #mapped(): number {
    return this.#importerSteps(this.#exported(), 'att[0]')!.state;
  }

  #unmap(mapped: number): number {
    const steps = this.#labels(mapped);
    return (steps.get('att[0].unmap') ?? steps.get('att[0].ioas_unmap:ok'))!;
  }

  /**
   * Goes from the beginning of a call to its return; the importers do what the call waits for and
   * nothing else, and nothing fails but what is said to. Where it ends does not depend on the order.
   */
  #follow(start: number, { call, outcome, fails }: OwnerCall): Return | undefined {
    const begun = this.#labels(start).get(`${call}:begin`);
    if (begun === undefined) return undefined;
    const runner = call.startsWith('bus') ? 'hot_reset' : 'owner[0]';
    const ends: Return[] = [];
    const seen = new Set([begun]);
    const open: Return[] = [{ state: begun, goneBy: undefined }];
    for (const { state, goneBy } of open) {
      for (const { label, to, by, plain } of this.#steps(state)) {
        if (by !== runner && !this.#isWaitedFor(state, by, plain)) continue;
        if (FAILURES.includes(plain) && plain !== fails) continue;
        const reached = {
          state: to,
          goneBy: goneBy ?? (this.#loses(state, to) ? label : undefined),
        };
        if (plain === `${call}:${outcome}`) ends.push(reached);
        else if (!plain.startsWith(`${call}:`) && !seen.has(to)) {
          seen.add(to);
          open.push(reached);
        }
      }
    }
    return ends.length === 0 ? undefined : one(ends);
  }

  /** Whether a step is that of an importer which has been told to unmap. */
  #isWaitedFor(state: number, by: string, label: string): boolean {
    return label === `${by}.unmap` && this.#is(state, by, 'unmapping');
  }

  /** Whether the first importer's mapping goes with this step. */
  #loses(from: number, to: number): boolean {
    const has = (state: number) => this.#is(state, 'att[0]', 'mapped', 'unmapping');
    return has(from) && !has(to);
  }

  /** The shortest way by an importer's own calls to a mapping. */
  #importerSteps(
    start: number,
    importer: string,
  ): { readonly state: number; readonly labels: readonly string[] } | undefined {
    const seen = new Set([start]);
    const open = [{ state: start, labels: [] as string[] }];
    for (const { state, labels } of open) {
      if (this.#is(state, importer, 'mapped')) return { state, labels };
      for (const { plain, to } of this.#steps(state)) {
        if (!plain.startsWith(`${importer}.`) || seen.has(to)) continue;
        seen.add(to);
        open.push({ state: to, labels: [...labels, plain] });
      }
    }
    return undefined;
  }

  /** How attach and map, or MAP_FILE, of the importer that has nothing yet end: `ok` or an errno. */
  #mapAnew(state: number): string {
    const outcomes = (at: number, call: string) =>
      [...this.#labels(at)].filter(
        ([label]) => label.startsWith(`att[1].${call}:`) && !/:-(EINVAL|ENOMEM)$/.test(label),
      );
    const first = outcomes(state, this.kind.startsWith('iommufd') ? 'map_file' : 'attach');
    if (first.length === 0) return 'no buffer';
    const [label, to] = one(first);
    const outcome = outcomeOf(label);
    if (outcome !== 'ok' || label.includes('map_file')) return outcome;
    return outcomeOf(one(outcomes(to, 'map'))[0]);
  }

  #suspends(state: number): boolean {
    return this.#is(state, 'dev[0].memory', 'low_power.engaged');
  }

  #reaches(start: number, wanted: (state: number) => boolean): boolean {
    const seen = new Set([start]);
    for (const state of seen) {
      if (this.#is(state, 'att[1]', ...AT_REST) && wanted(state)) return true;
      for (const { to } of this.#steps(state)) seen.add(to);
    }
    return false;
  }

  /** The steps from a state; `plain` is the label without variant and thread. */
  *#steps(state: number): Generator<{ label: string; plain: string; to: number; by: string }> {
    const { start, target, vector } = this.#graph;
    for (let edge = start[state]!; edge < start[state + 1]!; edge++) {
      yield { ...this.#steppers[vector[edge]!]!, to: target[edge]! };
    }
  }

  /** The labels that are enabled, and where they lead. */
  #labels(state: number): Map<string, number> {
    return new Map([...this.#steps(state)].map(({ plain, to }) => [plain, to]));
  }

  #is(state: number, part: string, ...names: string[]): boolean {
    const { product, stepper, table } = this.#space;
    const index = partNamed(product, part);
    const local = product.ltss[index]!.states[stepper.local(table, state)[index]!]!;
    return names.some((name) => isIn(local, name));
  }
}

interface Return {
  readonly state: number;
  /** The step by which the first importer's mapping went. */
  readonly goneBy: string | undefined;
}

/** The states of an importer that has nothing. */
const AT_REST = ['detached', 'none'];

function outcomeOf(label: string): string {
  return parseLabel(label).outcome ?? '';
}

/** What all are, where that is one thing. */
function one<T>(all: readonly T[]): T {
  const [first, ...others] = all;
  if (first === undefined) throw new Error('there is no answer');
  const other = others.find((candidate) => JSON.stringify(candidate) !== JSON.stringify(first));
  if (other === undefined) return first;
  throw new Error(`two answers: ${JSON.stringify(first)} and ${JSON.stringify(other)}`);
}
