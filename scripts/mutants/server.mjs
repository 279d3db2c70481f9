/** One vitest that stays up and runs test files as it is told to, for `Tree.test()`. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { createVitest } from 'vitest/node';

const { root, directory, hits } = JSON.parse(process.argv[2]);
const isRecording = hits !== undefined;
let place = new Map();
let vitest;
process.env.MUTANTS_PLAN = join(directory, 'plan.json');

class AsTold {
  shard(files) {
    return files;
  }

  sort(files) {
    const at = ({ moduleId }) => place.get(relative(root, moduleId)).at;
    return [...files].sort((a, b) => at(a) - at(b));
  }
}

/** Tells how each file ended. Unless they are recorded, the first that is red or late is the last. */
class Teller {
  #timers = new Map();
  #began = new Map();

  onTestModuleQueued({ relativeModuleId: file }) {
    this.#began.set(file, performance.now());
    const { ms } = place.get(file);
    const late = () => this.#tell({ file, outcome: 'broken', by: `${file}: does not end` });
    if (!isRecording) this.#timers.set(file, setTimeout(late, ms));
  }

  onTestCaseResult(test) {
    if (test.result().state !== 'failed' || isRecording) return;
    const file = test.module.relativeModuleId;
    this.#tell({ file, outcome: 'killed', by: `${file} > ${test.fullName}` });
  }

  onTestModuleEnd(module) {
    const file = module.relativeModuleId;
    clearTimeout(this.#timers.get(file));
    this.#timers.delete(file);
    const outcome = module.ok() ? 'passed' : 'killed';
    const ms = Math.ceil(performance.now() - this.#began.get(file));
    this.#tell({ file, outcome, by: file, ms });
  }

  onTestRunEnd(_modules, errors) {
    const [file = 'between the files'] = this.#timers.keys();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    if (errors.length === 0) return;
    const [said] = `${errors[0].message}`.split('\n');
    this.#tell({ file, outcome: 'broken', by: `${file}: ${said}` });
  }

  #tell(what) {
    process.send(what);
    if (what.outcome !== 'passed' && !isRecording) vitest.cancelCurrentRun('test-failure');
  }
}

process.on('disconnect', () => process.exit());
process.on('message', async ({ tests, changed }) => {
  place = new Map(tests.map((test, at) => [test.file, { ...test, at }]));
  const processor = Object.fromEntries(tests.map(({ file, processor: most }) => [file, most]));
  writeFileSync(process.env.MUTANTS_PLAN, JSON.stringify({ root, hits, processor }));
  vitest ??= await createVitest(
    'test',
    {
      root,
      watch: false,
      // What one file keeps for the next would be told of the first only.
      isolate: isRecording,
      maxWorkers: isRecording ? 2 : 1,
      setupFiles: ['test/setup.ts', 'scripts/mutants/watched.mjs'],
      sequence: { sequencer: AsTold },
      reporters: [new Teller()],
    },
    { cacheDir: join(directory, 'vite') },
  );
  vitest.state.filesMap.clear();
  for (const file of changed) {
    vitest.invalidateFile(file);
    vitest.watcher.invalidates.add(file);
  }
  const project = vitest.getRootProject();
  await vitest.runTestSpecifications(
    tests.map(({ file }) => project.createSpecification(join(root, file))),
  );
  process.send('ended');
});
