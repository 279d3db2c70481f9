import { InputError } from '../base/errors.ts';
import { parseLabel } from '../lts/label.ts';

/**
 * A call: an operation with a caller and a callee, declared once. Alphabets say which labels a
 * part takes part in; the call says who starts the step and which answers it may have.
 */
export interface Call {
  /** Operation, with its object's last names where the operation alone is ambiguous: `resv.lock`. */
  readonly name: string;
  /** The role that starts it: that of a part, or one the environment plays. */
  readonly caller: string;
  /** The role that answers. */
  readonly callee: string;
  /** What it may answer; `['']` where there is only one nameless answer. */
  readonly outcomes: readonly string[];
  /** The outcomes that the environment chooses: a failed allocation, the result of a bus reset. */
  readonly environment?: readonly string[];
  /** Whether the caller may have to wait: for a `lock` (which queues), or for something else. */
  readonly blocks?: 'lock' | 'wait';
  /** The call takes time: `:begin` is started by the caller, the outcome by the callee. */
  readonly spans?: boolean;
  /**
   * How the source writes the step, for all outcomes or for each: `down_write(&dev{dev}->lock)`,
   * where `{dev}` is the index of the object `dev[…]` in the label.
   */
  readonly written?: string | Readonly<Record<string, string>>;
  /**
   * The step as a pattern of C, older names after the newest: `up_write(&$dev->lock)`, where `$dev`
   * is the object that the label names. By outcome where the source has one statement for each.
   */
  readonly c?: string | readonly string[];
  /** By outcome: what the C gets, where the outcome does not say so by itself. */
  readonly returns?: Readonly<Record<string, string | readonly string[]>>;
  /** By outcome: its labels in order, where they are not `begin` and the outcome: `{dev}.reset:begin`. */
  readonly runs?: Readonly<Record<string, readonly string[]>>;
  /** By outcome: what of the C is so after it, `$state->__size = 1`. */
  readonly sets?: Readonly<Record<string, string>>;
  /** Where this is stated. */
  readonly source: string;
}

/** What there is to say of a call beyond its name and who answers. */
type Said = Pick<Call, 'source'> & Partial<Omit<Call, 'name' | 'callee'>>;

/**
 * A call by what is particular to it: a thread makes it and it has one nameless answer, or, where it
 * takes time, answers `ok`.
 */
export function call(name: string, callee: string, said: Said): Call {
  const { caller = 'thread', outcomes = [said.spans ? 'ok' : ''], ...rest } = said;
  return { name, caller, callee, outcomes, ...rest };
}

/** The outcome with which a call that takes time begins. */
export const BEGIN = 'begin';

/**
 * The outcome by which a caller that has to wait gets into the queue. Who answers the call has the
 * label; the caller takes it wherever it offers the call, and stays there.
 */
export const WAIT = 'wait';

/** Whether a call has a beginning of its own, whoever answers it. */
export function hasBeginning({ spans, outcomes }: Call): boolean {
  return spans === true || outcomes.includes(BEGIN);
}

/** Finds the call of a label: by the longest end of `object.operation`, indices aside. */
export class CallTable {
  readonly #byName: ReadonlyMap<string, Call>;
  readonly #byLabel = new Map<string, Call | undefined>();

  /** @throws InputError for a call that is declared twice */
  constructor(calls: readonly Call[]) {
    const names = calls.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
      throw new InputError(`the call '${twice}' is declared twice; declare it once`);
    }
    this.#byName = new Map(calls.map((call) => [call.name, call]));
  }

  find(label: string): Call | undefined {
    if (!this.#byLabel.has(label)) this.#byLabel.set(label, this.#look(label));
    return this.#byLabel.get(label);
  }

  #look(label: string): Call | undefined {
    const { object, operation } = parseLabel(label);
    const names = object === '' ? [] : object.replace(/\[[^\]]*\]/g, '').split('.');
    for (let from = 0; from <= names.length; from++) {
      const call = this.#byName.get([...names.slice(from), operation].join('.'));
      if (call !== undefined) return call;
    }
    return undefined;
  }

  /** Who starts the step of a label: the caller, or the callee where it ends a call. */
  rolesOf(
    label: string,
  ): { initiator: string; callee: string; bySide: 'caller' | 'callee' } | undefined {
    const call = this.find(label);
    if (call === undefined) return undefined;
    const bySide = call.spans && parseLabel(label).outcome !== BEGIN ? 'callee' : 'caller';
    return { initiator: call[bySide], callee: call.callee, bySide };
  }
}
