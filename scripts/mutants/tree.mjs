/** A copy of what git tracks or would track, in which mutants are tested, and what runs there. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { transformWithOxc } from 'vite';
import { linkPackages } from '../link-packages.mjs';

/** What is infinite ends soon, and nobody reads the smallest counterexample. */
const ENVIRONMENT = { NO_COLOR: '1', NODE_OPTIONS: '--max-old-space-size=2048', FC_SHRINK: 'no' };

/** Types are removed, and nothing else, as the compiler does with the project's options. */
const STRIPPED = { onlyRemoveTypeImports: true, rewriteImportExtensions: true };

/** So long may what was cancelled take to end. */
const PATIENCE = 3_000;

/** The package of what is mutated. */
const TOOL = 'packages/xstate-check';

/** Where a source is, when it is built. */
const builtOf = (path) => path.replace(`${TOOL}/src/`, `${TOOL}/dist/`).replace(/\.ts$/, '.js');

export class Tree {
  #directory = mkdtempSync(join(tmpdir(), 'mutants-'));
  #root = join(this.#directory, 'tree');
  #children = new Set();
  #server;

  /** @param {string} from the root of the project */
  constructor(from) {
    const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const options = { cwd: from, encoding: 'utf8', maxBuffer: 2 ** 28 };
    const listed = execFileSync('git', listing, options).split('\0');
    this.files = listed.filter((path) => path !== '').sort();
    for (const path of this.files) cpSync(join(from, path), join(this.#root, path));
    for (const built of ['dist', `${TOOL}/dist`]) {
      cpSync(join(from, built), join(this.#root, built), { recursive: true });
    }
    linkPackages(from, this.#root);
    mkdirSync(join(this.#directory, 'tmp'));
  }

  read(path) {
    return readFileSync(join(this.#root, path), 'utf8');
  }

  /** A source as it is from now on, in dist too: threads of a crew, and commands, run what is there. */
  async write(path, text) {
    this.writeSource(path, text);
    const { code } = await transformWithOxc(text, path, { lang: 'ts', typescript: STRIPPED });
    writeFileSync(join(this.#root, builtOf(path)), code);
    this.#server?.changed.add(join(this.#root, path));
  }

  writeSource(path, text) {
    writeFileSync(join(this.#root, path), text);
  }

  /** The files of the tool that do not pass the types. */
  async filesWithErrors() {
    const tsc = 'node_modules/typescript/bin/tsc';
    const child = this.#start([tsc, '-p', TOOL, '--noEmit', '--pretty', 'false'], 'pipe');
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    await new Promise((done) => child.on('close', done));
    return new Set(
      [...output.matchAll(/^(\S+?\.ts)\(\d+,\d+\): error /gm)].map(([, path]) => path),
    );
  }

  /**
   * Runs test files in the order given, until one is red unless they are recorded.
   *
   * @param {{ file: string, ms: number, processor: number }[]} tests with the milliseconds that each
   *   may take, by the clock and of a processor, unless they are recorded
   * @param {string} [hits] the directory for what the probes tell, where they are recorded
   * @returns what was told of each, one after the other
   */
  async test(tests, hits) {
    if (this.#server !== undefined && this.#server.hits !== hits) this.#stop();
    this.#server ??= this.#serverFor(hits);
    const server = this.#server;
    const told = [];
    const changed = [...server.changed];
    server.changed.clear();
    const isOver = await new Promise((done) => {
      server.onEnd = () => done(true);
      server.onTold = (what) => {
        told.push(what);
        if (what.outcome !== 'passed' && hits === undefined) setTimeout(done, PATIENCE, false);
      };
      server.child.send({ tests, changed });
    });
    if (!isOver) this.#stop();
    return told;
  }

  #serverFor(hits) {
    const plan = JSON.stringify({ root: this.#root, directory: this.#directory, hits });
    const child = this.#start(['scripts/mutants/server.mjs', plan], 'ignore');
    const server = { child, hits, changed: new Set(), onTold() {}, onEnd() {} };
    child.on('message', (what) => (what === 'ended' ? server.onEnd() : server.onTold(what)));
    child.on('exit', () => {
      server.onEnd();
      if (this.#server === server) this.#server = undefined;
    });
    return server;
  }

  #stop() {
    this.#end(this.#server?.child);
    this.#server = undefined;
  }

  /** A directory of the copy that no program of the project sees. */
  aside(name) {
    const path = join(this.#directory, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  remove() {
    for (const child of this.#children) this.#end(child);
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }

  /** What it starts is of its group, and ends with it. */
  #start(args, output) {
    const child = spawn(process.execPath, args, {
      cwd: this.#root,
      env: { ...process.env, ...ENVIRONMENT, TMPDIR: join(this.#directory, 'tmp') },
      stdio: ['ignore', output, 'ignore', 'ipc'],
      detached: true,
    });
    this.#children.add(child);
    child.on('exit', () => this.#end(child));
    return child;
  }

  #end(child) {
    if (!this.#children.delete(child)) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All have ended.
    }
  }
}
