/** Which test files execute what, and how long each takes: recorded once, kept in the cache. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { probed } from './probes.mjs';

/** So many files are recorded at a time; what is recorded stays so when the run is ended. */
const AT_A_TIME = 20;

/** A day. */
const NO_LIMIT = { ms: 86_400_000, processor: 86_400_000 };

export class Coverage {
  tests = new Map();
  #tree;
  #cache;
  #core;
  #probes = new Map();
  #say;

  /** @param core the texts of the mutated files, by path */
  constructor(tree, cache, core, say) {
    this.#tree = tree;
    this.#cache = cache;
    this.#core = core;
    this.#say = say;
    let first = 0;
    for (const [file, text] of core) {
      const probes = probed(file, text, first);
      this.#probes.set(file, probes);
      first += probes.count;
    }
  }

  /** Records those of the test files that were not. */
  async record(files) {
    const isKnown = (file) => {
      const known = this.#cache.coverageOf(file);
      if (known !== undefined) this.tests.set(file, known);
      return known !== undefined;
    };
    const unknown = files.filter((file) => !isKnown(file));
    if (unknown.length === 0) return;
    this.#say(`what ${unknown.length} test files execute is recorded\n`);
    for (const [file, { text }] of this.#probes) await this.#tree.write(file, text);
    for (let i = 0; i < unknown.length; i += AT_A_TIME) {
      await this.#recordSome(unknown.slice(i, i + AT_A_TIME));
    }
    for (const [file, text] of this.#core) await this.#tree.write(file, text);
    await this.#leaveOutTheRed(unknown);
  }

  async #recordSome(files) {
    const hits = this.#tree.aside('hits');
    const told = await this.#tree.test(
      files.map((file) => ({ file })),
      hits,
    );
    for (const file of files) {
      const { outcome, ms } = told.find((each) => each.file === file) ?? {};
      const path = join(hits, encodeURIComponent(file));
      const met = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
      const numbers = [...new Set(met.filter((line) => line !== '').map(Number))];
      // One that is red with the probes did not get to its end: it may execute anything.
      const taken = `${path}.processor`;
      const processor = existsSync(taken) ? Number(readFileSync(taken, 'utf8')) : 0;
      this.#keep(file, { ms: ms ?? 0, processor, hits: outcome === 'passed' ? numbers : null });
    }
  }

  /** A test that is red without a mutant kills nothing. */
  async #leaveOutTheRed(files) {
    for (const file of files.filter((each) => this.tests.get(each).hits === null)) {
      const [{ outcome, ms }] = await this.#tree.test([{ file, ...NO_LIMIT }]);
      if (outcome === 'passed') this.#keep(file, { ms, processor: ms, hits: null });
      else this.#keep(file, { ms: 0, processor: 0, hits: [] });
      if (outcome !== 'passed') this.#say(`left out, as it is red without a mutant: ${file}\n`);
    }
  }

  #keep(file, known) {
    this.tests.set(file, known);
    this.#cache.keepCoverage(file, known);
  }

  /** What a test file may take with a mutant, by what it takes without, by itself and recorded. */
  limited(file) {
    const { ms, processor } = this.tests.get(file);
    return { file, ms: 60_000 + 10 * ms, processor: 5_000 + 5 * processor };
  }

  /** The recorded test files that execute a mutant, the quickest first. */
  testsOf({ file, start }) {
    const probe = this.#probes.get(file).of(start);
    return [...this.tests]
      .filter(([, { hits }]) => hits === null || hits.includes(probe))
      .map(([test]) => this.limited(test))
      .sort((a, b) => a.processor - b.processor);
  }
}
