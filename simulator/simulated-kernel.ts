import type { Ability, StepResult, Target, TargetScope } from '../src/target/target.ts';
import { asThread, type Call, callOf } from './calls.ts';
import type { FaultId } from './faults.ts';
import { simulatorFaults } from './faults.ts';
import { Kernel } from './kernel/kernel.ts';
import type { DeviceConfig, ImporterKind } from './kernel/objects.ts';
import { IMPORTER_KINDS } from './kernel/objects.ts';
import type { Thread } from './kernel/scheduler.ts';
import type { Option, Step } from './kernel/step.ts';
import { memory_enabled_now } from './kernel/vfio-pci-config.ts';
import { abilityOf, type ParsedLabel, parseLabel, plainLabel } from './labels.ts';

/** How a simulated kernel is made. */
export interface SimulatedKernelOptions {
  /** Defects to build in; none is v7.3 mainline with its open bugs. */
  readonly faults?: Iterable<FaultId>;
  /** What differs from the default device, by index. */
  readonly devices?: readonly Partial<DeviceConfig>[];
}

/** What a thread can do towards a label. */
type Reach = { readonly option: Option } | 'no' | 'blocked';

/**
 * The simulated kernel as a target of tests.
 *
 * At grain `procedure` a step is one step of one thread. At grain `contract` only steps that commit
 * something and the beginnings and returns of bracketed calls are seen; a thread is run silently to
 * the next of them, and no earlier than some label needs it, so that it does not sit on a lock that
 * the next label wants from somebody else.
 */
export class SimulatedKernel implements Target {
  readonly name = 'simulated kernel';
  private readonly options: SimulatedKernelOptions;
  private machine: Kernel;
  private grain: TargetScope['grain'] = 'contract';
  /** Failures asked for before their step was reached. */
  private readonly armed = new Set<string>();
  /** What tests call a thread, and the caller it stands for. */
  private readonly aliases = new Map<string, string>();

  constructor(options: SimulatedKernelOptions = {}) {
    for (const fault of options.faults ?? []) {
      if (!(fault in simulatorFaults)) throw new Error(`unknown fault ${fault}`);
    }
    this.options = options;
    this.machine = this.boot({ devices: 0, buffers: [], attachments: [], grain: 'contract' });
  }

  /** The kernel's own state, for tests that look closer than `observe`. */
  get kernel(): Kernel {
    return this.machine;
  }

  ability(label: string): Ability | undefined {
    return abilityOf(label);
  }

  async reset(scope: TargetScope): Promise<void> {
    for (const { importer } of scope.attachments) {
      if (IMPORTER_KINDS.includes(importer as ImporterKind)) continue;
      throw new Error(`unknown importer kind ${importer}; known: ${IMPORTER_KINDS.join(', ')}`);
    }
    this.machine = this.boot(scope);
  }

  private boot(scope: TargetScope): Kernel {
    const devices = Array.from(
      { length: scope.devices },
      (_, i) => this.options.devices?.[i] ?? {},
    );
    const attachments = scope.attachments.map(({ buffer, importer }) => ({
      buffer,
      importer: importer as ImporterKind,
    }));
    const faults = new Set(this.options.faults);
    const kernel = new Kernel({ devices, buffers: scope.buffers, attachments, faults });
    this.grain = scope.grain;
    this.armed.clear();
    this.aliases.clear();
    return kernel;
  }

  /** Arms a failure for the next time its step is reached: `dev[0].pci_try_reset_function:failed`. */
  force(label: string): void {
    this.armed.add(plainLabel(label));
  }

  async step(label: string): Promise<StepResult> {
    return this.stepNow(label);
  }

  /** `step` without a promise. */
  stepNow(label: string): StepResult {
    const parsed = parseLabel(label);
    if (!parsed) return { pending: [`${label} is not a label`] };
    const actual = this.performed(parsed);
    if (actual === undefined) return { pending: this.pending(parsed) };
    const result = parsed.thread ? `${actual}@${parsed.thread}` : actual;
    if (actual === parsed.plain) return { actual: result };
    return { actual: result, pending: this.pending(parsed) };
  }

  // --- which thread --------------------------------------------------------------------------

  private performed(label: ParsedLabel): string | undefined {
    const fence = this.fence(label);
    if (fence) return fence;
    for (const advance of [false, true]) {
      for (const thread of this.candidates(label)) {
        const reach = advance ? this.advance(thread, label.plain) : this.reach(thread, label.plain);
        if (typeof reach === 'object') return this.take(thread, reach.option, label);
      }
    }
    return this.start(label);
  }

  /** Threads that may do a step of that name; who holds the device's lock comes first. */
  private candidates(label: ParsedLabel): Thread[] {
    const { threads } = this.machine.scheduler;
    const named = label.thread && (this.aliases.get(label.thread) ?? label.thread);
    const matching = threads.filter((thread) => thread.name === named);
    const pool = matching.length > 0 ? matching : threads.filter((one) => mayDo(one, label));
    const lock = this.lockOf(label);
    const rank = (thread: Thread) => (lock && thread.held.includes(lock) ? 0 : 1);
    return [...pool].sort((a, b) => rank(a) - rank(b));
  }

