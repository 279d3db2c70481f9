/**
 * What a kernel thread is made of. A thread is a generator that yields a *pending step* before it
 * does it; what the step changes happens at once when the thread is resumed, so that two threads
 * interleave at steps and nowhere else.
 */

/** One way a step can go. A step that the state decides has one; a choice of the environment, several. */
export interface Option {
  /** The procedure label. */
  readonly label: string;
  /** The contract label that this step decides, if any. */
  readonly commits?: string | undefined;
  /** A failure that only the environment chooses; never taken unless it is asked for. */
  readonly forced?: boolean;
  /** Whether a contract label that is asked for can only be reached by this option. */
  leadsTo?(label: string): boolean;
}

/** How a step behaves when nobody asks for it by name. */
export interface StepDetail {
  /** The contract label that this step decides. */
  readonly commits?: string | undefined;
  /** Contract grain: a thread is not run on through this step before another label needs it. */
  readonly stop?: boolean;
  /** A part of something that is one step to others: at procedure grain, or at both. */
  readonly hidden?: 'procedure' | 'both' | undefined;
  /** The beginning or the return of a call that has both at contract grain. */
  readonly boundary?: boolean;
}

/** A step that a thread is about to do. */
export interface Step extends StepDetail {
  /** Evaluated each time somebody looks, as others may change what the step will find. */
  options(): readonly Option[];
  /** False while the thread would sleep: a lock is held, a completion is not complete. */
  ready?(): boolean;
  /** What it sleeps for, for the report. */
  waitsFor?(): string;
}

/** A kernel function that can be preempted at its steps. */
export type Kthread<T = void> = Generator<Step, T, Option>;

const NO_STEPS: readonly Step[] = [];

/** Work that nobody can see the middle of. */
export function* atOnce<T>(work: () => T): Kthread<T> {
  yield* NO_STEPS;
  return work();
}

/** The steps of a function that is a part of something that is one step to others. */
export function* hiding<T>(
  hidden: Exclude<StepDetail['hidden'], undefined>,
  body: Kthread<T>,
): Kthread<T> {
  let next = body.next();
  while (!next.done) next = body.next(yield { ...next.value, hidden });
  return next.value;
}

/** A step with one outcome. */
export function* step(label: string, detail: StepDetail = {}): Kthread {
  yield { ...detail, options: () => [{ label, commits: detail.commits }] };
}

/** A step that reads: its label ends in what it will find. */
export function* test(
  name: string,
  read: () => boolean,
  commits?: (value: boolean) => string | undefined,
  detail: StepDetail = {},
): Kthread<boolean> {
  const taken = yield {
    ...detail,
    options: () => {
      const value = read();
      return [{ label: `${name}:${value}`, commits: commits?.(value) }];
    },
  };
  return taken.label.endsWith(':true');
}

/** One outcome of a choice, as the caller of `choose` writes it. */
export interface Outcome<O extends string> {
  readonly outcome: O;
  readonly commits?: string | undefined;
  readonly leadsTo?: (label: string) => boolean;
}

/** A step whose outcome the environment chooses; the first is taken when nobody asks. */
export function* choose<O extends string>(
  name: string,
  outcomes: readonly [Outcome<O>, ...Outcome<O>[]],
  detail: StepDetail = {},
): Kthread<O> {
  const options = outcomes.map((outcome, index) => ({
    label: outcome.outcome === '' ? name : `${name}:${outcome.outcome}`,
    commits: outcome.commits,
    forced: index > 0,
    ...(outcome.leadsTo ? { leadsTo: outcome.leadsTo } : {}),
  }));
  const taken = yield { stop: true, ...detail, options: () => options };
  const index = options.findIndex((option) => option.label === taken.label);
  return outcomes[index]!.outcome;
}
