import { parentPort, workerData } from 'node:worker_threads';
import { type ProgramIdentity, speakAs } from '../base/program.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Means } from '../catalogue/work.ts';
import type { Kept } from '../keep/kept.ts';
import type { Asking, Saying, WorkerData } from './workers.ts';

/**
 * Works in a thread beside the first one of a program, which asks by names.
 *
 * @param program - the same program, so that its words are used
 * @param load - gives the catalogue, which is the same as there
 * @param keptHere - what is known from before
 */
export async function workBeside(
  program: ProgramIdentity,
  load: () => Promise<Catalogue>,
  keptHere: () => Kept | undefined = () => undefined,
): Promise<void> {
  speakAs(program);
  const { bounds, cache } = workerData as WorkerData;
  const say = (said: Saying) => parentPort!.postMessage(said);
  const kept = cache ? keptHere()?.verdicts : undefined;
  // Whoever asks has to wait for what is loaded, and what it asked waits here.
  const made = (async (): Promise<Means> => ({
    catalogue: await load(),
    bounds: { ...bounds, ...(kept !== undefined && { kept }) },
    progress: (text) => say({ kind: 'progress', text }),
  }))();
  parentPort!.on('message', async (asking: Asking) => {
    const before = { found: kept?.found ?? 0, judged: kept?.judged ?? 0 };
    await answer(asking, await made, say);
    const { found, judged } = {
      ...before,
      ...(kept && { found: kept.found, judged: kept.judged }),
    };
    say({ kind: 'done', found: found - before.found, judged: judged - before.judged });
  });
  await made;
}

async function answer(
  { task: name, asked, next, at, worker }: Asking,
  means: Means,
  say: (said: Saying) => void,
): Promise<void> {
  const { taskNamed } = await import('./tasks.ts');
  const task = taskNamed(name);
  for (;;) {
    const index = Atomics.add(next, 0, 1);
    if (index >= asked.length) break;
    Atomics.store(at, worker, index);
    try {
      const told = task.tell(await task.of(means, asked[index]));
      say({ kind: 'told', index, told });
    } catch {
      // Who asked does it again, alone, and says what is wrong with it.
    }
  }
}
