/**
 * What the page of the inspector asks its server, and what it is told: JSON over HTTP on loopback.
 * Types only, because the page is built from them.
 *
 *     GET  api/overview                        Overview
 *     GET  api/system?SUBJECT                  SystemView
 *     POST api/play        PlayRequest         Play
 *     GET  api/statements?SUBJECT              Statements    of which a condition can be made
 *     GET  api/find?SUBJECT&condition=TEXT&number=N   FindView
 *     GET  api/machine?name=NAME               MachineView   a machine by itself
 *     GET  api/machine?SUBJECT&part=PART       MachineView   as it is in a system
 *     GET  api/counterexample?id=ID            RunView
 *     GET  api/path?id=ID                      RunView
 *     GET  api/paths?suite=SUITE               PathList
 *     GET  api/matrix                          MatrixView    of all systems, or `?system=NAME`
 *     GET  api/comparison?name=NAME            ComparisonView
 *     GET  api/answers?name=NAME               AnswersView   of the same comparison
 *     GET  api/beside?comparison=NAME&rule=RULE&left=DESIGN&right=DESIGN   BesideView
 *     GET  api/words                           Words
 *     GET  api/findings                        FindingsView
 *     GET  api/coverage?machine=NAME           Coverage; or of what `api/machine` takes
 *     GET  api/export?what=svg|mermaid&…       text, of what `api/machine` takes
 *     POST api/export      ExportRequest       text, of a run
 *     POST api/chart       ChartRequest        Chart         of any XState machine, by its definition
 *     WS   api/actors                          what actors of any project send, one message a frame
 *     WS   inspect                             where those actors send it
 *
 * SUBJECT is `system=NAME`, with `revision=` and `scope=doors=2,keys=1` where not the default;
 * or `fault=ID`; or `suite=NAME`. Bad input is answered by status 400 and `{ error }`, a sentence.
 */
import type { Door } from '../catalogue/door.ts';
import type { Chart } from '../chart/chart.ts';
import type { AnsweredCall } from '../matrix/answers.ts';
import type { ComparedCell } from '../matrix/compared.ts';
import type { CellVerdict } from '../matrix/matrix.ts';

/** What can be played: a system at a revision and scope, one with a fault in it, that of a suite. */
export type Subject =
  | { readonly system: string; readonly revision?: string; readonly scope?: string }
  | { readonly fault: string }
  | { readonly suite: string };

export interface Overview {
  /** The program that serves this. */
  readonly program: string;
  /** What runs a thread, as it is numbered in a run. */
  readonly runner?: string;
  /** One sentence: what is specified. */
  readonly description: string;
  /** Where who has a question begins; none where nothing is specified. */
  readonly doors: readonly Door[];
  readonly systems: readonly {
    readonly name: string;
    readonly title: string;
    readonly scope: string;
    readonly revisions: readonly string[];
    readonly defaultRevision: string;
    /** As the manifest has them, at the default revision and scope. */
    readonly states?: number;
    readonly transitions?: number;
    /** What breaks at the default revision; the scope where it is not the default one. */
    readonly broken: readonly {
      readonly property: string;
      readonly finding: string;
      readonly scope?: string;
    }[];
  }[];
  readonly machines: readonly {
    readonly name: string;
    readonly kind: string;
    /** What it is about; machines of one subject are listed together. */
    readonly subject?: string;
    readonly states: number;
    readonly transitions: number;
  }[];
  /** Faults, findings and broken properties: everything that `api/counterexample` takes by name. */
  readonly counterexamples: readonly CounterexampleEntry[];
  /** Designs that are compared. */
  readonly comparisons: readonly {
    readonly name: string;
    readonly title: string;
    readonly designs: readonly { readonly name: string; readonly title: string }[];
  }[];
  /** The suites of generated tests; how many paths one has is known once it was asked for. */
  readonly suites: readonly { readonly name: string; readonly paths?: number }[];
  /** Whether the hosted inspector was asked for with `--stately`. */
  readonly stately: boolean;
  /** Where to begin, as a route of the page (`#/system/door`); absent for the overview. */
  readonly open?: string;
}

export interface CounterexampleEntry {
  readonly id: string;
  readonly kind: 'fault' | 'finding';
  readonly title: string;
  readonly system: string;
  readonly revision: string;
  readonly property: string;
  readonly source: string;
}

export interface PartView {
  readonly name: string;
  readonly kind: 'contract' | 'procedure' | 'resource' | 'monitor';
  readonly machine: string;
  readonly thread?: string;
  /** Of the machine, by number; what `Play.local` speaks of. */
  readonly states: readonly StateView[];
}

