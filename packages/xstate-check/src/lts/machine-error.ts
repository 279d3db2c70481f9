import { InputError } from '../base/errors.ts';

/** Why a machine has no LTS. Each is also a rule of the linter. */
export type Refusal =
  | 'wrong-target'
  | 'wrong-initial'
  | 'wrong-config'
  | 'not-finite'
  | 'not-implemented'
  | 'does-not-settle'
  | 'throws'
  | 'context-not-plain'
  | 'impure'
  | 'too-many-states'
  | 'label';

/** A machine that cannot be used, with the place and the reason for programs. */
export class MachineError extends InputError {
  readonly rule: Refusal;
  readonly machine: string;
  /** The dotted path of a state node, or a state of the LTS; empty for the machine as a whole. */
  readonly state: string;
  /** What is wrong and what to do, without the place. */
  readonly reason: string;

  constructor(rule: Refusal, machine: string, state: string, reason: string) {
    super(`machine '${machine}'${state && `, state ${state}`}: ${reason}`);
    this.rule = rule;
    this.machine = machine;
    this.state = state;
    this.reason = reason;
  }
}

/** The message of anything thrown, on one line and without a full stop. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replace(/\s+/g, ' ').replace(/\.+$/, '');
}
