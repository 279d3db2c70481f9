import {
  compose,
  isIn,
  type Product,
  parseLabel,
  plainLabel,
  type System,
  withoutVariant,
} from 'xstate-check';

const composed = new WeakMap<System, Product>();

function productOf(system: System): Product {
  let product = composed.get(system);
  if (product === undefined) {
    product = compose(system);
    composed.set(system, product);
  }
  return product;
}

/** The local states of the parts. */
type State = readonly number[];

/**
 * Walks a system by labels without `#variant`. As nobody outside can see a variant, it is in every
 * state that some run with these labels leads to.
 */
export class Walker {
  readonly #product: Product;
  #states: readonly State[];

  /**
   * @param started - for each part that does not start in its initial state, a state node in which
   * it starts: somebody outside the system holds a lock
   */
  constructor(system: System, started: Readonly<Record<string, string>> = {}) {
    this.#product = productOf(system);
    const { parts, ltss } = this.#product;
    for (const name of Object.keys(started)) {
      if (!parts.some((part) => part.name === name)) throw new Error(`there is no part ${name}`);
    }
    this.#states = [
      parts.map(({ name }, part) => {
        const node = started[name];
        if (node === undefined) return 0;
        const state = ltss[part]!.states.findIndex((candidate) => isIn(candidate, node));
        if (state < 0) throw new Error(`${name} has no state ${node}`);
        return state;
      }),
    ];
  }

  /** Follows labels, separated by white space. @throws Error that says where and what is possible */
  follow(labels: string): this {
    for (const label of labels.trim().split(/\s+/)) {
      const next = this.#after(this.#states, (candidate) => matches(candidate, label));
      if (next.length === 0) {
        throw new Error(`${label} is not possible here; possible: ${this.possible().join(' ')}`);
      }
      this.#states = next;
    }
    return this;
  }

  /**
   * Makes a call and lets its thread run until it returns this outcome, through these labels in
   * this order. Nobody else moves.
   */
  complete(call: string, outcome: string, through: readonly string[] = []): this {
    const thread = this.#threadOf(call);
    const begun = this.#after(this.#states, (label) => matches(label, `${call}:begin`));
    const seen = new Set<string>();
    const ended: State[] = [];
    const queue = begun.map((state) => ({ state, passed: 0 }));
    for (let item = queue.shift(); item; item = queue.shift()) {
      for (const { label, state } of this.#steps(item.state, thread)) {
        const passed = item.passed + (plainLabel(label) === through[item.passed] ? 1 : 0);
        const isReturn = plainLabel(label).startsWith(`${plainLabel(call)}:`);
        if (isReturn) {
          if (plainLabel(label) === `${plainLabel(call)}:${outcome}` && passed === through.length) {
            ended.push(state);
          }
          continue;
        }
        const key = `${passed} ${state.join()}`;
        if (!seen.has(key)) queue.push({ state, passed });
        seen.add(key);
      }
    }
    if (ended.length === 0) throw new Error(`${call} cannot return ${outcome} here`);
    this.#states = unique(ended);
    return this;
  }

  /**
   * What a call can answer here, nobody else moving: besides what the environment chooses, which
   * is left out unless asked for.
   */
  answers(call: string, withEnvironment = false): string[] {
    const { calls } = this.#product;
    const outcomes = new Set<string>();
    const note = (label: string) => {
      const { outcome = '' } = parseLabel(label);
      const chosen = calls.find(label)?.environment?.includes(outcome);
      if (withEnvironment || !chosen) outcomes.add(outcome);
    };
    const isOf = (label: string) => sameCall(label, call);
    const begun = this.#after(
      this.#states,
      (label) => isOf(label) && plainLabel(label).endsWith(':begin'),
    );
    if (begun.length === 0) {
      for (const state of this.#states) {
        for (const { label } of this.#steps(state)) if (isOf(label)) note(label);
      }
    } else {
      const thread = this.#threadOf(call);
      const seen = new Set<string>();
      const queue = [...begun];
      for (let state = queue.shift(); state; state = queue.shift()) {
        for (const step of this.#steps(state, thread)) {
          if (isOf(step.label)) note(step.label);
          else if (withEnvironment || !this.#isChosen(step.label)) {
            const key = step.state.join();
            if (!seen.has(key)) queue.push(step.state);
            seen.add(key);
          }
        }
      }
    }
    return [...outcomes].sort();
  }

  /** The labels that are possible here, without variant. */
  possible(): string[] {
    const labels = this.#states.flatMap((state) => this.#steps(state).map(({ label }) => label));
    return [...new Set(labels.map(withoutVariant))].sort();
  }

  /** Whether a part is in a state node, in every state that the labels may have led to. */
  isIn(part: string, node: string): boolean {
    const { parts, ltss } = this.#product;
    const index = parts.findIndex(({ name }) => name === part);
    if (index < 0) throw new Error(`there is no part ${part}`);
    return this.#states.every((state) => isIn(ltss[index]!.states[state[index]!]!, node));
  }

  #isChosen(label: string): boolean {
    const { outcome = '' } = parseLabel(label);
    return this.#product.calls.find(label)?.environment?.includes(outcome) ?? false;
  }

  #threadOf(call: string): string {
    const { vectors, parts } = this.#product;
    for (const { label, initiator } of vectors) {
      if (!sameCall(label, call) || initiator < 0) continue;
      return parts[initiator]!.thread ?? parts[initiator]!.name;
    }
    throw new Error(`nobody answers ${call}`);
  }

  #after(states: readonly State[], take: (label: string) => boolean): State[] {
    return unique(
      states.flatMap((state) =>
        this.#steps(state).flatMap((step) => (take(step.label) ? [step.state] : [])),
      ),
    );
  }

  /** The steps from a state, of one thread or of all and the environment. */
  #steps(state: State, thread?: string): { label: string; state: State }[] {
    const { parts } = this.#product;
    return this.#product.vectors.flatMap(({ label, initiator, participants }) => {
      const runs = initiator < 0 ? undefined : (parts[initiator]!.thread ?? parts[initiator]!.name);
      if (thread !== undefined && runs !== thread) return [];
      const next = [...state];
      for (const { part, next: row } of participants) {
        const to = row[state[part]!]!;
        if (to < 0) return [];
        next[part] = to;
      }
      return [{ label, state: next }];
    });
  }
}

/** Whether a label of the system is the one that was asked for, whose thread may be left out. */
function matches(label: string, wanted: string): boolean {
  return wanted.includes('@') ? withoutVariant(label) === wanted : plainLabel(label) === wanted;
}

function sameCall(label: string, call: string): boolean {
  return plainLabel(label).replace(/:.*$/, '') === plainLabel(call);
}

function unique(states: readonly State[]): State[] {
  return [...new Map(states.map((state) => [state.join(), state])).values()];
}
