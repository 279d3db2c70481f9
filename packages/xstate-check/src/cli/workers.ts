import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { InputError } from '../base/errors.ts';
import { alone, type Means, type Task, type Work } from '../catalogue/work.ts';
import type { Bounds } from '../explore/explore.ts';

/** The threads of a program that work beside its first one. */
export interface Beside {
  /** The module that works there, as `workBeside` does. */
  readonly entry: URL;
  /** How many threads work, the first one included; as many as there are processors where absent. */
  readonly threads?: number;
  /** From how many states on, that others would take over, they are called. */
  readonly least?: number;
}

/** What a worker is started with. */
export interface WorkerData {
  readonly bounds: Pick<Bounds, 'states' | 'bytes' | 'threads'>;
  /** Whether it may look at what is kept. */
  readonly cache: boolean;
}

/** What a worker is asked: tasks, of which whoever has time takes the next. */
export interface Asking {
  readonly task: string;
  readonly asked: readonly unknown[];
  /** The number of the next one. */
  readonly next: Int32Array;
  /** What each worker is at, or was last, and which of them this one is. */
  readonly at: Int32Array;
  readonly worker: number;
}

/** What it says of that. */
export type Saying =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'told'; readonly index: number; readonly told: unknown }
  /** How many verdicts it had from before, and how many not. */
  | { readonly kind: 'done'; readonly found: number; readonly judged: number };

/** Each thread has the specification and a system's states, so that more are no use to memory. */
const MOST_THREADS = 4;

/** A worker loads the specification first, which takes as long as some 200,000 states. */
const LEAST = 200_000;

/** What a worker is at before it takes the first task. */
const NOTHING = -1;

/** A thread ended that was not to. */
class WorkerDied extends InputError {}

/** The first thread of a program, and those that are called when there is much to do. */
export class Workers implements Work {
  readonly means: Means;
  readonly #beside: Beside;
  readonly #cache: boolean;
  readonly #crew: Worker[] = [];

  constructor(means: Means, beside: Beside, cache: boolean) {
    this.means = means;
    this.#beside = beside;
    this.#cache = cache;
  }

  async all<Asked, Answer, Told>(
    task: Task<Asked, Answer, Told>,
    asked: readonly Asked[],
  ): Promise<Answer[]> {
    const order = this.#largestFirst(task, asked);
    const crew = this.#crewFor(order);
    if (crew.length === 0) return alone(this.means).all(task, asked);
    const round = new TogetherRound(task, order, crew, this.#means(crew.length + 1));
    const found = await round.run();
    const answers: Answer[] = [];
    // What went wrong beside others goes wrong again, or has all the memory now.
    for (const [index, one] of asked.entries()) {
      const answer = found.get(index);
      answers.push(answer === undefined ? await task.of(this.means, one) : answer.answer);
    }
    return answers;
  }

  async end(): Promise<void> {
    await Promise.all(this.#crew.splice(0).map((worker) => worker.terminate()));
  }

  #largestFirst<Asked>(
    { size }: Pick<Task<Asked, unknown>, 'size'>,
    asked: readonly Asked[],
  ): Ordered<Asked>[] {
    const { catalogue } = this.means;
    const sized = asked.map((one, index) => ({ one, index, size: size(catalogue, one) }));
    return sized.sort((a, b) => b.size - a.size || a.index - b.index);
  }

  /** Those who help with tasks of these sizes; nobody where it takes longer to call somebody. */
  #crewFor(order: readonly Ordered<unknown>[]): readonly Worker[] {
    const threads = this.#beside.threads ?? Math.min(MOST_THREADS, availableParallelism());
    const most = Math.min(threads, order.length) - 1;
    const others = order.slice(1).reduce((sum, { size }) => sum + size, 0);
    if (this.#crew.length === 0 && others < (this.#beside.least ?? LEAST)) return [];
    while (this.#crew.length < most) this.#crew.push(this.#call(threads));
    return this.#crew.slice(0, Math.max(0, most));
  }

  #call(threads: number): Worker {
    const { states, bytes } = this.means.bounds;
    const workerData: WorkerData = {
      bounds: {
        ...(states !== undefined && { states }),
        ...(bytes !== undefined && { bytes: bytes / threads }),
        threads: 1,
      },
      cache: this.#cache,
    };
    const worker = new Worker(this.#beside.entry, { workerData, execArgv: [] });
    worker.unref();
    // One that fails when its work is done is asked nothing any more; what it has done is done.
    const gone = () => {
      const place = this.#crew.indexOf(worker);
      if (place >= 0) this.#crew.splice(place, 1);
    };
    worker.on('error', gone).on('exit', gone);
    return worker;
  }

  /** What this thread works with beside others: its part of the memory, and one processor. */
  #means(threads: number): Means {
    const { bounds } = this.means;
    const bytes = bounds.bytes !== undefined && { bytes: bounds.bytes / threads };
    return { ...this.means, bounds: { ...bounds, ...bytes, threads: 1 } };
  }
}

interface Ordered<Asked> {
  readonly one: Asked;
  /** Its number among those asked. */
  readonly index: number;
  readonly size: number;
}

/** One list of tasks, and all who take from it. */
class TogetherRound<Asked, Answer, Told> {
  readonly #task: Task<Asked, Answer, Told>;
  readonly #order: readonly Ordered<Asked>[];
  readonly #crew: readonly Worker[];
  readonly #means: Means;
  readonly #next = shared(1);
  readonly #at: Int32Array;
  readonly #found = new Map<number, { readonly answer: Answer }>();

