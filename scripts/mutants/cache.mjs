/**
 * What was recorded and judged, in the user's cache, so that a run that was ended goes on.
 *
 * It holds while what it rests on is the same: of the tests the one that killed, or all that were run
 * and did not; of what is no test the tool's sources, and all of them where a test is not the tool's.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

const NO_SOURCE = /\.test\.ts$|\.md$|^docs\/|^scripts\/mutants\/|^test\/.*\.vm\./;
const IS_TOOL = /^packages\/|^[^/]+$/;

export class Cache {
  #tree;
  #path;
  #others;
  #coverage = new Map();
  #judged = new Map();

  constructor(tree) {
    this.#tree = tree;
    const sources = tree.files.filter((path) => !NO_SOURCE.test(path));
    const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    const hashOfThose = (isTool) =>
      this.#digestOf(sources.filter((path) => IS_TOOL.test(path) === isTool));
    this.#others = hashOfThose(false);
    const name = `${hashOfThose(true).slice(0, 16)}.jsonl`;
    this.#path = join(base, 'vfio-dmabuf-spec', 'mutants', name);
    mkdirSync(dirname(this.#path), { recursive: true });
    for (const line of existsSync(this.#path) ? readFileSync(this.#path, 'utf8').split('\n') : []) {
      if (line !== '') this.#remember(JSON.parse(line));
    }
  }

  coverageOf(test) {
    const { hash, known } = this.#coverage.get(test) ?? {};
    return hash === this.#hashOf([test]) ? known : undefined;
  }

  keepCoverage(test, known) {
    this.#keep({ test, hash: this.#hashOf([test]), known });
  }

  /** Whether a mutant passes the types, where that is known. */
  isValid({ text }) {
    return this.#judged.get(`types ${digest(text)}`)?.result;
  }

  keepValid({ text }, isValid) {
    this.#keep({ mutant: `types ${digest(text)}`, result: isValid });
  }

  /** What became of a mutant, where it rests on what is still so. */
  judgedAs({ text }, round, tests) {
    const judged = this.#judged.get(`${round} ${digest(text)}`);
    if (judged === undefined) return undefined;
    const { killer, hash, result } = judged;
    const restsOn = killer === undefined ? tests.map(({ file }) => file).sort() : [killer];
    return hash === this.#hashOf(restsOn) ? result : undefined;
  }

  keepJudged({ text }, round, tests, killer, result) {
    const restsOn = killer === undefined ? tests.map(({ file }) => file).sort() : [killer];
    const mutant = `${round} ${digest(text)}`;
    this.#keep({ mutant, killer, hash: this.#hashOf(restsOn), result });
  }

  #keep(entry) {
    this.#remember(entry);
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
  }

  #remember(entry) {
    if (entry.test !== undefined) this.#coverage.set(entry.test, entry);
    else this.#judged.set(entry.mutant, entry);
  }

  /** Of test files, with what they execute beside the tool. */
  #hashOf(tests) {
    const isOfTool = tests.every((path) => IS_TOOL.test(path));
    return isOfTool ? this.#digestOf(tests) : `${this.#digestOf(tests)} ${this.#others}`;
  }

  #digestOf(paths) {
    const read = (path) => (this.#tree.files.includes(path) ? this.#tree.read(path) : '');
    return digest(paths.map((path) => `${path}\0${read(path)}`).join('\0'));
  }
}

const digest = (text) => createHash('sha256').update(text).digest('hex');
