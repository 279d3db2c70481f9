import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Failure, parseSuite, runSuite, type TestSuite } from 'xstate-check';
import { type FaultId, SimulatedKernel, simulatorFaults } from '../simulator/index.ts';
import { forRealKernels, suites } from '../specs/suites.ts';
import type { TargetScope } from '../targets/target-scope.ts';

/**
 * The generated tests on the simulated kernel: without a fault all pass, and each fault that they
 * can see makes some of them fail.
 */

const FOLDER = new URL('../generated-tests/', import.meta.url);

/** The objects that the tests of a folder need. */
const SCOPES: Readonly<Record<string, TargetScope>> = Object.fromEntries(
  suites.map(({ name, targetScope }) => [name, targetScope]),
);

/** Those that need no other objects than the released kernel has. */
const FOLDERS = readdirSync(FOLDER)
  .filter((folder) => SCOPES[folder]?.objects === undefined && !forRealKernels.includes(folder))
  .sort();

const parsed = new Map<string, TestSuite>();

/** A suite by its folder and file. */
function suiteOf(folder: string, file: string): TestSuite {
  const path = `${folder}/${file}`;
  const known = parsed.get(path) ?? parseSuite(readFileSync(new URL(path, FOLDER), 'utf8'));
  parsed.set(path, known);
  return known;
}

/** The files of a folder; the sample is one criterion of each machine. */
function filesOf(folder: string, sample: boolean): string[] {
  const files = readdirSync(new URL(`${folder}/`, FOLDER));
  return sample
    ? files.filter((name) => name.endsWith('.transitions.test.txt') && !name.startsWith('system.'))
    : files;
}

/** A simulated kernel that keeps what its logs have said before each reset. */
class Watched extends SimulatedKernel {
  readonly log = new Set<string>();

  override async reset(scope: TargetScope): Promise<void> {
    this.collect();
    await super.reset(scope);
  }

  collect(): void {
    for (const warning of this.kernel.warnings) this.log.add(warning);
  }
}

interface Outcome {
  readonly tests: number;
  readonly failures: readonly Failure[];
  readonly skipped: readonly string[];
  readonly log: readonly string[];
}

/** Runs the tests of a folder. */
async function run(folder: string, faults: readonly FaultId[], sample: boolean): Promise<Outcome> {
  const target = new Watched({ faults });
  const failures: Failure[] = [];
  const skipped: string[] = [];
  let tests = 0;
  for (const file of filesOf(folder, sample)) {
    const suite = suiteOf(folder, file);
    const result = await runSuite(suite, target, { scope: SCOPES[folder]! });
    tests += suite.tests.length;
    failures.push(...result.failed);
    skipped.push(...result.skipped.map(({ label }) => label));
  }
  target.collect();
  return { tests, failures, skipped, log: [...target.log] };
}

/** What a failure says, in a line. */
const said = ({ test, step, expected, actual, pending }: Failure) =>
  `${test.id} step ${step}: expected ${expected}; ${actual ?? pending.join('; ')}`;

describe('without a fault', () => {
  it('every folder has a scope', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(SCOPES).sort());
  });

  it.each(FOLDERS)('%s: all pass, and the kernel log is empty', async (folder) => {
    const { tests, failures, skipped, log } = await run(folder, [], false);
    expect(tests).toBeGreaterThan(0);
    expect(failures.map(said)).toEqual([]);
    expect(skipped).toEqual([]);
    expect(log).toEqual([]);
  });
});

describe('what is for a real kernel', () => {
  /** Tests that the simulated kernel can do, and those with a label that it cannot. */
  const DONE: Readonly<Record<string, readonly [number, number]>> = {
    export: [0, 56],
    'function-reset': [0, 6],
    'sysfs-reset': [0, 4],
    'fences-kernel': [0, 22],
    'fences-write': [0, 22],
    'fences-read': [0, 22],
    'fences-bookkeep': [0, 48],
    remap: [0, 34],
    'wake-up': [4, 21],
    sriov: [67, 18],
  };

  it('is known', () => {
    expect(Object.keys(DONE).sort()).toEqual([...forRealKernels].sort());
  });

  it.each(forRealKernels)('%s: no test fails that the simulated kernel can do', async (folder) => {
    const { tests, failures, skipped, log } = await run(folder, [], false);
    expect(failures.map(said)).toEqual([]);
    expect([tests - skipped.length, skipped.length]).toEqual(DONE[folder]);
    expect(log).toEqual([]);
  });
});

/** What shows a fault: folders of tests that fail, a line in the kernel log, or nothing. */
interface Sight {
  readonly folders?: readonly string[];
  readonly log?: string;
  /** Why no test fails. */
  readonly unseen?: string;
}

const HOT_RESETS = ['hot-reset', 'hot-reset-buffers', 'hot-reset-unopened'];

const DRAINS = [
  'attachment-no-callback',
  'attachment-not-p2p',
  'attachment-unmaps-in-callback',
  'attachment-unmaps-later',
  'buffer',
  'close',
  'device',
  'hot-reset-buffers',
  'iommufd',
  'revoke',
  'two-buffers',
  'two-regions',
];

