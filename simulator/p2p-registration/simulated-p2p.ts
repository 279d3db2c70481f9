import type { Ability, StepResult, Target } from 'xstate-check/target';
import type { TargetScope } from '../../targets/target-scope.ts';
import type { Thread } from '../kernel/scheduler.ts';
import type { Option, Step } from '../kernel/step.ts';
import type { LabelOfObject } from '../label.ts';
import { about } from '../observation.ts';
import type { P2pFaultId } from './faults.ts';
import { p2pFaults } from './faults.ts';
import { decodes } from './objects.ts';
import { asThread, type P2pCall, p2pCallOf } from './p2p-calls.ts';
import { P2pKernel } from './p2p-kernel.ts';
import { p2pAbilityOf, parseP2pLabel } from './p2p-labels.ts';

/**
 * P2P registration as a target of tests: a kernel of its own, as no version of Linux has it.
 *
 * At grain `procedure` a step is one step of one thread. At grain `contract` only the steps that
 * decide something, and the beginnings and returns of bracketed calls, are seen; threads run on
 * silently between them, but take a lock only when a label needs it.
 */
export class SimulatedP2p implements Target {
  readonly name = 'simulated P2P registration';
  private readonly faults: ReadonlySet<P2pFaultId>;
  private grain: TargetScope['grain'] = 'contract';
  private machine: P2pKernel;

  constructor({ faults = [] }: { readonly faults?: Iterable<P2pFaultId> } = {}) {
    this.faults = new Set(faults);
    for (const fault of this.faults) {
      if (!(fault in p2pFaults)) throw new Error(`unknown fault ${fault}`);
    }
    this.machine = this.boot({ devices: 0, buffers: [], attachments: [], grain: 'contract' });
  }

  /** The kernel's own state, for tests that look closer than `observe`. */
  get kernel(): P2pKernel {
    return this.machine;
  }

  ability(label: string): Ability | undefined {
    return p2pAbilityOf(label);
  }

  async reset(scope: TargetScope): Promise<void> {
    this.machine = this.boot(scope);
  }

  private boot({ devices, buffers, objects, grain, initially }: TargetScope): P2pKernel {
    const { bars = 0, vmas = 0, type1 = 0, pages = 1 } = objects ?? {};
    const scope = { devices, bars, vmas, type1, pages, buffers: buffers.length };
    const kernel = new P2pKernel(scope, this.faults);
    this.grain = grain;
    if (initially === 'running') {
      for (const vdev of kernel.devices) Object.assign(vdev, { open: true, memory: true });
    }
    return kernel;
  }

  async step(label: string): Promise<StepResult> {
    return this.stepNow(label);
  }

  /** `step` without a promise. */
  stepNow(label: string): StepResult {
    const parsed = parseP2pLabel(label);
    if (!parsed) return { pending: [`${label} is not a label`] };
    const happened = this.due(parsed) ?? this.started(parsed) ?? this.reached(parsed);
    if (happened === undefined) return { pending: this.pending(parsed) };
    this.runOn();
    const actual = parsed.thread ? `${happened}@${parsed.thread}` : happened;
    return happened === parsed.plain ? { actual } : { actual, pending: this.pending(parsed) };
  }

  // --- which thread --------------------------------------------------------------------------

  /** A thread whose next step is the label. */
  private due(label: LabelOfObject): string | undefined {
    for (const thread of this.candidates(label)) {
      const option = this.match(thread, label.plain);
      if (option && thread.ready) return this.take(thread, option, label);
    }
    return undefined;
  }

  private candidates({ thread }: LabelOfObject): Thread[] {
    const { threads } = this.machine.scheduler;
    const named = this.grain === 'procedure' && thread;
    return named ? threads.filter(({ name }) => name === thread) : [...threads];
  }

  private match({ pending }: Thread, label: string): Option | undefined {
    if (!pending || this.hides(pending)) return undefined;
    const options = pending.options();
    if (this.grain === 'procedure' || pending.boundary) {
      return options.find((option) => option.label === label);
    }
    return options.find(({ commits }) => commits === label);
  }

  /** A call that begins, or that happens as a whole. */
  private started(label: LabelOfObject): string | undefined {
    const call = p2pCallOf(this.machine, label.object, label.operation);
    if (!call || call.refused || (call.bracketed && label.outcome !== 'begin')) return undefined;
    const { threads } = this.machine.scheduler;
    const name = this.nameOf(call, label);
    if (call.bracketed && threads.some((thread) => thread.name === name)) return undefined;
    const thread = this.spawn(call, label);
    if (!call.bracketed) return this.runWhole(thread, label);
    return this.take(thread, thread.pending!.options()[0]!, label);
  }

