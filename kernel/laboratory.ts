import { join } from 'node:path';
import {
  type Failure,
  InputError,
  plainLabel,
  runSuite,
  type TestCase,
  type TestStep,
  type TestSuite,
  withoutVariant,
} from 'xstate-check';
import type { TargetScope } from '../targets/target-scope.ts';
import { obstacleIn } from './agent-steps.ts';
import type { KernelFiles } from './archive.ts';
import { Guest } from './guest.ts';
import { guestImage } from './image.ts';
import { KeptTrace } from './kept-trace.ts';
import { MACHINES, type Machine } from './machine.ts';
import { RealKernel } from './real-kernel.ts';
import { startTracing } from './tracing.ts';
import { GuestError } from './vm.ts';

/** How one test went on a real kernel. */
export interface Outcome {
  readonly test: TestCase;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  /** Of a failure: the step, what it should have been, what happened. */
  readonly failure?: Failure;
  /** Of a failure: what happened besides, or instead of a step; of a skip: why. */
  readonly reason?: string;
  /** Of a skip: whether what comes before its obstacle was done, and went as it should. */
  readonly inPart?: boolean;
  /** Of a thread that does not end: where it sleeps and what for, a line each. */
  readonly details?: readonly string[];
}

/** A guest that dies this often is not worth another boot. */
const MOST_BOOTS = 6;

/**
 * Tests on a real kernel, many in one boot, each from a clean state. A guest that hangs or dies
 * fails the test that it was busy with and is booted anew.
 */
export class Laboratory {
  private readonly kernel: KernelFiles;
  private readonly traces: string | undefined;
  private guest: Guest | undefined;
  private target: RealKernel | undefined;
  private machine: Machine = MACHINES.translated;
  private boots = 0;
  private complaints = 0;
  private readonly before = new Map<string, Outcome>();
  private readonly done: string[] = [];

  constructor(kernel: KernelFiles, traces?: string) {
    this.kernel = kernel;
    this.traces = traces;
  }

  /** Boots a machine, so that what is unusable is found before the first test. */
  async open(machine: Machine = MACHINES.translated): Promise<RealKernel> {
    if (machine !== this.machine) {
      await this.close();
      this.machine = machine;
      this.boots = 0;
    }
    if (this.target !== undefined && this.guest?.alive) return this.target;
    if (this.boots++ >= MOST_BOOTS) {
      throw new InputError(`the guest died ${MOST_BOOTS} times: this kernel cannot be tested`);
    }
    const image = await guestImage(this.kernel);
    this.guest = await Guest.boot(machine, this.kernel, image);
    if (this.traces !== undefined) await startTracing(this.guest);
    this.complaints = this.guest.complaints().length;
    this.target = new RealKernel(this.guest, machine);
    return this.target;
  }

  /** What is tested, a line each, once it has booted. */
  get tested(): readonly string[] {
    return this.guest?.tested ?? [];
  }

  async close(): Promise<void> {
    await this.guest?.stop();
    this.guest = undefined;
    this.target = undefined;
  }

  /** Runs one test of a suite; one that ran before, in another suite, keeps its outcome. */
  async run(suite: TestSuite, test: TestCase, scope: TargetScope): Promise<Outcome> {
    const known = this.before.get(test.id);
    if (known) return { ...known, test };
    const outcome =
      (await this.runNow(suite, test, scope)) ?? (await this.runNow(suite, test, scope));
    if (outcome === undefined) {
      return { test, verdict: 'failed', reason: 'QEMU crashes in this test' };
    }
    this.before.set(test.id, outcome);
    return outcome;
  }

  /** Undefined where QEMU itself crashed (7.2 does once in some thousands of tests). */
  private async runNow(
    suite: TestSuite,
    test: TestCase,
    scope: TargetScope,
  ): Promise<Outcome | undefined> {
    if (scope.design === 'scatterlist') {
      return skipped(test, 'no device here has a BAR that takes several entries, of 4 GiB');
    }
    if (scope.objects) return skipped(test, 'a proposal that no kernel has');
    const target = await this.open(
      MACHINES[scope.functions ? 'sriov' : (scope.route ?? 'translated')],
    );
    const guest = this.guest!;
    if (scope.grain === 'procedure' && !guest.hasProcedures) {
      return skipped(test, 'this kernel lacks a function that procedures go through');
    }
    const { steps, obstacle } = doable(test, target);
    if (obstacle !== undefined && this.wasDone(suite, steps)) return skipped(test, obstacle);
    target.prepare(steps.map(({ label }) => label));
    const record = this.recordOf(suite, test, guest);
    let failure: Failure | undefined;
    try {
      await record?.start();
      const part = { ...test, steps };
      const result = await runSuite({ ...suite, tests: [part] }, target, { scope });
      failure = result.failed[0];
      if (failure !== undefined) await record?.hung();
      await guest.afresh();
      await record?.keep();
      this.done.push(sequence(suite, steps));
      return this.judged(test, failure, obstacle);
    } catch (error) {
      if (!(error instanceof GuestError)) throw error;
      await record?.rescue();
      await this.close();
      if (guest.emulatorCrashed) return undefined;
      const { message: reason, details } = error;
      return { test, verdict: 'failed', reason, details, ...(failure && { failure }) };
    }
  }

  /** Whether a test has gone this way already, and further. */
  private wasDone(suite: TestSuite, steps: readonly TestStep[]): boolean {
    const way = sequence(suite, steps);
    return steps.length === 0 || this.done.some((other) => other.startsWith(way));
  }

  private judged(
    test: TestCase,
    failure: Failure | undefined,
    obstacle: string | undefined,
  ): Outcome {
    const complaint = this.newComplaint();
    if (failure) return { test, verdict: 'failed', failure };
    if (complaint) return { test, verdict: 'failed', reason: complaint };
    if (obstacle !== undefined) return { ...skipped(test, obstacle), inPart: true };
    return { test, verdict: 'passed' };
  }

  /** What the kernel has complained of itself since the last test. */
  private newComplaint(): string | undefined {
    const all = this.guest!.complaints();
    const complaint = all[this.complaints];
    this.complaints = all.length;
    return complaint;
  }

  private recordOf(suite: TestSuite, test: TestCase, guest: Guest): KeptTrace | undefined {
    if (this.traces === undefined) return undefined;
    return new KeptTrace(join(this.traces, suite.system), test.id, guest);
  }
}

function skipped(test: TestCase, reason: string): Outcome {
  return { test, verdict: 'skipped', reason };
}

function sequence({ system }: TestSuite, steps: readonly TestStep[]): string {
  return `${[system, ...steps.map(({ label }) => label)].join(' ')} `;
}

/** The steps of a test up to the first that stands in its way, and what that is. */
export function doable(
  test: TestCase,
  target: Pick<RealKernel, 'ability'>,
): { steps: readonly TestStep[]; obstacle: string | undefined } {
  const labels = test.steps.map(({ label }) => label);
  for (const [n, label] of labels.entries()) {
    const obstacle =
      target.ability(withoutVariant(label)) === undefined
        ? `it cannot do ${plainLabel(label)}`
        : obstacleIn(labels.slice(0, n + 1));
    if (obstacle !== undefined) return { steps: test.steps.slice(0, n), obstacle };
  }
  return { steps: test.steps, obstacle: undefined };
}