const NOT_CALLED = 'no test makes the call, or with the arguments, that it takes';
const LOGGED = 'every label and every answer is right; only the log tells';

const SIGHTS: Readonly<Record<FaultId, Sight>> = {
  P1: { unseen: `${NOT_CALLED}: a write of an FLR bit` },
  P2: { folders: HOT_RESETS },
  P3: { folders: HOT_RESETS },
  P4: { folders: HOT_RESETS },
  P5: { folders: HOT_RESETS },
  P6: { folders: HOT_RESETS },
  P7: { unseen: `${NOT_CALLED}: dma_buf_fd() does not fail in any test` },
  P9: { log: 'WARNING: dma_iova_link() on a destroyed IOVA of att[0]', unseen: LOGGED },
  P10: { unseen: `${NOT_CALLED}: a driver without pci_ops` },
  P14: { unseen: 'an export is a whole in every test; nothing happens between its steps' },
  P16: { unseen: `${NOT_CALLED}: a device without P2P` },
  P17: { log: 'unbalanced pin: att[0] leaves with 1 of buf[0]', unseen: LOGGED },
  P18: { folders: ['close', 'hot-reset-buffers', 'revoke'] },
  P19: { folders: DRAINS },
  P20: { folders: ['revoke'] },
  P21: { folders: ['close', 'hot-reset-buffers', 'revoke'] },
  P22: { folders: ['buffer', 'device', 'iommufd', 'two-buffers', 'two-regions'] },
  M2: { folders: ['attachment-no-callback', 'buffer'] },
  M3: { unseen: `${NOT_CALLED}: dma_buf_fd() does not fail in any test` },
  M4: { folders: DRAINS },
  M5: { folders: ['buffer', 'close', 'device'] },
  M6: { folders: ['buffer', 'close', 'hot-reset-buffers', 'revoke'] },
  M7: { unseen: `${NOT_CALLED}: a BAR that somebody else has` },
  M8: { unseen: 'IOAS_UNMAP is a whole in every test; no revoke happens between its steps' },
  M9: { log: 'lockdep: dma_buf_unpin() without buf[0].resv held', unseen: LOGGED },
  M11: { unseen: `${NOT_CALLED}: a BAR that cannot be mapped` },
  M12: { unseen: 'an export is a whole in every test; nothing is closed between its steps' },
  'D-07': { folders: ['two-buffers', 'two-regions'] },
  'zap-heard': { unseen: 'no BAR is cut off between two calls of the container: pairs have that' },
  T1: { folders: HOT_RESETS },
};

/** The folders, of the sample, whose tests fail; and what is logged. */
async function sightOf(fault: FaultId): Promise<{ folders: string[]; log: Set<string> }> {
  const folders: string[] = [];
  const log = new Set<string>();
  for (const folder of FOLDERS) {
    const broken = await run(folder, [fault], true);
    for (const line of broken.log) log.add(line);
    if (broken.failures.length > 0) folders.push(folder);
  }
  return { folders, log };
}

describe('with a fault', () => {
  const rows = Object.entries(SIGHTS) as [FaultId, Sight][];

  it('zap-heard: the transition pairs of type1 see an entry that goes with the zap', async () => {
    const { failures } = await run('type1', ['zap-heard'], false);
    expect(failures).not.toEqual([]);
  });

  it('every fault is seen, or it is said why not', () => {
    expect(Object.keys(SIGHTS)).toEqual(Object.keys(simulatorFaults));
    for (const [id, { folders, unseen }] of rows) expect([id, !folders]).toEqual([id, !!unseen]);
  });

  it.each(rows)('%s', async (fault, expected) => {
    const { folders, log } = await sightOf(fault);
    expect(folders).toEqual(expected.folders ?? []);
    if (expected.log) expect(log).toContain(expected.log);
    else if (expected.unseen) expect([...log]).toEqual([]);
  });
});

/**
 * Each test of the sample without one of the steps that it waits for, and without its values. At
 * contract grain, where every failure is preceded by a search, every fourth step.
 */
function withoutOneStep(folder: string): TestSuite[] {
  const every = SCOPES[folder]!.grain === 'contract' ? 4 : 1;
  return filesOf(folder, true).map((file) => {
    const suite = suiteOf(folder, file);
    const tests = suite.tests.flatMap((test) => {
      const bare = test.steps.map((step) => ({ ...step, shows: {} }));
      const left = bare.slice(0, -1).flatMap(({ kind }, at) => (kind === 'observe' ? [at] : []));
      const some = left.filter((_, i) => i % every === 0);
      return some.map((at) => ({ ...test, given: {}, steps: bare.toSpliced(at, 1) }));
    });
    return { ...suite, tests };
  });
}

describe('with a step left out', () => {
  it.each(['close', 'device', 'hot-reset', 'revoke'])('%s: every test fails', async (folder) => {
    for (const suite of withoutOneStep(folder)) {
      const { passed } = await runSuite(suite, new SimulatedKernel(), { scope: SCOPES[folder]! });
      expect(passed.map(({ id, steps }) => `${id}: ${steps.at(-1)?.label}`)).toEqual([]);
    }
  });
});
