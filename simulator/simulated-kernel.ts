import { type Ability, plainLabel, type StepResult, type Target } from 'xstate-check/target';
import type { TargetScope } from '../targets/target-scope.ts';
import { asThread, BEGUN_BY, type Call, callOf, exportEverything, openDevices } from './calls.ts';
import { runPmWorkqueue } from './device/vfio-pci-pm.ts';
import type { FaultId } from './faults.ts';
import { simulatorFaults } from './faults.ts';
import { Kernel } from './kernel/kernel.ts';
import type { DeviceConfig, ImporterKind } from './kernel/objects.ts';
import { IMPORTER_KINDS } from './kernel/objects.ts';
import type { Thread } from './kernel/scheduler.ts';
import type { Option, Step } from './kernel/step.ts';
import { abilityOf, type ParsedLabel, parseLabel } from './labels.ts';
import { about, observation } from './observation.ts';

/** How a simulated kernel is made. */
export interface SimulatedKernelOptions {
  /** Defects to build in; none is v7.3 mainline with its open bugs. */
  readonly faults?: Iterable<FaultId>;
  /** What differs from the default device, by index. */
  readonly devices?: readonly Partial<DeviceConfig>[];
}

/** What a schedule must do before the step at a position, for later labels to come out. */
interface Hint {
  readonly at: number;
  /** A failure of the environment that is due, once. */
  readonly force?: string;
  /** The same, and void when the call returns without it. */
  readonly guess?: string;
  /** A thread that runs on silently, to where others see it. */
  readonly advance?: string;
  /** A thread that the step belongs to. */
  readonly prefer?: string;
  /** A buffer that user space exports with two ranges. */
  readonly twoRanges?: number;
}

/** What a thread can do towards a label. */
type Reach = { readonly option: Option } | 'no' | 'blocked';

/**
 * The simulated kernel as a target of tests.
 *
 * At grain `procedure` a step is one step of one thread. At grain `contract` only steps that commit
 * something and the beginnings and returns of bracketed calls are seen; a thread is run silently to
 * the next of them, and no earlier than some label needs it, so that it does not sit on a lock that
 * the next label wants from somebody else. A kernel decides more than its contract shows (a trylock
 * that failed long before the call returned): where a label cannot happen, the run so far is
 * repeated with one silent step earlier, by another thread, or with a failure.
 */
export class SimulatedKernel implements Target {
  readonly name = 'simulated kernel';
  private readonly options: SimulatedKernelOptions;
  private machine: Kernel;
  private scope: TargetScope = { devices: 0, buffers: [], attachments: [], grain: 'contract' };
  /** Labels that have happened since the reset, and how the schedule was chosen. */
  private history: string[] = [];
  private hints: Hint[] = [];
  /** Failures asked for before their step was reached. */
  private armed = new Set<string>();
  private guesses = new Set<string>();
  /** What tests call a thread, and the caller it stands for. */
  private aliases = new Map<string, string>();

  constructor(options: SimulatedKernelOptions = {}) {
    for (const fault of options.faults ?? []) {
      if (!(fault in simulatorFaults)) throw new Error(`unknown fault ${fault}`);
    }
    this.options = options;
    this.machine = this.boot(this.scope);
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
    const workqueue = scope.grain === 'procedure' ? 'on' : 'off';
    const kernel = new Kernel({
      devices,
      buffers: scope.buffers,
      ranges: scope.ranges,
      route: scope.route,
      attachments,
      faults,
      workqueue,
    });
    const { initially = 'fresh', unopened = 0 } = scope;
    if (initially !== 'fresh') openDevices(kernel, unopened);
    if (initially === 'running') exportEverything(kernel);
    this.scope = scope;
    this.history = [];
    this.hints = [];
    this.armed.clear();
    this.guesses.clear();
    this.aliases.clear();
    return kernel;
  }

  /** Arms a failure for the next time its step is reached: `dev[0].pci_try_reset_function:failed`. */
  force(label: string): void {
    this.hints.push({ at: this.history.length, force: plainLabel(label) });
  }

  private get grain(): TargetScope['grain'] {
    return this.scope.grain;
  }

  async step(label: string): Promise<StepResult> {
    return this.stepNow(label);
  }

