import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.ts';
import { aligned } from './rows.ts';

/** What this machine's memory can do, with so much of it in use. */
export interface Limit {
  readonly megabytes: number;
  /** Read in order. */
  readonly inOrderGBs: number;
  /** One read at random that must wait for the one before. */
  readonly waitingNs: number;
  /** One read at random among others that need not wait for each other. */
  readonly apartNs: number;
}

const SOURCE = fileURLToPath(new URL('../../bench/limits.c', import.meta.url));

/** Sizes of the explorer's tables, from those of 400,000 states to those of 20 million. */
const MEGABYTES = [1, 4, 16, 64, 256];

export function measureLimits(): Limit[] {
  const directory = mkdtempSync(join(tmpdir(), 'limits-'));
  try {
    measure(directory, 'gcc', ['-O2', '-o', 'limits', SOURCE]);
    return MEGABYTES.map(
      (size) => JSON.parse(measure(directory, './limits', [String(size)]).output) as Limit,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export function limitsTable(limits: readonly Limit[]): string {
  return [
    'the memory of this machine, by how much of it is in use',
    ...aligned([
      ['MB', 'in order, GB/s', 'at random, one after the other, ns', 'at random, apart, ns'],
      ...limits.map(({ megabytes, inOrderGBs, waitingNs, apartNs }) => [
        String(megabytes),
        inOrderGBs.toFixed(1),
        waitingNs.toFixed(0),
        apartNs.toFixed(1),
      ]),
    ]),
    '',
  ].join('\n');
}