  private lockOf({ object, index }: ParsedLabel): string | undefined {
    if (object.startsWith('dev[')) return `${object}.memory_lock`;
    const buffer = object.startsWith('att[') ? this.machine.attachments[index]?.buffer : index;
    const exporter = this.machine.buffers.get(buffer ?? -1)?.exporter;
    return exporter && `${exporter.label}.memory_lock`;
  }

  /** Whether the thread's next step is that label. */
  private reach(thread: Thread, label: string): Reach {
    const step = thread.pending;
    const option = step && this.match(step, label);
    if (!option) return 'no';
    return thread.ready ? { option } : 'blocked';
  }

  private match(step: Step, label: string): Option | undefined {
    const options = step.options();
    if (this.grain === 'procedure') return options.find((option) => option.label === label);
    return (
      options.find(
        (option) => option.commits !== undefined && plainLabel(option.commits) === label,
      ) ??
      (step.boundary || step.stop ? options.find((option) => option.label === label) : undefined)
    );
  }

  /** Runs a thread silently towards a label, as far as nothing that can be seen happens. */
  private advance(thread: Thread, label: string): Reach {
    for (;;) {
      const reach = this.reach(thread, label);
      if (reach !== 'no') return reach;
      const { pending } = thread;
      if (!pending || this.visible(pending) || !thread.ready) return 'no';
      this.machine.scheduler.resume(thread, this.choose(pending, label));
    }
  }

  /** Whether others must see this step if it happens. */
  private visible(step: Step): boolean {
    if (step.soft === 'both') return false;
    if (this.grain === 'procedure') return true;
    if (step.boundary) return true;
    return step.soft !== 'contract' && this.choose(step).commits !== undefined;
  }

  /** The option that is armed, or that alone leads to the label, or else the ordinary one. */
  private choose(step: Step, label?: string): Option {
    const options = step.options();
    const armed = options.find((option) => this.armed.has(option.label));
    if (armed) return armed;
    const leads = label && options.find((option) => option.leadsTo?.(label));
    return leads || options[0]!;
  }

  /** Does one step of a thread, and what nobody needs to ask for after it. */
  private take(thread: Thread, option: Option, label: ParsedLabel): string {
    if (label.thread) this.aliases.set(label.thread, thread.name);
    this.armed.delete(option.label);
    this.machine.scheduler.resume(thread, option);
    this.runOn(thread);
    if (option.label === label.plain) return option.label;
    return plainLabel(option.commits ?? option.label);
  }

  /** Runs a thread silently until it must be asked for: a visible step, a lock, a decision. */
  private runOn(thread: Thread): void {
    if (this.grain === 'procedure') return;
    for (let step = thread.pending; step; step = thread.pending) {
      if (this.visible(step) || step.stop || !thread.ready) return;
      this.machine.scheduler.resume(thread, this.choose(step));
    }
  }

  // --- starting calls ------------------------------------------------------------------------

  private start(label: ParsedLabel): string | undefined {
    const reader = label.operation === 'memory_lock.down_read';
    const call = callOf(this.machine, reader ? { ...label, operation: 'read_bar' } : label);
    if (!call || !this.mayStart(call, label)) return undefined;
    const thread = this.spawn(call, label);
    if (label.outcome === 'begin') {
      this.runOn(thread);
      return label.plain;
    }
    if (reader) return this.resumeTo(thread, label);
    return this.runCall(thread, call, label);
  }

  /** The caller must have finished what it did before, and the call must make sense now. */
  private mayStart(call: Call, label: ParsedLabel): boolean {
    const begins = label.outcome === 'begin' || label.operation === 'memory_lock.down_read';
    if (!begins && call.bracketed) return false;
    const busy = this.machine.scheduler.threads.find((thread) => thread.name === call.caller);
    if (busy && !this.finish(busy)) return false;
    for (const thread of this.prerequisites(call)) this.finish(thread);
    return call.refused() === undefined;
  }

  /** A buffer whose export has listed it still owes its fd, and an attachment its place. */
  private prerequisites(call: Call): Thread[] {
    const attachment = /^att\[(\d+)\]/.exec(call.name);
    if (!attachment) return [];
    const { buffer } = this.machine.attachments[Number(attachment[1])]!;
    const exporting = `buf[${buffer}].export`;
    return this.machine.scheduler.threads.filter((thread) => thread.call === exporting);
  }

  /** Runs a call silently to its end; at procedure grain only its return may be skipped. */
  private finish(thread: Thread): boolean {
    for (let step = thread.pending; step; step = thread.pending) {
      const returning = step.options()[0]!.label.startsWith(`${thread.call}:`);
      const silent = returning && !step.boundary;
      const skippable = this.grain === 'procedure' ? returning || silent : !this.visible(step);
      if (!skippable || !thread.ready) return false;
      this.machine.scheduler.resume(thread, this.choose(step));
    }
    return true;
  }

