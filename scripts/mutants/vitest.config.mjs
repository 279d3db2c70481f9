/** The project's tests, as the plan of `Tree.test()` wants them run. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { mergeConfig } from 'vitest/config';
import project from '../../vitest.config.ts';

const { root, directory, told, tests, hits } = JSON.parse(
  readFileSync(process.env.MUTANTS_PLAN, 'utf8'),
);
const place = new Map(tests.map(({ file, limit }, at) => [file, { at, limit }]));
const isRecording = hits !== undefined;

class AsPlanned {
  shard(files) {
    return files;
  }

  sort(files) {
    const at = ({ moduleId }) => place.get(relative(root, moduleId))?.at ?? 0;
    return [...files].sort((a, b) => at(a) - at(b));
  }
}

/** Tells how each file ended. The first red test, and the first file without an end, is the last. */
class Teller {
  #timers = new Map();
  #began = new Map();

  onTestModuleQueued({ relativeModuleId: file }) {
    this.#began.set(file, performance.now());
    const { limit } = place.get(file);
    const late = () => this.#tell({ file, outcome: 'broken', by: `${file}: over its time` }, true);
    if (limit !== null) this.#timers.set(file, setTimeout(late, limit));
  }

  onTestCaseResult(test) {
    if (test.result().state !== 'failed' || isRecording) return;
    const file = test.module.relativeModuleId;
    this.#tell({ file, outcome: 'killed', by: `${file} > ${test.fullName}` }, true);
  }

  onTestModuleEnd(module) {
    const file = module.relativeModuleId;
    clearTimeout(this.#timers.get(file));
    const outcome = module.ok() ? 'passed' : 'killed';
    const ms = Math.ceil(performance.now() - this.#began.get(file));
    this.#tell({ file, outcome, by: file, ms }, outcome === 'killed' && !isRecording);
  }

  onTestRunEnd(_modules, errors) {
    if (errors.length === 0) return;
    this.#tell({ outcome: 'broken', by: `${errors[0].message}`.split('\n')[0] }, true);
  }

  #tell(what, isLast) {
    appendFileSync(told, `${JSON.stringify(what)}\n`);
    if (isLast) process.exit(1);
  }
}

export default mergeConfig(project, {
  root,
  cacheDir: join(directory, 'vite'),
  test: {
    // What one file keeps for the next would be told of the first only.
    isolate: isRecording,
    setupFiles: isRecording ? ['scripts/mutants/recorded.mjs'] : [],
    sequence: { sequencer: AsPlanned },
    reporters: [new Teller()],
  },
});
