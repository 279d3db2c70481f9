import type { AnyMachineSnapshot } from 'xstate';
import { MachineError } from '../lts/machine-error.ts';
import { describe } from '../lts/snapshot.ts';
import { type Asked, ask } from './ask.ts';
import { implementationOf } from './implementation.ts';
import type { Opener } from './open-machine.ts';

/** The arguments that XState asks a guard with. */
interface GuardArgs {
  readonly context: Readonly<Record<string, unknown>>;
  readonly event: { readonly type: string };
}

type Check = (snapshot: AnyMachineSnapshot, args: GuardArgs, guard: unknown) => boolean;

/** The guards of a machine, which answer where they can and else either way. */
export class OpenGuards {
  readonly #opener: Opener;

  constructor(opener: Opener) {
    this.#opener = opener;
  }

  /** A guard in the place of another. @param place - how it is called where it has no name */
  open(guard: unknown, place: string): Asked {
    const check: Check = (snapshot, args) => this.evaluate(guard, place, snapshot, args);
    return Object.assign(() => true, { check });
  }

  /** What a guard says, `not`, `and` and `or` as XState asks them. */
  evaluate(guard: unknown, place: string, snapshot: AnyMachineSnapshot, args: GuardArgs): boolean {
    const { name, asked, params } = implementationOf(this.#opener.implementations.guards, guard);
    const inner = (one: unknown) => this.evaluate(one, place, snapshot, args);
    if (asked === undefined) return this.#free(name!, name!, snapshot, args);
    if (typeof asked !== 'function') return inner(asked);
    const { check, guards } = asked as { check?: Check; guards?: readonly unknown[] };
    if (check === undefined) {
      return this.#leaf(
        asked as Asked,
        name ?? wordsOf(asked as Asked, place),
        params,
        snapshot,
        args,
      );
    }
    if (guards === undefined) return check(snapshot, args, asked);
    if (asked.name === 'not') return !inner(guards[0]);
    return asked.name === 'and' ? guards.every(inner) : guards.some(inner);
  }

  #leaf(
    asked: Asked,
    name: string,
    params: unknown,
    snapshot: AnyMachineSnapshot,
    { context, event }: GuardArgs,
  ): boolean {
    const { kept, fields, declared, wants } = this.#opener;
    const given = {
      ...{ context, event, fields, kept: kept.fields },
      isDeclared: (one: object) => declared.has(one),
    };
    const filled = typeof params === 'function' ? ask(params as Asked, given) : undefined;
    const answer = ask(asked, { ...given, params: filled === undefined ? params : filled.value });
    const dropped = [...answer.reading.dropped, ...(filled?.reading.dropped ?? [])];
    for (const field of dropped) wants.fields.add(field);
    if (dropped.length > 0) return false;
    if (answer.reading.unknown || filled?.reading.unknown) {
      const guard = `${identityOf(asked)} ${JSON.stringify(params)}`;
      return this.#free(guard, name, snapshot, { context, event });
    }
    if (answer.threw === undefined) return Boolean(answer.value);
    const reason = `the guard '${name}' throws (${answer.threw}) for '${event.type}'; a guard must be defined wherever it is asked`;
    return wants.fail(new MachineError('throws', this.#opener.name, describe(snapshot), reason));
  }

  #free(
    guard: string,
    name: string,
    snapshot: AnyMachineSnapshot,
    { context, event }: GuardArgs,
  ): boolean {
    this.#opener.note({ kind: 'guard', name });
    const question = JSON.stringify([guard, event.type, snapshot.value, context]);
    return this.#opener.answers.ask(question, name);
  }
}

const identities = new WeakMap<Asked, number>();
let asked = 0;

/** Tells functions apart. */
function identityOf(one: Asked): number {
  const known = identities.get(one) ?? asked++;
  identities.set(one, known);
  return known;
}

/** Most characters of a guard that is called by its text. */
const LONGEST = 40;

/** What an inline guard says, where that is short: `event.value > 3`. */
function wordsOf(guard: Asked, place: string): string {
  const text = String(guard).replace(/\s+/g, ' ');
  const [, body = ''] = /^(?:\([^)]*\)|\w+) => (.+)$/.exec(text) ?? [];
  const isShort = body !== '' && body.length <= LONGEST && !/[{@#:;]/.test(body);
  return isShort ? body : `the guard ${place}`.replace(/[@#:]/g, ' ');
}
