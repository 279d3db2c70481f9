import type { AnyStateMachine } from 'xstate';
import { MachineError, messageOf } from './machine-error.ts';

/**
 * Makes a machine. TypeScript does not check targets, so XState throws at construction for a
 * target or an initial state that does not exist; here that is a `MachineError`.
 *
 * @param name - what to call the machine where XState's message does not
 * @throws MachineError with machine, state, reason and what to do
 */
export function construct(make: () => AnyStateMachine, name?: string): AnyStateMachine {
  try {
    return make();
  } catch (error) {
    throw error instanceof MachineError ? error : constructionError(error, name);
  }
}

/** What XState threw while a machine was constructed, as a `MachineError`. */
export function constructionError(error: unknown, name?: string): MachineError {
  const message = error instanceof Error ? error.message : String(error);
  for (const { pattern, explain } of CONSTRUCTION_ERRORS) {
    const match = pattern.exec(message);
    if (match === null) continue;
    const { rule, id, reason } = explain(match[1]!, match[2] ?? '');
    return new MachineError(rule, name ?? machineOf(message), pathOf(id), reason);
  }
  return new MachineError(
    'wrong-config',
    name ?? machineOf(message),
    '',
    `XState cannot construct it (${messageOf(error)}); correct its config`,
  );
}

interface Explanation {
  readonly rule: 'wrong-target' | 'wrong-initial';
  /** The id of the state node, as XState writes it; empty where XState does not say. */
  readonly id: string;
  readonly reason: string;
}

/** The sentences of XState 5, in the order in which they are tried. */
const CONSTRUCTION_ERRORS: readonly {
  readonly pattern: RegExp;
  readonly explain: (first: string, second: string) => Explanation;
}[] = [
  {
    pattern: /Invalid transition definition for state node '(.+?)':\s+(.+)/s,
    explain: (id, why) => ({
      rule: 'wrong-target',
      id,
      reason: `a transition targets a state that does not exist (${why}); correct the target`,
    }),
  },
  {
    pattern: /Child state node '(#.+?)' does not exist on machine/,
    explain: (target) => ({
      rule: 'wrong-target',
      id: '',
      reason: `a transition targets '${target}', and no state has this id (XState does not say in which state it is written); correct the target`,
    }),
  },
  {
    pattern: /Invalid target: "(.+?)" is not a valid target from the root/,
    explain: (target) => ({
      rule: 'wrong-target',
      id: '',
      reason: `a transition of the root targets '${target}'; write '.${target}' for a state below the root`,
    }),
  },
  {
    pattern: /Child state '(.+?)' does not exist on '(.+?)'/,
    explain: (target, parent) => ({
      rule: 'wrong-target',
      id: '',
      reason: `a transition of the root, or one by id, targets '${target}', which is no state of '${parent}'; correct the target`,
    }),
  },
  {
    pattern: /No initial state specified for compound state node "#(.+?)"/,
    explain: (id) => ({
      rule: 'wrong-initial',
      id,
      reason: "it has states and no 'initial'; say in which of them it starts",
    }),
  },
];

/** The machine's id, where a message of XState has it. */
function machineOf(message: string): string {
  const named =
    /on machine '(.+?)'/.exec(message) ?? /(?:node '|node "#|on ')([^.'"]+)/.exec(message);
  return named?.[1] ?? '(machine)';
}

/** `a.b` for the id `machine.a.b`. */
function pathOf(id: string): string {
  return id.split('.').slice(1).join('.');
}
