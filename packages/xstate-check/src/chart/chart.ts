/** What a transition is written as in a chart. */
export interface ChartLabel {
  /** The label as the machine has it; `always` where the transition is eventless. */
  readonly label: string;
  /** The condition, by name; `...` where it has none. */
  readonly guard?: string;
  readonly description?: string;
  readonly source?: string;
  /** The contract label that the step decides. */
  readonly commits?: string;
}

/** A box: a state of the machine. Units are CSS pixels from the top left of the chart. */
export interface ChartNode {
  /** Dotted path, as `LtsState.nodes` has it; empty for the root. */
  readonly id: string;
  readonly parent?: string;
  /** What is written in it. */
  readonly title: string;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final';
  /** The machine, or the region around it, begins here. */
  readonly initial: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly tags: readonly string[];
  readonly description?: string;
  readonly source?: string;
  /** What is taken here without leaving: answers, mostly errors. Written inside the box. */
  readonly answers: readonly ChartLabel[];
  /**
   * What is written below the title, one a line: the answers, families of them together
   * (`map: -ENODEV, -ENOMEM`).
   */
  readonly lines: readonly string[];
}

/** An arrow for all transitions from one node to another. */
export interface ChartArrow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** The state in which a call has begun and not returned, where the arrow is all of the call. */
  readonly through?: string;
  readonly labels: readonly ChartLabel[];
  /** The labels as they are written, one a line, families of them together. */
  readonly lines: readonly string[];
  /** The corners of its route, from the border of one box to that of the other. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Where its labels are written, one a line. */
  readonly text: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

/** A machine as a statechart that is laid out. */
export interface Chart {
  /** The id of the machine. */
  readonly machine: string;
  readonly description?: string;
  readonly source?: string;
  /** Where the arrows lead as a rule; dots of initial states stand beside that, or above. */
  readonly direction: 'down' | 'right';
  readonly width: number;
  readonly height: number;
  /** Ancestors before what is in them. */
  readonly nodes: readonly ChartNode[];
  readonly arrows: readonly ChartArrow[];
}
