import type { Place } from './ast.ts';
import type { Flow } from './flow.ts';
import { plainName } from './places.ts';
import { keyOf, leavesOf, type Value } from './value.ts';

/** A function that is running. */
export interface Frame {
  readonly flow: Flow;
  pc: number;
  readonly variables: Map<string, Value>;
  /** The variable of the caller that gets the result. */
  readonly into?: string;
}

/** A way in which a step ends: its labels in order, what the C gets, and what is written where. */
export interface Outcome {
  readonly labels: readonly string[];
  readonly value: Value;
  readonly writes?: { readonly to: Value; readonly value: Value } | undefined;
  /** The function that is gone into after it. */
  readonly enters?: { readonly name: string; readonly args: readonly Value[] } | undefined;
}

/** A step that was begun and whose outcome is to come. */
export interface Pending {
  readonly outcomes: readonly Outcome[];
  readonly into: string;
  readonly line: number;
}

/** Where a run is, and what is known. */
export class State {
  readonly frames: Frame[] = [];
  /** What was written to places, by key. */
  readonly written: Map<string, Value>;
  /** Tests that were decided, by the key of what was tested. */
  readonly decided: Map<string, { readonly of: Value; readonly holds: boolean }>;
  /** Which way of calling the function this is. */
  entry = -1;
  pending?: Pending;

  constructor(from?: State) {
    this.written = new Map(from?.written);
    this.decided = new Map(from?.decided);
    if (from === undefined) return;
    this.entry = from.entry;
    for (const frame of from.frames) {
      this.frames.push({ ...frame, variables: new Map(frame.variables) });
    }
  }

  get top(): Frame {
    return this.frames.at(-1)!;
  }

  /** Forgets what nobody can ask for any more. @param readsOf - members that a function may read */
  forget(readsOf: (fn: string) => ReadonlySet<string>): void {
    const asked = new Set<string>();
    for (const { flow, pc, variables } of this.frames) {
      const live = flow.live[pc]!;
      for (const name of variables.keys()) if (!live.has(name)) variables.delete(name);
      for (const name of flow.reads[pc]!) asked.add(name);
      for (const fn of flow.calls[pc]!) for (const name of readsOf(fn)) asked.add(name);
    }
    for (const key of this.written.keys()) if (!asked.has(lastName(key))) this.written.delete(key);
    const held = new Set(asked);
    for (const { variables } of this.frames) for (const v of variables.values()) leavesOf(v, held);
    for (const value of this.written.values()) leavesOf(value, held);
    for (const [key, { of }] of this.decided) {
      if (![...leavesOf(of)].some((leaf) => held.has(leaf))) this.decided.delete(key);
    }
  }

  key(): string {
    const frames = this.frames.map(
      ({ flow, pc, variables }) => `${flow.name}:${pc}{${sorted(variables, keyOf)}}`,
    );
    const pending =
      this.pending?.outcomes
        .map(({ labels, value }) => `${labels.join(' ')}=${keyOf(value)}`)
        .join() ?? '';
    const decided = sorted(this.decided, ({ holds }) => String(holds));
    return `${this.entry}|${frames.join('|')}|${sorted(this.written, keyOf)}|${decided}|${pending}`;
  }
}

function sorted<T>(map: ReadonlyMap<string, T>, text: (value: T) => string): string {
  return [...map]
    .map(([key, value]) => `${key}=${text(value)}`)
    .sort()
    .join();
}

/** `revoked` of `buf[0].revoked`. */
function lastName(key: string): string {
  return key.endsWith(']') ? plainName('[') : key.slice(key.lastIndexOf('.') + 1);
}

/** What a run does next: a step with a label, a choice without one, and the state after it. */
export interface Move {
  readonly label?: string;
  readonly choice?: string;
  /** The choice as the C writes it. */
  readonly c?: string;
  readonly place: Place;
  readonly state: State;
}
