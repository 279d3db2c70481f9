import { describe, expect, it } from 'vitest';
import type { Entry } from '../machines/mapping-types/match-lists.resource.ts';
import {
  dma_buf_match_mapping,
  type MappingFaultId,
  type MatchCase,
  type MatchEntry,
  type MatchResult,
} from '../simulator/index.ts';
import {
  ENTRIES,
  IOV_ERRNOS,
  type IovErrno,
  listsTo,
  machineMatch,
} from '../specs/mapping-types/match-table.ts';

const SIMULATED: Readonly<Record<Entry, MatchEntry>> = {
  SGT: { type: 'SGT' },
  SGT_P2P: { type: 'SGT', p2p: true },
  PAL: { type: 'PAL' },
  IOV: { type: 'IOV' },
};

/** What the simulated function answers, where an IOV match answers this. */
function simulated(of: MatchCase, iov: IovErrno, faults: readonly MappingFaultId[] = []): string {
  const body = dma_buf_match_mapping(of, (fault) => faults.includes(fault));
  let step = body.next();
  while (!step.done) {
    const options = step.value.options();
    const chosen = options.find(({ label }) => label === `lists.iov_match:${iov}`) ?? options[0]!;
    step = body.next(chosen);
  }
  return written(step.value);
}

const written = (found: MatchResult) =>
  typeof found === 'string' ? found : `${found.exp},${found.imp} ${found.type}`;

interface Situation {
  readonly exp: readonly Entry[];
  readonly imp: readonly Entry[];
  readonly far: boolean;
  readonly iov: IovErrno;
}

function* situations(length: number): Generator<Situation> {
  const lists = listsTo(length);
  for (const exp of lists) {
    for (const imp of lists) {
      for (const far of [false, true]) {
        for (const iov of IOV_ERRNOS) yield { exp, imp, far, iov };
      }
    }
  }
}

function differences(length: number, faults: readonly MappingFaultId[] = []) {
  const outcomes = new Map<string, number>();
  const different: string[] = [];
  let count = 0;
  for (const { exp, imp, far, iov } of situations(length)) {
    const own = machineMatch({ exp, imp, far }, iov);
    const of = (list: readonly Entry[]) => list.map((entry) => SIMULATED[entry]);
    const other = simulated({ exp: of(exp), imp: of(imp), far, converts: false }, iov, faults);
    if (own !== other) different.push(`${exp} / ${imp} ${far} ${iov}: ${own}, ${other}`);
    const kind = own.replace(/^\d,\d /, '');
    outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
    count += 1;
  }
  return { count, outcomes: Object.fromEntries(outcomes), different };
}

describe('lists of at most three entries, of four kinds, on either side', () => {
  it('are all that there are', () => {
    expect(listsTo(3)).toHaveLength(1 + 4 + 16 + 64);
    expect(new Set(listsTo(3).map((list) => list.join())).size).toBe(85);
    expect(ENTRIES).toHaveLength(4);
  });

  it('come to the same with the machine and with the simulated function', () => {
    const { count, outcomes, different } = differences(3);
    expect(different).toEqual([]);
    expect(count).toBe(85 * 85 * 2 * 3);
    expect(outcomes).toMatchInlineSnapshot(`
      {
        "-EINVAL": 10265,
        "-ENOMEM": 2870,
        "IOV": 2870,
        "PAL": 8950,
        "SGT": 18395,
      }
    `);
  });

  it.each(['B-01', 'B-02', 'B-16'] as const)('do not with %s', (fault) => {
    expect(differences(2, [fault]).different.length).toBeGreaterThan(0);
  });
});

describe('a search by hand', () => {
  const near = (exp: Entry[], imp: Entry[]) => machineMatch({ exp, imp, far: false }, '0');

  it('takes what the exporter prefers, in whatever order the importer has it', () => {
    expect(near(['PAL', 'SGT_P2P'], ['SGT_P2P', 'PAL'])).toBe('0,1 PAL');
    expect(near(['SGT_P2P', 'PAL'], ['PAL', 'SGT_P2P'])).toBe('0,1 SGT');
  });

  it('finds nothing for an empty list, and none for who is no peer', () => {
    expect(near([], ['SGT'])).toBe('-EINVAL');
    expect(near(['SGT'], [])).toBe('-EINVAL');
    expect(near(['SGT_P2P'], ['SGT'])).toBe('-EINVAL');
    expect(machineMatch({ exp: ['SGT_P2P'], imp: ['SGT_P2P'], far: true }, '0')).toBe('-EINVAL');
  });

  it('finds a scatterlist wherever there is one that fits', () => {
    expect(near(['IOV', 'SGT'], ['PAL', 'SGT_P2P'])).toBe('1,1 SGT');
    expect(
      machineMatch({ exp: ['IOV', 'SGT'], imp: ['IOV', 'SGT'], far: true }, '-EOPNOTSUPP'),
    ).toBe('1,1 SGT');
  });

  it('ends with an error of a type that is not "not this pair"', () => {
    expect(machineMatch({ exp: ['IOV', 'SGT'], imp: ['SGT', 'IOV'], far: false }, '-ENOMEM')).toBe(
      '-ENOMEM',
    );
  });
});