export interface StateView {
  readonly name: string;
  /** Dotted paths of all active nodes, ancestors first: what is lit in the chart. */
  readonly nodes: readonly string[];
  readonly context: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

export interface PropertyView {
  readonly id: string;
  readonly kind: string;
  /** The rule, as a sentence. */
  readonly title: string;
  readonly rule?: string;
  readonly source: string;
  readonly consequence?: string;
  /** What `check` says; absent where nothing is said of it. */
  readonly expected?: string;
  /** Some run breaks it, as `expected` says, whether or not the steps taken do. */
  readonly isKnownBroken?: boolean;
  /** Whether it is told at each state of a run; others take the whole state space. */
  readonly live: boolean;
}

export interface SystemView {
  readonly subject: Subject;
  readonly name: string;
  readonly title: string;
  readonly revision: string;
  readonly scope: string;
  /** Of the family of systems; those of a fault are where its run can be tried without it. */
  readonly revisions: readonly string[];
  readonly parts: readonly PartView[];
  /** In the order of lanes. */
  readonly threads: readonly string[];
  readonly properties: readonly PropertyView[];
  readonly states?: number;
  readonly transitions?: number;
}

/** A step that can be taken, or is refused. */
export interface LabelView {
  /** The system label, by which a run names its steps. */
  readonly label: string;
  /** As the source writes it: `down_write(&vdev0->memory_lock)`. */
  readonly written: string;
  readonly thread?: string;
  /** The part that starts it; absent where the environment does. */
  readonly initiator?: string;
  /** The parts that take it together. */
  readonly participants: readonly string[];
}

export interface Refusal extends LabelView {
  /** Who refuses, in which state, and why in words. */
  readonly by: readonly { readonly part: string; readonly state: string; readonly why: string }[];
}

export interface PlayRequest {
  readonly subject: Subject;
  /** System labels from the initial state on. */
  readonly steps: readonly string[];
  /** After how many steps `enabled` and `refused` are asked for; after all where absent. */
  readonly at?: number;
}

export interface StepView extends LabelView {
  /** What the transition says of itself: description, source, contract label decided. */
  readonly description?: string;
  readonly source?: string;
  readonly commits?: string;
  /** For the sequence diagram: a call that begins, one that ends, or neither. */
  readonly shape: 'begin' | 'end' | 'step';
  /** The parts whose state changed, and what they were and are, by number. */
  readonly moved: readonly { readonly part: number; readonly from: number; readonly to: number }[];
}

/** A run, and what is known after each of its steps; index 0 is the initial state. */
export interface Play {
  readonly steps: readonly StepView[];
  /** For each position the state of each part, by number. */
  readonly local: readonly (readonly number[])[];
  /** Where a step was refused: the steps before it are played. `why` where there is no such step. */
  readonly refusedStep?: {
    readonly index: number;
    readonly refusal: Refusal;
    readonly why?: string;
  };
  readonly at: number;
  readonly enabled: readonly LabelView[];
  /** Offered by who starts them, and refused by another part. */
  readonly refused: readonly Refusal[];
  /** For each position what is held and counted: locks with their holders, references, waiters. */
  readonly held: readonly (readonly Held[])[];
  /** For each position the live properties that are not as they should be. */
  readonly properties: readonly (readonly PropertyStatus[])[];
}

/** `door.lock: held for writing by owner`, `door.kref: 2`. */
export interface Held {
  readonly object: string;
  readonly value: string;
  readonly thread?: string;
  readonly kind: 'lock' | 'count' | 'other';
}

export interface PropertyStatus {
  readonly id: string;
  /** `pending`: a leads-to whose premise was met and whose promise was not. */
  readonly status: 'broken' | 'pending';
  /** In words. */
  readonly why: string;
}

/** Of what a condition can be made: `dev.lock`, and of it `is held`, `is held by painter`. */
export interface Statements {
  readonly groups: readonly {
    readonly title: string;
    readonly choices: readonly { readonly subject: string; readonly words: readonly string[] }[];
  }[];
}

/** What was looked for: a state that somebody describes. */
export interface FindView {
  /** As it was read. */
  readonly condition: string;
  /** 1 for the shortest run, 2 for the next. */
  readonly number: number;
  /** How many states were looked at. */
  readonly states: number;
  /** Whether those are all, and none was left out: what was not found among them is not reachable. */
  readonly isComplete: boolean;
  /** Absent where nothing was found. */
  readonly steps?: readonly string[];
}

/** A run from the specification, to be stepped. */
export interface RunView {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly subject: Subject;
  readonly steps: readonly string[];
  /** What is repeated for ever after them. */
  readonly loop?: readonly string[];
  /** The property that it breaks. */
  readonly property?: string;
  /** What is wrong at the end, in one sentence. */
  readonly finding?: string;
  /** What the run comes to: who waits for whom, what is wrong, what it means. */
  readonly said?: readonly string[];
  /** As a diagram of columns. */
  readonly text?: string;
  /** All of it as one sends it to a list, no line of prose wider than a mail. */
  readonly mail?: string;
}

export interface PathList {
  readonly suite: string;
  readonly paths: readonly {
    readonly id: string;
    readonly title: string;
    readonly criterion: string;
    readonly steps: number;
  }[];
}

export interface MachineView {
  readonly name: string;
  readonly kind?: string;
  readonly chart: Chart;
  /** The machine's config as text, functions by name, for other inspectors; absent where unknown. */
  readonly definition?: string;
  /** What keeps it from being played: sentences. There are no states and labels then. */
  readonly complaints?: readonly string[];
  readonly labels: readonly string[];
  readonly states: readonly StateView[];
  /** `table[state][label]`: the next state, or -1 where it is refused. */
  readonly table: readonly (readonly number[])[];
  /** The nodes and events that each transition takes, by `state label`: what is lit as covered. */
  readonly via: Readonly<
    Record<string, readonly { readonly node: string; readonly event: string }[]>
  >;
}

/** Which transitions of a machine something took, each `state label` by number. */
export interface Coverage {
  readonly machine: string;
  readonly transitions: number;
  readonly by: readonly {
    readonly name: string;
    readonly covered: readonly string[];
  }[];
}

export interface MatrixView {
  readonly revisions: readonly {
    readonly name: string;
    readonly title: string;
    readonly source: string;
    /** What else its author looks for. */
    readonly words: readonly string[];
  }[];
  readonly rows: readonly {
    readonly property: string;
    readonly title: string;
    readonly rule?: string;
    readonly systems: readonly string[];
    readonly cells: readonly {
      readonly verdict: CellVerdict;
      readonly counterexample?: string;
      readonly known: readonly string[];
    }[];
  }[];
}

/** Designs of one thing, side by side, as the manifest has them: nothing is checked for it. */
export interface ComparisonView {
  readonly name: string;
  readonly title: string;
  readonly designs: readonly {
    readonly name: string;
    readonly title: string;
    readonly source: string;
  }[];
  readonly rows: readonly {
    readonly rule: string;
    readonly title: string;
    readonly of?: string;
    /** One for each design. */
    readonly cells: readonly ComparedCell[];
  }[];
}

/** What calls answer in designs that are compared: looked for in the systems when it is asked for. */
export interface AnswersView {
  readonly calls: readonly AnsweredCall[];
}

/** Two designs that take the same steps until they part. */
export interface BesideView {
  readonly rule: string;
  readonly left: BesideSide;
  readonly right: BesideSide;
  /** Whose run it is that breaks the rule; the other follows it. */
  readonly by: 'left' | 'right';
  /** What is one step of both is in both; a step that the other one does not know in one alone. */
  readonly steps: readonly { readonly left?: BesideStep; readonly right?: BesideStep }[];
  /** The step that the other refuses, whatever it did before; absent where it takes all that it knows. */
  readonly parted?: {
    readonly step: BesideStep;
    /** Who refuses it there, and why. */
    readonly why: readonly string[];
    /** What the thread of that step can do there. */
    readonly instead: readonly BesideStep[];
  };
  /** The step up to which it was followed, where so many positions were looked at and more are there. */
  readonly lost?: { readonly step: BesideStep; readonly positions: number };
}

export interface BesideSide {
  readonly design: string;
  readonly subject: Subject;
  /** Its own steps so far, by which they can be played. */
  readonly steps: readonly string[];
}

export interface BesideStep {
  readonly label: string;
  readonly written: string;
  readonly thread?: string;
}

/** What people look for who know the source: functions and labels, and who has them. */
export interface Words {
  readonly words: readonly {
    /** As the source writes it, else the label. */
    readonly word: string;
    readonly label: string;
    /** The machines that have it, by the name of their page. */
    readonly machines: readonly string[];
  }[];
}

export interface FindingsView {
  readonly findings: readonly {
    readonly id: string;
    readonly claim: string;
    readonly system: string;
    readonly revision: string;
    readonly property: string;
    readonly source: string;
    readonly derived: boolean;
    /** Of the newest release. */
    readonly current: boolean;
  }[];
}

/** What `@xstate.actor` of @statelyai/inspect has as `definition`: the machine's config, as text. */
export interface ChartRequest {
  readonly definition: string;
}

export interface ExportRequest extends PlayRequest {
  readonly what: 'run' | 'test' | 'mail';
  /** Of a mail: where the page shows the run, as it says in its address. */
  readonly route?: string;
}
