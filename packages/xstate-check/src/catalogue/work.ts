import type { Bounds } from '../explore/explore.ts';
import type { Catalogue } from './catalogue.ts';

/** What a task is done with. */
export interface Means {
  readonly catalogue: Catalogue;
  readonly bounds: Bounds;
  /** Called with what is being done. */
  readonly progress: (text: string) => void;
}

/**
 * Something that is done for many names, for each by itself, so that it does not matter who does it.
 * Another thread has a catalogue of its own: it is asked with what can be sent there, and sends back
 * what is told of the answer.
 */
export interface Task<Asked, Answer, Told = Answer> {
  /** By which another thread finds it. */
  readonly name: string;
  /** What it is about, as a person calls it. */
  about(catalogue: Catalogue, asked: Asked): string;
  /** How much there is to do, in states, roughly. */
  size(catalogue: Catalogue, asked: Asked): number;
  of(means: Means, asked: Asked): Answer | Promise<Answer>;
  tell(answer: Answer): Told;
  hear(means: Means, asked: Asked, told: Told): Answer;
}

/** Who does tasks: one thread, or several. */
export interface Work {
  readonly means: Means;
  /** The answers, in the order in which they were asked for. */
  all<Asked, Answer, Told>(
    task: Task<Asked, Answer, Told>,
    asked: readonly Asked[],
  ): Promise<Answer[]>;
}

/** One thread, which does one after the other. */
export function alone(means: Means): Work {
  return {
    means,
    async all(task, asked) {
      const answers = [];
      for (const one of asked) answers.push(await task.of(means, one));
      return answers;
    },
  };
}

/** A task whose answer can be sent as it is. */
export function plainTask<Asked, Answer>(
  task: Pick<Task<Asked, Answer>, 'name' | 'about' | 'size' | 'of'>,
): Task<Asked, Answer> {
  return { ...task, tell: (answer) => answer, hear: (_means, _asked, told) => told };
}

/** How many states the manifest expects of a system, of all revisions and scopes that are meant. */
export function statesOf(
  { expectations }: Catalogue,
  isMeant: (one: Catalogue['expectations'][number]) => boolean,
): number {
  return expectations.reduce((sum, one) => sum + (isMeant(one) ? one.states : 0), 0);
}
