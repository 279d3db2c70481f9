import { bench, describe } from 'vitest';
import { judgeTrace } from '../../specs/traces/judge.ts';
import { eventOf, fixture } from './mutations.ts';

/*
 * npx vitest bench test/trace
 *
 * Real traces, repeated to 100,000 lines and read line by line as from a file: in each round another
 * process opens the devices, exports other buffers and closes them. Nothing is asserted: it is
 * measured.
 */

const LINES = 100_000;
const TRACES = [
  'stock-7.2.13/revoke',
  'stock-7.2.13/hot-reset',
  'stock-7.2.13/close-first',
  'lockdep-7.2.13/hot-reset',
  'lockdep-7.2.13/revoke',
  'kernel-run-7.3.4/hot-reset',
  'kernel-run-7.3.4/runtime-suspend',
  'trace-cmd/report',
  'probes-7.3.4/hot-reset',
] as const;

function* repeated(once: readonly string[]) {
  for (let line = 0; line < LINES; line++) {
    const round = Math.floor(line / once.length);
    const text = once[line % once.length]!.replace(/^(\s*\S+-)(\d+)/, `$1${round}$2`).replace(
      /ino=(\d+)/,
      `ino=${round}0$1`,
    );
    yield eventOf(text, line + 1);
  }
}

function judged(lines: readonly string[]): void {
  const { verdict } = judgeTrace(() => repeated(lines));
  if (verdict !== 'accepted') throw new Error(verdict);
}

const OPTIONS = { iterations: 2, warmupIterations: 0, time: 0 };

describe('100,000 lines', () => {
  for (const name of TRACES) {
    const lines = fixture(name);
    const leaking = lines.filter((line) => !/(dma_buf_file|dma_buf)_release\b/.test(line));
    bench(name, () => judged(lines), OPTIONS);
    bench(`${name}, its buffers are never released`, () => judged(leaking), OPTIONS);
  }
});
