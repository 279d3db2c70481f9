import {
  type AnyMachineSnapshot,
  assign,
  cancel,
  emit,
  raise,
  sendParent,
  sendTo,
  spawnChild,
  stopChild,
} from 'xstate';
import { MachineError } from '../lts/machine-error.ts';
import { type Answer, type Asked, ask, chooses, type Given } from './ask.ts';
import type { OpenGuards } from './guards.ts';
import { implementationOf, resolved } from './implementation.ts';
import { isSame, storedValue } from './initial-context.ts';
import type { Opener } from './open-machine.ts';
import { isOpaque, UNKNOWN } from './unknown.ts';

/** What XState resolves an action with. */
interface ActionArgs {
  readonly context: Readonly<Record<string, unknown>>;
  readonly event: { readonly type: string };
}

type Builtin = Readonly<Record<string, unknown>> & { readonly type: string };

/** Changes nothing. */
const NOTHING = resolved((_: never, snapshot: never) => [snapshot, undefined, undefined]);

/** The actions of a machine without what they do to the world. */
export class OpenActions {
  readonly #opener: Opener;
  readonly #guards: OpenGuards;

  constructor(opener: Opener, guards: OpenGuards) {
    this.#opener = opener;
    this.#guards = guards;
  }

  /**
   * The actions in the place of another.
   *
   * @param isTainted - what it sets was computed from what nobody declared
   */
  open(action: unknown, isTainted = false): Asked[] {
    const { name, asked, params } = implementationOf(this.#opener.implementations.actions, action);
    if (typeof asked !== 'function' || !('resolve' in asked)) {
      const inline = (asked as { name?: string } | undefined)?.name || 'an inline action';
      return this.#leftOut('effect', name ?? inline);
    }
    const builtin = asked as unknown as Builtin;
    switch (builtin.type) {
      case 'xstate.assign':
        return [this.#assign(builtin.assignment, params, isTainted)];
      case 'xstate.raise':
        return this.#raise(builtin, params);
      case 'xstate.enqueueActions':
        return [this.#enqueue(builtin.collect as Asked, params)];
      case 'xstate.cancel':
      case 'xstate.stopChild':
        return [NOTHING];
      default:
        return this.#leftOut('sent', wordsOf(builtin));
    }
  }

  /** What a machine does to the world, or tells others, is not done; the step is taken all the same. */
  #leftOut(kind: 'effect' | 'sent', name: string): Asked[] {
    this.#opener.note({ kind, name });
    return [NOTHING];
  }

  /** Sets the kept fields that it sets; the others are not computed. */
  #assign(assignment: unknown, params: unknown, isTainted: boolean): Asked {
    const update = (args: ActionArgs): Record<string, unknown> =>
      typeof assignment === 'function'
        ? this.#updateBy(assignment as Asked, args, params)
        : this.#updateEach(
            assignment as Readonly<Record<string, unknown>>,
            args,
            params,
            isTainted,
          );
    return assign(((args: ActionArgs) => update(args)) as never) as unknown as Asked;
  }

