import {
  type Ability,
  parseLabel,
  plainLabel,
  type StepResult,
  type Target,
} from 'xstate-check/target';
import type { TargetScope } from '../../targets/target-scope.ts';
import { about } from '../observation.ts';
import type { BaseKernel } from './base-kernel.ts';
import type { Thread } from './scheduler.ts';
import type { Kthread, Option } from './step.ts';

/** A kernel whose functions are seen step by step. */
export interface FunctionKernel extends BaseKernel {
  /** The thread that begins with this label, if one can now. */
  call(label: string, thread: string): (() => Kthread) | undefined;
  /** What can be seen from outside. */
  observe(): Readonly<Record<string, string>>;
}

/** What can be done with labels, as those of the objects with index 0. */
export interface FunctionWords {
  /** What a test does. */
  readonly performed: ReadonlySet<string>;
  /** Failures that nobody but the environment decides. */
  readonly forced: ReadonlySet<string>;
  readonly observed: ReadonlySet<string>;
}

export const wordsOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/**
 * A kernel as a target of tests that know each step of each of its threads: a test names the thread,
 * whose next step it is, or which begins with it.
 */
export abstract class FunctionsTarget<K extends FunctionKernel> implements Target<TargetScope> {
  abstract readonly name: string;
  protected abstract readonly words: FunctionWords;
  private machine: K | undefined;

  protected abstract boot(scope: TargetScope): K;

  /** The kernel's own state, for tests that look closer than `observe`. */
  get kernel(): K {
    if (!this.machine) throw new Error('nothing has been made ready');
    return this.machine;
  }

  ability(label: string): Ability | undefined {
    const word = plainLabel(label).replace(/\[\d+\]/g, '[0]');
    const { performed, forced, observed } = this.words;
    if (performed.has(word)) return 'perform';
    if (forced.has(word)) return 'force';
    return observed.has(word) ? 'observe' : undefined;
  }

  async reset(scope: TargetScope): Promise<void> {
    this.machine = this.boot(scope);
  }

  async step(label: string): Promise<StepResult> {
    return this.stepNow(label);
  }

  /** `step` without a promise. */
  stepNow(label: string): StepResult {
    const { kernel } = this;
    const plain = plainLabel(label);
    const name = parseLabel(label).thread ?? 'process';
    const running = kernel.scheduler.threads.find((thread) => thread.name === name);
    const thread = running ?? this.begun(plain, name);
    if (!thread?.ready) return { pending: this.pending() };
    const option = optionOf(thread, plain);
    const pending = this.pending();
    kernel.scheduler.resume(thread, option);
    return option.label === plain ? { actual: plain } : { actual: option.label, pending };
  }

  private begun(label: string, name: string): Thread | undefined {
    const call = this.kernel.call(label, name);
    return call && this.kernel.scheduler.spawn(name, label, () => asThread(call()));
  }

  private pending(): string[] {
    const lines = this.kernel.scheduler.threads.map(about);
    return lines.length > 0 ? lines : ['no thread is running'];
  }

  async observe(): Promise<Readonly<Record<string, string>>> {
    return this.kernel.observe();
  }
}

/** The option that was asked for, or what happens where nobody forces anything. */
function optionOf({ pending }: Thread, label: string): Option {
  const options = pending!.options();
  return options.find((option) => option.label === label) ?? options[0]!;
}

function* asThread(body: Kthread): Kthread<string> {
  yield* body;
  return 'done';
}
