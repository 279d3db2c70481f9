/** A copy of what git tracks or would track, in which mutants are tested, and what runs there. */
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** What is infinite ends soon, and nobody reads the smallest counterexample. */
const ENVIRONMENT = { NO_COLOR: '1', NODE_OPTIONS: '--max-old-space-size=2048', FC_SHRINK: 'no' };

export class Tree {
  #directory = mkdtempSync(join(tmpdir(), 'mutants-'));
  #root = join(this.#directory, 'tree');
  #child;

  /** @param {string} from the root of the project */
  constructor(from) {
    const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const options = { cwd: from, encoding: 'utf8', maxBuffer: 2 ** 28 };
    const listed = execFileSync('git', listing, options).split('\0');
    this.files = listed.filter((path) => path !== '').sort();
    for (const path of this.files) cpSync(join(from, path), join(this.#root, path));
    cpSync(join(from, 'dist'), join(this.#root, 'dist'), { recursive: true });
    symlinkSync(join(from, 'node_modules'), join(this.#root, 'node_modules'));
    mkdirSync(join(this.#directory, 'tmp'));
  }

  read(path) {
    return readFileSync(join(this.#root, path), 'utf8');
  }

  write(path, text) {
    writeFileSync(join(this.#root, path), text);
  }

  /** What is built is built anew: threads that explore together, and commands, run what is in dist. */
  async builds() {
    return (await this.#run('typescript/bin/tsc', '-p', 'src')) === 0;
  }

  /**
   * Runs test files in the order given, until one is red unless they are recorded.
   *
   * @param {{ file: string, limit: number }[]} tests with the milliseconds that each may take
   * @param {string} [hits] the directory for what the probes tell, where they are recorded
   * @returns what the reporter told, one after the other
   */
  async test(tests, hits) {
    const told = join(this.#directory, 'told');
    writeFileSync(told, '');
    const plan = { root: this.#root, directory: this.#directory, told, tests, hits };
    writeFileSync(join(this.#directory, 'plan.json'), JSON.stringify(plan));
    const named = tests.map(({ file }) => join(this.#root, file));
    const config = ['--config', 'scripts/mutants/vitest.config.mjs'];
    await this.#run('vitest/vitest.mjs', 'run', ...config, ...named);
    return readFileSync(told, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  /** A directory of the copy that no program of the project sees. */
  aside(name) {
    const path = join(this.#directory, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  remove() {
    this.#end();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Runs a program of node_modules in the copy; what it started ends with it. */
  #run(program, ...args) {
    const TMPDIR = join(this.#directory, 'tmp');
    const MUTANTS_PLAN = join(this.#directory, 'plan.json');
    this.#child = spawn(process.execPath, [`node_modules/${program}`, ...args], {
      cwd: this.#root,
      env: { ...process.env, ...ENVIRONMENT, TMPDIR, MUTANTS_PLAN },
      stdio: 'ignore',
      detached: true,
    });
    return new Promise((done) => {
      this.#child.on('exit', (status) => {
        this.#end();
        done(status);
      });
    });
  }

  #end() {
    try {
      if (this.#child !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // All have ended.
    }
    this.#child = undefined;
  }
}