  #updateEach(
    assignment: Readonly<Record<string, unknown>>,
    args: ActionArgs,
    params: unknown,
    isTainted: boolean,
  ): Record<string, unknown> {
    const { kept } = this.#opener;
    const set = Object.entries(assignment).filter(([key]) => kept.fields.has(key));
    return Object.fromEntries(
      set.map(([key, value]) => {
        if (typeof value !== 'function') {
          return [key, isTainted ? this.#unknown(key) : this.#stored(key, value)];
        }
        const answer = this.#asked(value as Asked, args, params);
        if (answer.reading.unknown || answer.reading.dropped.size > 0) {
          return [key, this.#unknown(key)];
        }
        if (answer.threw !== undefined)
          return this.#threw(`the assign of '${key}'`, answer.threw, args);
        return [key, this.#stored(key, answer.value)];
      }),
    );
  }

  #updateBy(assignment: Asked, args: ActionArgs, params: unknown): Record<string, unknown> {
    const { kept } = this.#opener;
    if (kept.fields.size === 0) return {};
    const answer = this.#asked(assignment, args, params, false);
    const { reading, threw } = answer;
    const value = (answer.value ?? {}) as Record<string, unknown>;
    const set = Object.keys(value).filter((key) => kept.fields.has(key));
    const isChosen = chooses(assignment);
    if ((set.length > 0 || isChosen || threw !== undefined) && reading.dropped.size > 0) {
      return this.#wants(reading.dropped);
    }
    if (reading.unknown && (isChosen || threw !== undefined)) {
      return Object.fromEntries([...kept.fields].map((key) => [key, this.#unknown(key)]));
    }
    if (threw !== undefined) return this.#threw('an assign', threw, args);
    return Object.fromEntries(
      set.map((key) => {
        // A copy of what is unknown is as unknown as it was.
        if (isOpaque(value[key]) && !reading.unknown) return [key, args.context[key]];
        return [key, isSame(answer, key) ? this.#stored(key, value[key]) : this.#unknown(key)];
      }),
    );
  }

  /** @param isStrict - whether reading a field that is not kept starts flattening anew */
  #asked(
    asked: Asked,
    { context, event }: ActionArgs,
    params: unknown,
    isStrict = true,
    others?: Given['others'],
  ): Answer {
    const { kept, fields, declared } = this.#opener;
    const given = {
      ...{ context, event, fields, kept: kept.fields },
      isDeclared: (one: object) => declared.has(one),
      ...(others !== undefined && { others }),
    };
    const filled = typeof params === 'function' ? ask(params as Asked, given) : undefined;
    const answer = ask(asked, { ...given, params: filled === undefined ? params : filled.value });
    for (const field of filled?.reading.dropped ?? []) answer.reading.dropped.add(field);
    if (filled?.reading.unknown) answer.reading.unknown = true;
    if (isStrict) this.#wants(answer.reading.dropped);
    return answer;
  }

  /** Flattening starts anew with these fields; what this attempt finds is of no use. */
  #wants(fields: Iterable<string>): Record<string, unknown> {
    for (const field of fields) this.#opener.wants.fields.add(field);
    return {};
  }

  #stored(key: string, value: unknown): unknown {
    const stored = storedValue(this.#opener.kept, key, value);
    if (stored === UNKNOWN) return this.#unknown(key);
    const { sets } = this.#opener;
    sets.set(key, (sets.get(key) ?? new Set()).add(JSON.stringify(stored) ?? ''));
    return stored;
  }

  #unknown(key: string): unknown {
    this.#opener.note({ kind: 'unknown', name: key });
    this.#opener.answers.renew();
    return UNKNOWN;
  }

  #raise(builtin: Builtin, params: unknown): Asked[] {
    const { event, delay } = builtin as { event?: unknown; delay?: unknown };
    if (delay !== undefined) {
      const type = (event as { type?: string }).type ?? '';
      // A timer of `after` is a label of its own.
      return type.startsWith('xstate.after.') ? [] : this.#leftOut('sent', `${type} (later)`);
    }
    if (typeof event !== 'function') {
      this.#opener.declared.add(event as object);
      return [raise(event as never) as unknown as Asked];
    }
    const computed = (args: ActionArgs) => this.#raised(event as Asked, args, params);
    return [raise(((args: ActionArgs) => computed(args)) as never) as unknown as Asked];
  }

  /** The event that a machine computes: its type must be known, its data may be. */
  #raised(event: Asked, args: ActionArgs, params: unknown): { readonly type: string } {
    const answer = this.#asked(event, args, params);
    const value = answer.value as { readonly type: string } | undefined;
    if (answer.reading.dropped.size > 0) return { type: 'xstate.anew' };
    const isKnown = answer.threw === undefined && typeof value?.type === 'string';
    if (!isKnown || !isSame(answer, 'type') || (answer.reading.unknown && chooses(event))) {
      const reason =
        'it raises an event whose type depends on what nobody declared; write each type as a raise of its own, behind a guard';
      return this.#opener.wants.fail(new MachineError('not-finite', this.#opener.name, '', reason));
    }
    if (answer.reading.unknown) return { type: value.type };
    this.#opener.declared.add(value);
    return value;
  }

  /** Asks what is enqueued; `check` is a guard like any other. */
  #enqueue(collect: Asked, params: unknown): Asked {
    return resolved((_: never, snapshot: AnyMachineSnapshot, args: ActionArgs) => {
      let queued: unknown[] = [];
      const others = () => {
        queued = [];
        const check = (guard: unknown) =>
          this.#guards.evaluate(guard, 'of enqueueActions', snapshot, args);
        return { enqueue: enqueueInto(queued), check };
      };
      const { reading, threw } = this.#asked(collect, args, params, false, others);
      const isChosen = chooses(collect);
      if (reading.dropped.size > 0 && (isChosen || queued.some(sets))) {
        this.#wants(reading.dropped);
        return [snapshot, undefined, []];
      }
      if (reading.unknown && (isChosen || threw !== undefined)) this.#chosenByUnknown();
      if (threw !== undefined) return this.#threw('its enqueueActions', threw, args);
      const actions = queued.flatMap((action) => this.open(action, reading.unknown));
      return [snapshot, undefined, actions];
    });
  }

  #chosenByUnknown(): never {
    const reason =
      "its enqueueActions chooses by what nobody declared; ask a guard with check('name') instead, which is then free to answer either way";
    this.#opener.wants.fail(new MachineError('not-finite', this.#opener.name, '', reason));
  }

  #threw(what: string, why: string, args: ActionArgs): never {
    const reason = `${what} throws (${why}) for '${args.event.type}'; it must be defined wherever it is taken`;
    return this.#opener.wants.fail(new MachineError('throws', this.#opener.name, '', reason));
  }
}

/** What `enqueue` of `enqueueActions` is, with the actions in the order in which they are queued. */
function enqueueInto(queued: unknown[]) {
  const made = { assign, cancel, emit, raise, sendParent, sendTo, spawnChild, stopChild };
  const methods = Object.entries(made).map(([name, make]) => {
    const method = (...args: unknown[]) => {
      queued.push((make as (...args: unknown[]) => unknown)(...args));
    };
    return [name, method] as const;
  });
  const enqueue = (action: unknown) => {
    queued.push(action);
  };
  return Object.assign(enqueue, Object.fromEntries(methods));
}

/** Whether an action may set something: an effect and what is sent do not. */
function sets(action: unknown): boolean {
  if (typeof action !== 'function') return true;
  const { type } = action as { type?: string };
  return type === 'xstate.assign' || type === 'xstate.raise' || type === 'xstate.enqueueActions';
}

/** How a built-in action is called: `sendTo(parent)`, `log`, `emit`. */
function wordsOf(builtin: Builtin): string {
  const { to, event } = builtin as { to?: unknown; event?: { type?: string } };
  const kind = builtin.type.replace(/^xstate\./, '');
  const what = typeof event?.type === 'string' ? ` ${event.type}` : '';
  return `${kind}${what}${typeof to === 'string' ? ` to ${to}` : ''}`;
}