  /** `step` without a promise. */
  stepNow(label: string): StepResult {
    const parsed = parseLabel(label);
    if (!parsed) return { pending: [`${label} is not a label`] };
    let actual = this.attempt(parsed);
    if (actual !== parsed.plain && this.rescheduled(label, parsed)) actual = parsed.plain;
    if (actual === undefined) return { pending: this.pending(parsed) };
    const result = parsed.thread ? `${actual}@${parsed.thread}` : actual;
    this.history.push(result);
    if (actual === parsed.plain) return { actual: result };
    return { actual: result, pending: this.pending(parsed) };
  }

  /** One step with the schedule as it was chosen so far. */
  private attempt(label: ParsedLabel): string | undefined {
    for (const { force, guess, advance, twoRanges } of this.hintsNow) {
      if (force) this.armed.add(force);
      if (guess) this.guesses.add(guess);
      if (twoRanges !== undefined) this.machine.ranges.set(twoRanges, 2);
      const thread = this.machine.scheduler.threads.find(({ name }) => name === advance);
      if (thread) this.advance(thread, '');
    }
    return this.performed(label);
  }

  private get hintsNow(): Hint[] {
    return this.hints.filter(({ at }) => at === this.history.length);
  }

  // --- another schedule with the same labels -------------------------------------------------

  /** Looks for a schedule with the same labels so far that can go on with this one. */
  private rescheduled(label: string, parsed: ParsedLabel): boolean {
    if (this.grain === 'procedure') return false;
    if (this.exportedOtherwise(label, parsed)) return true;
    const { threads } = this.machine.scheduler;
    const names = threads.filter((one) => this.concerns(one, parsed)).map(({ name }) => name);
    for (let at = this.history.length; at >= 0; at--) {
      if (this.alternatives(at, names).some((hint) => this.replayed(hint, label))) return true;
    }
    return false;
  }

  /** iommufd takes one range only: whether a buffer has more was decided when it was exported. */
  private exportedOtherwise(label: string, parsed: ParsedLabel): boolean {
    if (parsed.operation !== 'map_file' || parsed.outcome !== '-EOPNOTSUPP') return false;
    const twoRanges = this.machine.attachments[parsed.index]?.buffer ?? -1;
    const at = this.history.findLastIndex((past) => past.startsWith(`buf[${twoRanges}].export:`));
    return at >= 0 && this.replayed({ at, twoRanges }, label);
  }

  private alternatives(at: number, names: readonly string[]): Hint[] {
    const { devices } = this.machine;
    const refusals = [
      ...devices.map((vdev) => `${vdev.label}.owned:false`),
      ...devices.map((vdev) => `${vdev.label}.pm_runtime_get:failed`),
      'dev_set.resettable:false',
    ];
    return [
      ...names.map((advance) => ({ at, advance })),
      ...names.map((prefer) => ({ at, prefer })),
      ...(names.includes('bus.owner') ? refusals.map((guess) => ({ at, guess })) : []),
    ];
  }

  /** Repeats the run on a fresh kernel with one more hint; keeps it if the label happens too. */
  private replayed(hint: Hint, label: string): boolean {
    const other = new SimulatedKernel(this.options);
    other.machine = other.boot(this.scope);
    other.hints = [...this.hints, hint];
    for (const past of [...this.history, label]) {
      const parsed = parseLabel(past)!;
      if (other.attempt(parsed) !== parsed.plain) return false;
      other.history.push(past);
    }
    this.machine = other.machine;
    this.hints = other.hints;
    this.armed = other.armed;
    this.guesses = other.guesses;
    this.aliases = other.aliases;
    return true;
  }

  // --- which thread --------------------------------------------------------------------------

  /** A step that is due, a call that begins, or a step that a thread can be run to. */
  private performed(label: ParsedLabel): string | undefined {
    const fence = this.fence(label);
    if (fence) return fence;
    if (label.outcome === 'begin' && callOf(this.machine, label)) {
      return this.taken(label, (thread) => this.reach(thread, label.plain)) ?? this.start(label);
    }
    return (
      this.taken(label, (thread) => this.reach(thread, label.plain)) ??
      this.start(label) ??
      this.taken(label, (thread) => this.leadsTo(thread, label))
    );
  }