  private spawn(call: P2pCall, label: LabelOfObject): Thread {
    const name = this.nameOf(call, label);
    return this.machine.scheduler.spawn(name, call.name, () => asThread(call));
  }

  /** Where tests tell threads apart, the thread that they say. */
  private nameOf(call: P2pCall, { thread }: LabelOfObject): string {
    return (this.grain === 'procedure' && thread) || call.name;
  }

  /** Runs a call to the step that decides it, and on to where it returns; says what it decided. */
  private runWhole(thread: Thread, label: LabelOfObject): string | undefined {
    for (let step = thread.pending; step && thread.ready; step = thread.pending) {
      const option = this.match(thread, label.plain) ?? step.options()[0]!;
      if (this.hides(step) || option.commits === undefined) {
        this.machine.scheduler.resume(thread, option);
      } else {
        const happened = this.take(thread, option, label);
        this.advance(thread, true);
        return happened;
      }
    }
    return undefined;
  }

  /** Runs a call that is in progress silently to the label: past a lock that it has waited for. */
  private reached(label: LabelOfObject): string | undefined {
    if (this.grain === 'procedure') return undefined;
    for (const thread of this.candidates(label).filter((one) => this.concerns(one, label))) {
      this.advance(thread, true);
      const option = this.match(thread, label.plain);
      if (option && thread.ready) return this.take(thread, option, label);
    }
    return undefined;
  }

  /** Whether a bracketed call is the label's, or takes the memory of the label's device. */
  private concerns({ call }: Thread, { object, operation }: LabelOfObject): boolean {
    if (operation === 'begin') return call === 'bus.hot_reset' || call.startsWith(`${object}.`);
    return call === `${object}.${operation}`;
  }

  // --- running -------------------------------------------------------------------------------

  private hides({ hidden }: Step): boolean {
    return hidden === 'both' || hidden === this.grain;
  }

  /** Whether others must see this step if it happens. */
  private visible(step: Step): boolean {
    if (this.hides(step)) return false;
    if (this.grain === 'procedure' || step.boundary) return true;
    return step.options().some(({ commits }) => commits !== undefined);
  }

  private advance(thread: Thread, pastLocks: boolean): void {
    for (let step = thread.pending; step; step = thread.pending) {
      if (this.visible(step) || !thread.ready || (step.stop && !pastLocks)) return;
      this.machine.scheduler.resume(thread, step.options()[0]!);
    }
  }

  private take(thread: Thread, option: Option, { plain }: LabelOfObject): string {
    this.machine.scheduler.resume(thread, option);
    return option.label === plain ? plain : (option.commits ?? option.label);
  }

  /** Runs every thread silently until nothing goes on by itself. */
  private runOn(): void {
    const { threads } = this.machine.scheduler;
    for (let before = ''; before !== this.where(); ) {
      before = this.where();
      for (const thread of [...threads]) this.advance(thread, false);
    }
  }

  private where(): string {
    return this.machine.scheduler.threads.map(about).join('\n');
  }

  // --- what can be seen ----------------------------------------------------------------------

  /** What every thread is about to do, or why it cannot; and why the call cannot be made. */
  private pending({ object, operation }: LabelOfObject): string[] {
    const lines = this.machine.scheduler.threads.map(about);
    const refused = p2pCallOf(this.machine, object, operation)?.refused;
    if (refused) lines.push(`${object}.${operation}: ${refused}`);
    return lines.length > 0 ? lines : ['no thread is running'];
  }

  async observe(): Promise<Readonly<Record<string, string>>> {
    return this.observeNow();
  }

  /** `observe` without a promise. */
  observeNow(): Readonly<Record<string, string>> {
    const { devices, bars, vmas, buffers, type1 } = this.machine;
    const seen: Record<string, string> = {};
    for (const vdev of devices) {
      seen[`${vdev.label}.open`] = String(vdev.open);
      seen[`${vdev.label}.decodes`] = String(decodes(vdev));
      seen[`${vdev.label}.p2pmem.allocate`] = String(vdev.allocate);
    }
    for (const { label, mark, pgmap } of bars) {
      seen[`${label}.mark`] = mark;
      seen[`${label}.pages_held`] = String(pgmap?.refs ?? 0);
    }
    for (const { label, mapped, pte } of vmas) {
      seen[`${label}.mapped`] = String(mapped);
      seen[`${label}.pte`] = String(pte);
    }
    for (const { label, listed, revoked } of buffers) {
      seen[`${label}.listed`] = String(listed);
      seen[`${label}.revoked`] = String(revoked);
    }
    for (const { label, mapped } of type1) seen[`${label}.mapped`] = String(mapped);
    return seen;
  }
}
