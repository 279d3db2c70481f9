export { parseLabel, plainLabel } from '../lts/label.ts';

/**
 * A target is what a generated test drives: an implementation, or a model of one.
 *
 * A step of a test is a label. A label that the environment initiates is *performed* (or
 * *forced*, where the environment has to choose a failure); a label that the implementation initiates is
 * *observed*: the target lets it go on until that step and no further, where it can.
 */

/** What a target can do with a label. */
export type Ability = 'perform' | 'force' | 'observe';

/** What happened when a step was asked for. */
export interface StepResult {
  /** The label that really happened, without `#variant`; absent if nothing could happen. */
  readonly actual?: string;
  /** Where `actual` is absent or differs: what the target was about to do, for the report. */
  readonly pending?: readonly string[];
}

/** @typeParam Scope - the objects that a test needs, which only the target and its suites know */
export interface Target<Scope = unknown> {
  readonly name: string;
  /**
   * `undefined` when the target cannot do this label at all: the path is skipped and says so.
   *
   * @param scope - the objects of the test, which are made only where it can do all of them
   */
  ability(label: string, scope: Scope): Ability | undefined;
  /** Throws away everything and makes the objects of `scope`. */
  reset(scope: Scope): Promise<void>;
  /** Does one step, or lets it happen. Never throws for a step that did not happen. */
  step(label: string): Promise<StepResult>;
  /** What can be seen from outside now, for example `{'buf[0].revoked': 'true'}`. */
  observe(): Promise<Readonly<Record<string, string>>>;
}