  /** The first candidate that gets to the label does it. */
  private taken(label: ParsedLabel, get: (thread: Thread) => Reach): string | undefined {
    for (const thread of this.candidates(label)) {
      const reach = get(thread);
      if (typeof reach === 'object') return this.take(thread, reach.option, label);
    }
    return undefined;
  }

  /** Threads that may be meant; who holds the device's lock comes first. */
  private candidates(label: ParsedLabel): Thread[] {
    const { threads } = this.machine.scheduler;
    const named = label.thread && (this.aliases.get(label.thread) ?? label.thread);
    const matching = threads.filter((thread) => thread.name === named);
    const lock = this.lockOf(label);
    const preferred = this.hintsNow.find(({ prefer }) => prefer)?.prefer;
    const rank = (thread: Thread) => {
      if (thread.name === preferred) return -1;
      return lock && thread.held.includes(lock) ? 0 : 1;
    };
    const pool = named ? matching : threads;
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
    if (this.hides(step)) return undefined;
    const options = step.options();
    if (this.grain === 'procedure') return options.find((option) => option.label === label);
    return (
      options.find(
        (option) => option.commits !== undefined && plainLabel(option.commits) === label,
      ) ??
      (step.boundary || step.stop ? options.find((option) => option.label === label) : undefined)
    );
  }

  /** Runs a thread towards a label, if its call can get there at all. */
  private leadsTo(thread: Thread, label: ParsedLabel): Reach {
    const call = callOf(this.machine, label);
    if (call?.bracketed && call.name !== thread.call) return 'no';
    if (!this.concerns(thread, label)) return 'no';
    return this.advance(thread, label.plain);
  }