  private spawn(call: Call, label: ParsedLabel): Thread {
    if (label.thread) this.aliases.set(label.thread, call.caller);
    const { machine } = this;
    const thread = machine.scheduler.spawn(call.caller, call.name, (self) =>
      asThread(machine, call, self),
    );
    machine.scheduler.resume(thread, thread.pending!.options()[0]!);
    return thread;
  }

  private resumeTo(thread: Thread, label: ParsedLabel): string | undefined {
    const reach = this.advance(thread, label.plain);
    return typeof reach === 'object' ? this.take(thread, reach.option, label) : undefined;
  }

  /** A call whose outcome is the label: what it really came to is reported. */
  private runCall(thread: Thread, call: Call, label: ParsedLabel): string | undefined {
    let decided: string | undefined;
    for (let step = thread.pending; step; step = thread.pending) {
      if (!thread.ready) return decided;
      const option = this.outcomeOf(step, label.plain);
      const commits = option.commits && plainLabel(option.commits);
      if (decided !== undefined && (commits || (step.stop && this.grain === 'contract'))) break;
      this.machine.scheduler.resume(thread, option);
      if (commits?.startsWith(call.name)) decided = commits;
    }
    return decided;
  }

  private outcomeOf(step: Step, label: string): Option {
    const wanted = step.options().find((one) => one.commits && plainLabel(one.commits) === label);
    return wanted ?? this.choose(step, label);
  }

  /** An importer's device begins or ends work that a BOOKKEEP fence stands for. */
  private fence({ object, index, operation, plain }: ParsedLabel): string | undefined {
    if (!object.startsWith('att[')) return undefined;
    const resv = this.machine.attachments[index]?.dmabuf?.resv;
    if (!resv) return undefined;
    if (operation === 'fence.add') {
      resv.fences.push({ usage: 'BOOKKEEP', importer: object, signalled: false });
      return plain;
    }
    const open = resv.fences.find((fence) => fence.importer === object && !fence.signalled);
    if (operation !== 'fence.signal' || !open) return undefined;
    open.signalled = true;
    return plain;
  }

  // --- what can be seen ----------------------------------------------------------------------

  /** What every thread is about to do, or why it cannot; and why the call cannot be made. */
  private pending(label: ParsedLabel): string[] {
    const lines = this.machine.scheduler.threads.map((thread) => describe(thread));
    const refused = callOf(this.machine, label)?.refused();
    if (refused) lines.push(`${label.object}.${label.operation}: ${refused}`);
    return lines.length > 0 ? lines : ['no thread is running'];
  }

  async observe(): Promise<Readonly<Record<string, string>>> {
    return this.observeNow();
  }

  /** `observe` without a promise. */
  observeNow(): Readonly<Record<string, string>> {
    const seen: Record<string, string> = {};
    for (const vdev of this.machine.devices) {
      seen[`${vdev.label}.open`] = String(vdev.open_count > 0);
      seen[`${vdev.label}.memory_enabled`] = String(memory_enabled_now(vdev));
      seen[`${vdev.label}.memory_lock`] = vdev.memory_lock.state;
      seen[`${vdev.label}.power`] = vdev.current_state;
      seen[`${vdev.label}.low_power`] = String(vdev.pm_runtime_engaged);
      seen[`${vdev.label}.suspended`] = String(vdev.runtime_suspended);
      seen[`${vdev.label}.registrations`] = String(vdev.registrations);
    }
    for (const buffer of this.machine.live) {
      seen[`${buffer.label}.listed`] = String(buffer.listed);
      seen[`${buffer.label}.revoked`] = String(buffer.revoked);
      seen[`${buffer.label}.kref`] = buffer.kref.state;
    }
    for (const attachment of this.machine.attachments) {
      const mapped = attachment.sgt || attachment.pages?.mapped;
      const state = mapped ? 'mapped' : 'attached';
      seen[`${attachment.label}.state`] = attachment.attached ? state : 'detached';
    }
    return seen;
  }
}

/** Whether a call can ever do a step of that name, by who runs it. */
function mayDo(thread: Thread, { object, operation, plain }: ParsedLabel): boolean {
  if (plain.startsWith(`${thread.call}:`)) return true;
  if (/:begin$/.test(plain) && !/^(move|invalidate_mappings)/.test(operation)) return false;
  const returns =
    /^(dev\[\d+\]\.(write_|low_power_|device_reset|close|flr|af_flr|sriov|sysfs|read_bar)|bus\.hot_reset)/;
  if (returns.test(plain)) return false;
  if (thread.name === 'bus.owner') return true;
  if (thread.name.startsWith('dev[')) {
    if (object === 'bus') return false;
    const device = thread.name.slice(0, thread.name.indexOf('.'));
    return !object.startsWith('dev[') || object === device;
  }
  if (thread.name.startsWith('att[') && object.startsWith('att[')) return object === thread.name;
  return object !== 'bus';
}

function describe(thread: Thread): string {
  const step = thread.pending!;
  if (!thread.ready) return `blocked: ${step.waitsFor?.()} @${thread.name}`;
  const options = step.options().map(({ label, commits }) => {
    return commits ? `${label} (${commits})` : label;
  });
  return `${options.join(' | ')} @${thread.name}`;
}
