import type { AnyStateMachine } from 'xstate';
import { construct } from './construct.ts';
import { outsideTheFinitePart } from './finite.ts';
import { type Walk, walk } from './flatten.ts';
import { behaviourFindings } from './lint-behaviour.ts';
import { configFindings } from './lint-config.ts';
import { remember, textOf } from './lts-of.ts';
import { MachineError, type Refusal } from './machine-error.ts';

/** Something that XState lets pass and the author of a machine did not mean. */
export interface LintFinding {
  readonly rule: LintRule;
  readonly machine: string;
  /** The dotted path of a state node or the name of a state; empty for the machine as a whole. */
  readonly state: string;
  /** What is wrong and what to do, in one sentence, without the place. */
  readonly message: string;
}

export type LintRule =
  /** The machine has no LTS at all. */
  | Refusal
  /** A state node that is never entered. */
  | 'unreachable-state'
  /** A declared label that no reachable state enables. */
  | 'label-never-happens'
  /** An event that is handled and neither declared nor raised. */
  | 'undeclared-label'
  /** A transition that no reachable state takes. */
  | 'never-taken'
  /** A candidate behind one that has no guard. */
  | 'shadowed'
  /** One event taken by two regions in one step. */
  | 'shared-label'
  /** One event selected by two regions, of which XState drops one. */
  | 'dropped'
  /** A node whose guards all refuse an event, which an ancestor then takes. */
  | 'falls-through'
  /** Two declared labels that stand for the same instance. */
  | 'duplicate-label'
  /** Two state nodes with one id; XState finds the last. */
  | 'duplicate-id'
  /** A template with an index without a range, or a range without a template. */
  | 'template-index'
  /** An event that is raised although it is a label, so that nobody else takes part. */
  | 'raised-label'
  /** An event that is raised and handled nowhere. */
  | 'unheard-raise'
  /** An exception declared for the linter that is none. */
  | 'stale-declaration';

/**
 * What XState lets pass in a machine and its author should know.
 *
 * A machine that XState cannot construct throws before anybody can look at it, so a function that
 * makes the machine may be given instead. Where the machine has no LTS (it is outside the finite
 * part, throws, does not settle), only the findings that explain this, and those that need no LTS,
 * are returned.
 *
 * Exceptions are declared where they are: in the `meta` of the root, `shared` (labels that several
 * regions take together), `unused` (labels) and `unreachable` (paths of state nodes) that only a
 * fault or another variant needs; in the `meta` of a transition, `unused: true`; in the `meta` of
 * a state node, `inherits` (labels). A declared exception that is none is a finding, too.
 *
 * On `inherits`: a node may refuse with `E: {}`, or inherit by saying nothing about `E`. When it
 * has guarded transitions for `E`, all its guards are false and an ancestor takes `E`, a reader
 * expects a refusal and XState gives the ancestor's step. That is a finding unless the node says
 * `meta: { inherits: ['E'] }`; to refuse, add `{}` as the last candidate.
 */
export function lint(subject: AnyStateMachine | (() => AnyStateMachine)): LintFinding[] {
  const findings: LintFinding[] = [];
  try {
    const machine = typeof subject === 'function' ? construct(subject) : subject;
    findings.push(...configFindings(machine));
    const refused = outsideTheFinitePart(machine);
    if (refused.length > 0) return [...refused.map(findingOf), ...findings];
    const walked = walk(machine);
    if (textOf(machine) === undefined) assertRepeatable(machine, walked);
    remember(machine, walked.lts);
    findings.push(...behaviourFindings(machine, walked));
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    findings.unshift(findingOf(error));
  }
  return findings;
}

function findingOf({ rule, machine, state, reason }: MachineError): LintFinding {
  return { rule, machine, state, message: reason };
}

/**
 * A clock, a random number or a counter outside the context shows when it is done twice; what is
 * nothing but text has none.
 */
function assertRepeatable(machine: AnyStateMachine, first: Walk): void {
  const again = walk(machine);
  const names = ({ lts }: Walk) => lts.states.map((state) => state.name).join('\n');
  const table = ({ lts }: Walk) => lts.next.join();
  if (names(first) === names(again) && table(first) === table(again)) return;
  const reason =
    'flattened twice it gives two different tables; guards and assigns may depend on nothing but the context';
  throw new MachineError('impure', machine.id, '', reason);
}