  constructor(
    task: Task<Asked, Answer, Told>,
    order: readonly Ordered<Asked>[],
    crew: readonly Worker[],
    means: Means,
  ) {
    this.#task = task;
    this.#order = order;
    this.#crew = crew;
    this.#means = means;
    this.#at = shared(crew.length).fill(NOTHING);
  }

  /** @returns the answers by number; of what went wrong, none */
  async run(): Promise<ReadonlyMap<number, { readonly answer: Answer }>> {
    const others = Promise.all(this.#crew.map((worker, number) => this.#ask(worker, number)));
    // Whoever dies while this thread is at something is told of when it is done.
    others.catch(() => {});
    for (;;) {
      const taken = this.#order[Atomics.add(this.#next, 0, 1)];
      if (taken === undefined) break;
      try {
        const answer = await this.#task.of(this.#means, taken.one);
        this.#found.set(taken.index, { answer });
      } catch {}
      await new Promise(setImmediate);
    }
    await others;
    return this.#found;
  }

  /** Asks a worker, and settles when it has nothing to do any more. */
  #ask(worker: Worker, number: number): Promise<void> {
    const asked = this.#order.map(({ one }) => one);
    const asking: Asking = {
      ...{ task: this.#task.name, asked, next: this.#next, at: this.#at, worker: number },
    };
    worker.ref();
    worker.postMessage(asking);
    return new Promise<void>((resolve, reject) => {
      const settle = (by: () => void) => {
        worker.off('message', hear).off('error', died).off('exit', ended).unref();
        by();
      };
      const hear = (said: Saying) => {
        if (said.kind === 'done') this.#count(said);
        if (said.kind === 'done') settle(resolve);
        else this.#hear(said);
      };
      const died = (error: unknown) => settle(() => reject(this.#death(number, error)));
      const ended = () => settle(() => reject(this.#death(number)));
      worker.on('message', hear).on('error', died).on('exit', ended);
    });
  }

  #hear(said: Exclude<Saying, { kind: 'done' }>): void {
    if (said.kind === 'progress') {
      this.#means.progress(said.text);
      return;
    }
    const { one, index } = this.#order[said.index]!;
    const answer = this.#task.hear(this.#means, one, said.told as Told);
    this.#found.set(index, { answer });
  }

  #count({ found, judged }: Extract<Saying, { kind: 'done' }>): void {
    const { kept } = this.#means.bounds;
    if (kept === undefined) return;
    kept.found += found;
    kept.judged += judged;
  }

  #death(number: number, error?: unknown): WorkerDied {
    const at = this.#order[Atomics.load(this.#at, number)];
    const { catalogue } = this.#means;
    const what = at === undefined ? 'nothing yet' : this.#task.about(catalogue, at.one);
    const why = error instanceof Error ? error.message : 'it ended by itself';
    const isMemory = (error as NodeJS.ErrnoException)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const remedy = isMemory ? '; take a smaller --scope' : '';
    return new WorkerDied(`the thread that was at ${what} died: ${why}${remedy}`);
  }
}

function shared(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}
