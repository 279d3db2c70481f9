import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The Python that Debian's bindings of Qt are for. */
export const PYTHON = '/usr/bin/python3';

/** What an interpreter says of a chart: the active states at the start and after each event. */
export type Ran =
  | { readonly states: readonly (readonly string[])[] }
  | { readonly errors: readonly string[] };

/** Qt's interpreter of SCXML, in a process that runs one chart after the other. */
export class ScxmlInterpreter {
  #process: ChildProcess | undefined;

  /** @throws Error where the chart does not come to rest */
  run(chart: string, events: readonly string[]): Promise<Ran> {
    this.#process ??= this.#start();
    const { stdin, stdout } = this.#process;
    return new Promise((resolve, reject) => {
      const lines = createInterface({ input: stdout! });
      const clock = setTimeout(() => {
        this.end();
        reject(new Error(`no answer within ${PATIENCE} seconds`));
      }, PATIENCE * 1000);
      lines.once('line', (line) => {
        clearTimeout(clock);
        lines.close();
        try {
          resolve(JSON.parse(line) as Ran);
        } catch {
          reject(new Error(`no answer, but '${line}'`));
        }
      });
      stdin!.write(`${JSON.stringify([chart, events])}\n`);
    });
  }

  end(): void {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }

  #start(): ChildProcess {
    const script = fileURLToPath(new URL('./run-scxml.py', import.meta.url));
    return spawn(PYTHON, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  }
}

/** Seconds to wait for an answer. */
const PATIENCE = 60;
