import type { TraceEvent } from './ftrace.ts';
/** One line of a trace as it is shown: on a CPU's column, in the words of the kernel. */
export interface ShownEvent {
  readonly line: number;
  readonly task: string;
  readonly text: string;
}

/** What some part of a system is, or may be, at one place of a trace. */
export interface ShownState {
  readonly what: string;
  readonly is: string;
}

/** A call that had not returned when the trace ended. */
export interface OpenCall {
  readonly task: string;
  /** The last line of the task. */
  readonly line: number;
  readonly text: string;
  /** What it waits for, and on whom, as far as the states tell. */
  readonly waitsFor?: string;
}

/** How much of a machine took part in explaining a trace. */
export interface Coverage {
  readonly machine: string;
  readonly transitions: number;
  readonly of: number;
  /** Which ones, by the names of state and label; worked out when it is asked for. */
  readonly taken?: () => readonly (readonly [state: string, label: string])[];
}

export interface Rejection {
  /** The first line that no run explains, or the last one where the trace says that a call hung. */
  readonly line: number;
  readonly event: string;
  readonly task: string;
  /** What this task could have done instead. */
  readonly allowed: readonly string[];
  /** The rule that speaks against it, where one sentence says it. */
  readonly why?: string;
}

/** What a specification says of one trace. */
export interface TraceVerdict {
  readonly verdict: 'accepted' | 'rejected';
  /** Lines with events; those that the table knows; those that a run of the machines explains. */
  readonly events: number;
  readonly known: number;
  readonly explained: number;
  readonly devices: readonly string[];
  readonly tasks: readonly string[];
  readonly coverage: readonly Coverage[];
  /**
   * So many states fitted somewhere that devices and buffers were followed each by itself: more runs
   * were allowed there than the machines have.
   */
  readonly coarse: boolean;
  readonly rejection?: Rejection;
  /** Calls that had not returned at the end; `hung` where the trace or the user says so. */
  readonly open: readonly OpenCall[];
  readonly hung: boolean;
  /** The last lines before the end or the rejection. */
  readonly last: readonly ShownEvent[];
  readonly state: readonly ShownState[];
  /** What the trace does not tell, so that the verdict says nothing of it, in a sentence each. */
  readonly untold: readonly string[];
}

/** How a specification judges a trace. */
export type JudgeTrace = (
  read: () => Iterable<TraceEvent>,
  options: { readonly hung?: boolean; readonly progress?: (line: number) => void },
) => TraceVerdict;
