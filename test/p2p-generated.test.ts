import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Failure, parseSuite, runSuite } from 'xstate-check';
import { type P2pFaultId, p2pFaults, SimulatedP2p } from '../simulator/index.ts';
import { registrationSuites } from '../specs/p2p-registration/suites.ts';
import type { TargetScope } from '../targets/target-scope.ts';

/**
 * The generated tests of P2P registration on its simulation: without a fault all pass, and each
 * way to leave the rules that they can see makes some of them fail.
 */

const FOLDER = new URL('../generated-tests/', import.meta.url);

const SUITES = registrationSuites.map(({ name, targetScope }) => {
  const folder = new URL(`${name}/`, FOLDER);
  const files = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  return { name, scope: targetScope, suites: files.map(parseSuite) };
});

/** A simulation that keeps what its logs have said before each reset. */
class Watched extends SimulatedP2p {
  readonly log = new Set<string>();

  override async reset(scope: TargetScope): Promise<void> {
    this.collect();
    await super.reset(scope);
  }

  collect(): void {
    for (const warning of this.kernel.warnings) this.log.add(warning);
  }
}

/** What the tests of one folder say of a simulation. */
async function run({ suites, scope }: (typeof SUITES)[number], faults: readonly P2pFaultId[]) {
  const target = new Watched({ faults });
  const failures: Failure[] = [];
  const skipped: string[] = [];
  const unseen: string[] = [];
  for (const suite of suites) {
    const result = await runSuite(suite, target, { scope });
    failures.push(...result.failed);
    skipped.push(...result.skipped.map(({ label }) => label));
    unseen.push(...result.unseen);
  }
  target.collect();
  return { failures, skipped, unseen, log: [...target.log] };
}

/** What a failure says, in a line. */
const said = ({ test, step, expected, actual, pending }: Failure) =>
  `${test.id} step ${step}: expected ${expected}; ${actual ?? pending.join('; ')}`;

describe('without a fault', () => {
  it.each(SUITES)('$name: all pass, all is compared, and the log is empty', async (suite) => {
    const { failures, skipped, unseen, log } = await run(suite, []);
    expect(suite.suites.flatMap(({ tests }) => tests).length).toBeGreaterThan(0);
    expect(failures.map(said)).toEqual([]);
    expect({ skipped, unseen, log }).toEqual({ skipped: [], unseen: [], log: [] });
  });
});

/** Why no test fails, and what the log says nevertheless. */
interface Unseen {
  readonly why: string;
  readonly log?: string;
}

const LOGGED = 'every label and every value is right; only the log tells';

const UNSEEN: Readonly<Partial<Record<P2pFaultId, Unseen>>> = {
  live_only: {
    why: 'while the device decodes every buffer on the list is live, and otherwise it refuses anyway',
  },
  hot_reset_first_only: {
    why: 'the suite of two devices is of dev_set, whose tests register nothing',
  },
  does_not_wait: {
    why: 'no test asks for `drained` while a page is held; too early is not tried',
  },
  pool_with_first: {
    why: LOGGED,
    log: 'BUG: gen_pool_destroy() with pages of dev[0] allocated',
  },
  pool_before_wait: {
    why: LOGGED,
    log: 'BUG: gen_pool_destroy() with pages of dev[0] allocated',
  },
  type1_re_evaluates: {
    why: LOGGED,
    log: 'BUG: put_pfn() unpins a page of bar[0] that was never pinned',
  },
};

describe('with a fault', () => {
  it.each(Object.keys(p2pFaults) as P2pFaultId[])('%s', async (fault) => {
    const failed: string[] = [];
    const log: string[] = [];
    for (const suite of SUITES) {
      const result = await run(suite, [fault]);
      if (result.failures.length > 0) failed.push(suite.name);
      log.push(...result.log);
    }
    const unseen = UNSEEN[fault];
    if (unseen === undefined) expect(failed).not.toEqual([]);
    else expect(failed).toEqual([]);
    if (unseen?.log !== undefined) expect(log).toContain(unseen.log);
  });

  it('that nobody knows is refused', () => {
    expect(() => new SimulatedP2p({ faults: ['none' as P2pFaultId] })).toThrow(/unknown fault/);
  });
});

describe('a hot reset of two devices', () => {
  const scope: TargetScope = {
    devices: 2,
    buffers: [],
    attachments: [],
    objects: { bars: 2 },
    initially: 'running',
    grain: 'contract',
  };
  const registered = ['bar[1].register:admitted', 'bar[1].add_resource:ok', 'bar[1].allocate:ok'];

  async function after(faults: readonly P2pFaultId[], steps: readonly string[]) {
    const target = new SimulatedP2p({ faults });
    await target.reset(scope);
    const actual: (string | undefined)[] = [];
    for (const label of steps) actual.push((await target.step(label)).actual);
    return { actual, log: target.kernel.warnings };
  }

  it('locks no device while pages of another are held', async () => {
    const steps = [...registered, 'bus.hot_reset:begin', 'bar[1].remove_resource'];
    const early = await after([], [...steps, 'dev[0].begin']);
    expect(early.actual.at(-1)).toBeUndefined();
    const late = [...steps, 'bar[1].put', 'bar[1].drained', 'dev[0].begin', 'dev[1].begin'];
    const sound = await after([], [...late, 'bus.hot_reset:ok']);
    expect(sound).toEqual({ actual: [...late, 'bus.hot_reset:ok'], log: [] });
  });

  it('that tears down the first only resets over pages in use', async () => {
    const steps = [...registered, 'bus.hot_reset:begin', 'dev[0].begin', 'dev[1].begin'];
    const { actual, log } = await after(['hot_reset_first_only'], steps);
    expect(actual).toEqual(steps);
    expect(log).toEqual(['BUG: memory of bar[1] is taken away while its pages are held']);
  });
});