  /** Whether a thread works on the object of a label: its own, its device's, or every device's. */
  private concerns({ name }: Thread, { object, index }: ParsedLabel): boolean {
    if (name === 'bus.owner' || object === 'dev_set') return true;
    if (name === object || name.startsWith(`${object}.`)) return true;
    if (object.startsWith('dev[') || object === 'bus') return false;
    const buffer = object.startsWith('att[') ? this.machine.attachments[index]?.buffer : index;
    const exporter = this.machine.buffers.get(buffer ?? -1)?.exporter;
    return exporter !== undefined && name.startsWith(`${exporter.label}.`);
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

  /** Whether this step is a part of something that is one step at this grain. */
  private hides({ hidden }: Step): boolean {
    return hidden === 'both' || hidden === this.grain;
  }

  /** Whether others must see this step if it happens. */
  private visible(step: Step): boolean {
    if (this.hides(step)) return false;
    if (this.grain === 'procedure' || step.boundary) return true;
    return this.choose(step).commits !== undefined;
  }

  /** The option that is armed, or that alone leads to the label, or else the ordinary one. */
  private choose(step: Step, label?: string): Option {
    const options = step.options();
    const armed = options.find(({ label }) => this.armed.has(label) || this.guesses.has(label));
    if (armed) return armed;
    const leads = label && options.find((option) => option.leadsTo?.(label));
    return leads || options[0]!;
  }

  /** Does one step of a thread, and what nobody needs to ask for after it. */
  private take(thread: Thread, option: Option, label: ParsedLabel): string {
    this.armed.delete(option.label);
    if (option.label.startsWith(`${thread.call}:`)) this.guesses.clear();
    this.machine.scheduler.resume(thread, option);
    this.runOn();
    if (option.label === label.plain) return option.label;
    return plainLabel(option.commits ?? option.label);
  }

  /** Runs every thread silently until it must be asked for: a visible step, a lock, a decision. */
  private runOn(): void {
    runPmWorkqueue(this.machine);
    if (this.grain === 'procedure') return;
    for (const thread of [...this.machine.scheduler.threads]) {
      for (let step = thread.pending; step; step = thread.pending) {
        if (this.visible(step) || step.stop || !thread.ready) break;
        this.machine.scheduler.resume(thread, this.choose(step));
      }
    }
  }

  // --- starting calls ------------------------------------------------------------------------

  private start(label: ParsedLabel): string | undefined {
    const begun = BEGUN_BY[label.operation];
    const call = callOf(this.machine, begun ? { ...label, operation: begun } : label);
    if (!call || !this.mayStart(call, label)) return undefined;
    const thread = this.spawn(call, label);
    if (label.outcome === 'begin') {
      this.runOn();
      return label.plain;
    }
    return begun ? this.resumeTo(thread, label) : this.runCall(thread, call, label);
  }

  /** The caller must have finished what it did before, and the call must make sense now. */
  private mayStart(call: Call, label: ParsedLabel): boolean {
    const begins = label.outcome === 'begin' || label.operation in BEGUN_BY;
    if (!begins && call.bracketed) return false;
    const busy = this.machine.scheduler.threads.find((thread) => thread.name === call.caller);
    if (busy && !this.finish(busy)) return false;
    for (const thread of this.prerequisites(call)) this.finish(thread);
    return call.refused() === undefined;
  }

  /**
   * An export that has listed its buffer still owes the fd, and keeps the device's fd busy and the
   * device awake.
   */
  private prerequisites(call: Call): Thread[] {
    const { threads } = this.machine.scheduler;
    const named = /^(att|buf)\[(\d+)\]/.exec(call.name);
    if (call.name.startsWith('dev[')) return threads.filter((one) => this.exportsFrom(one, call));
    if (!named) return [];
    const index = Number(named[2]);
    const buffer = named[1] === 'att' ? this.machine.attachments[index]!.buffer : index;
    if ([...this.machine.fds.values()].some((priv) => priv.index === buffer)) return [];
    const exporting = `buf[${buffer}].export`;
    return threads.filter((thread) => thread.call === exporting);
  }

  private exportsFrom(thread: Thread, call: Call): boolean {
    const index = /^buf\[(\d+)\]\.export$/.exec(thread.call)?.[1];
    if (index === undefined) return false;
    return call.name.startsWith(`dev[${this.scope.buffers[Number(index)]}].`);
  }

  /** Runs a call silently to its end, if nothing that can be seen is left of it. */
  private finish(thread: Thread): boolean {
    for (let step = thread.pending; step; step = thread.pending) {
      if (this.visible(step) || !thread.ready) return false;
      this.machine.scheduler.resume(thread, this.choose(step));
    }
    return true;
  }

  private spawn(call: Call, label: ParsedLabel): Thread {
    const begins = label.outcome === 'begin' || label.operation in BEGUN_BY;
    if (label.thread && begins) this.aliases.set(label.thread, call.caller);
    const { machine } = this;
    const thread = machine.scheduler.spawn(call.caller, call.name, (self) =>
      asThread(machine, call, self),
    );
    machine.scheduler.resume(thread, thread.pending!.options()[0]!);
    return thread;
  }

  /** Runs a new thread to the label it was started for. */
  private resumeTo(thread: Thread, label: ParsedLabel): string | undefined {
    const reach = this.advance(thread, label.plain);
    return typeof reach === 'object' ? this.take(thread, reach.option, label) : undefined;
  }

  /** A call as a whole: whether it decided or returned the label, or what it came to instead. */
  private runCall(thread: Thread, call: Call, label: ParsedLabel): string | undefined {
    let decided: string | undefined;
    let returned: string | undefined;
    for (let step = thread.pending; step && thread.ready; step = thread.pending) {
      const option = this.outcomeOf(step, label.plain);
      const commits = option.commits && plainLabel(option.commits);
      if (decided !== undefined && (commits || (step.stop && this.grain === 'contract'))) break;
      this.machine.scheduler.resume(thread, option);
      if (commits?.startsWith(call.name)) decided = commits;
      const returns = this.grain === 'procedure' && option.label.startsWith(`${call.name}:`);
      if (returns) returned = option.label;
    }
    this.runOn();
    return returned === label.plain ? returned : (decided ?? returned);
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
    this.runOn();
    return plain;
  }

  // --- what can be seen ----------------------------------------------------------------------

  /** What every thread is about to do, or why it cannot; and why the call cannot be made. */
  private pending(label: ParsedLabel): string[] {
    const lines = this.machine.scheduler.threads.map(about);
    const refused = callOf(this.machine, label)?.refused();
    if (refused) lines.push(`${label.object}.${label.operation}: ${refused}`);
    return lines.length > 0 ? lines : ['no thread is running'];
  }

  async observe(): Promise<Readonly<Record<string, string>>> {
    return this.observeNow();
  }

  /** `observe` without a promise. */
  observeNow(): Readonly<Record<string, string>> {
    return observation(this.machine);
  }
}
