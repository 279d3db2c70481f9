import { constants } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { plainLabel } from 'xstate-check';
import type { Ability, StepResult, Target } from 'xstate-check/target';
import type { TargetScope } from '../targets/target-scope.ts';
import { AgentSteps } from './agent-steps.ts';
import {
  type CallView,
  CONTRACT_STOPS,
  ContractCall,
  ReleaseCall,
  type Surroundings,
} from './contract-call.ts';
import { type Actor, type Guest, whereabouts } from './guest.ts';
import { abilityOf, type Label, parseLabel } from './labels.ts';
import type { Machine } from './machine.ts';
import { EITHER_PUT, PROCEDURE_STOPS, ProcedureCall, RUNTIME_PM_STOPS } from './procedure-call.ts';
import { describeSleeper } from './sleeper.ts';
import type { Stop } from './stop.ts';
import { GuestError } from './vm.ts';

/** A call that was begun and has not been seen to return. */
interface Running {
  readonly actor: Actor;
  readonly view: CallView;
  /** As labels call it, `dev[0].device_reset`. */
  readonly call: string;
  /** What the test calls its thread. */
  readonly thread: string | undefined;
  readonly device: number;
  /** Committed and not yet asked for. */
  readonly queue: string[];
  /** Whether it holds memory_lock. */
  held: boolean;
  /** A call of user space around that of the test: whether the test has seen that begin, and end. */
  around?: { begun: boolean; ended: boolean };
}

/** A call that is made: by whom, on which device, and what it is to the test. */
interface Making {
  readonly name: string;
  readonly step: string;
  readonly operation: string;
  readonly call: string;
  readonly thread: string | undefined;
  readonly device: number;
  readonly runtimePm?: boolean;
}

/** Of two names of one number, the one that the kernel writes. */
const ALIASES = ['EWOULDBLOCK', 'ENOTSUP', 'EDEADLOCK'];
const ERRNO = new Map(
  Object.entries(constants.errno)
    .filter(([name]) => !ALIASES.includes(name))
    .map(([name, value]) => [value, name]),
);

/**
 * A Linux kernel in a virtual machine as a target of tests.
 *
 * A call is made by a thread of the guest's agent that stops before and after functions of the
 * kernel. What lies between two stops tells what was committed; a thread waits before a commit until
 * the test asks for it, so that the steps of a test happen in its order.
 */
export class RealKernel implements Target {
  readonly name: string;
  private readonly guest: Guest;
  private readonly machine: Machine;
  private scope: TargetScope = { devices: 0, buffers: [], attachments: [], grain: 'contract' };
  private running: Running[] = [];
  /** Releases that wait for memory_lock. */
  private releasing: { readonly actor: Actor; readonly device: number }[] = [];
  private listed: number[] = [];
  /** What dma_buf_fd() has returned last. */
  private madeFd: number | undefined;
  private steps: AgentSteps;
  /** Of the path that is performed, and how many of them have been asked for. */
  private labels: readonly string[] = [];
  private position = 0;

  constructor(guest: Guest, machine: Machine) {
    this.guest = guest;
    this.machine = machine;
    this.steps = new AgentSteps(machine, []);
    this.name = `Linux ${guest.kernelRelease}`;
  }

  ability(label: string): Ability | undefined {
    return abilityOf(label, this.guest.hasIommufd);
  }

  /** Chooses the devices for a path, which must have been chosen before its first step. */
  prepare(labels: readonly string[]): void {
    this.steps = new AgentSteps(this.machine, labels);
    this.labels = labels;
  }

  async reset(scope: TargetScope): Promise<void> {
    await this.guest.lab(`stops ${stopsOf(scope).join(' ')}`);
    this.position = 0;
    this.scope = scope;
    this.running = [];
    this.releasing = [];
    this.listed = [];
    this.madeFd = undefined;
    const { devices, unopened = 0, initially = 'fresh' } = scope;
    await this.guest.start('setup', this.steps.resetMethod(), false);
    if (initially === 'fresh') return;
    for (let d = 0; d < devices - unopened; d++) await this.setUp(this.steps.open(d));
    if (initially === 'running') await this.exportEverything();
    if (scope.runtimePm) await this.guest.lab(`keep_awake ${this.steps.first}`);
  }

  private async exportEverything(): Promise<void> {
    const { buffers, attachments } = this.scope;
    for (const [b] of buffers.entries()) {
      await this.setUp(this.exportStep(b));
      this.listed.push(b);
    }
    // dma_buf_dynamic_attach() adds at the head of the list: the last is called back first
    for (const [a, { importer }] of [...attachments.entries()].reverse()) {
      // iommufd attaches when it maps
      if (importer !== 'iommufd') await this.setUp(this.importerStep('attach', a));
    }
  }

  /** A call ahead of a test, which has to succeed. */
  private async setUp(step: string): Promise<void> {
    const { result } = await this.guest.start('setup', step, false);
    if (result !== 0) throw new GuestError(`'${step}' ahead of the test answers ${result}`);
  }

  async step(label: string): Promise<StepResult> {
    const parsed = parseLabel(label);
    if (!parsed) return { pending: [`${label} is not a label`] };
    const plain = plainLabel(label);
    this.guest.mark(`TEST ${label}`);
    this.position++;
    const actual = await this.happens(plain, parsed, /@(.+)$/.exec(label)?.[1]);
    await this.letReleasesGo();
    if (actual === plain) return { actual };
    const pending = await this.whereEverybodyIs();
    return actual === undefined ? { pending } : { actual, pending };
  }

  /** For a report: who has stopped or returned, and where the others sleep. */
  private async whereEverybodyIs(): Promise<string[]> {
    const still = this.running.filter(({ actor }) => actor.status !== 'running');
    const sleepers = await this.guest.sleepers();
    return [
      ...still.map(({ actor }) => whereabouts(actor)),
      ...sleepers.flatMap((sleeper) => describeSleeper(sleeper)),
    ];
  }

  /** What can be seen, once runtime PM, which works by itself, has done its work. */
  async observe(): Promise<Readonly<Record<string, string>>> {
    if (this.scope.grain === 'procedure') return {};
    let seen = await this.guest.see();
    for (let patience = 200; patience > 0 && this.isBusyByItself(seen); patience--) {
      await setTimeout(5);
      seen = await this.guest.see();
    }
    return Object.fromEntries(Object.entries(seen).filter(([key]) => this.isInScope(key)));
  }

  /**
   * A device in low power is suspended by a worker as soon as no call uses it, and
   * vfio_pci_core_runtime_suspend() takes memory_lock for that.
   */
  private isBusyByItself(seen: Readonly<Record<string, string>>): boolean {
    return Array.from({ length: this.scope.devices }, (_, d) => d).some((d) => {
      const calls = this.running.filter(({ device }) => device === d);
      if (calls.some(({ actor }) => actor.status !== 'done')) {
        return !calls.some(({ held }) => held) && seen[`dev[${d}].memory_lock`] !== 'free';
      }
      const low = seen[`dev[${d}].low_power`] === 'true' && seen[`dev[${d}].open`] === 'true';
      const suspending = low && seen[`dev[${d}].suspended`] !== 'true';
      return suspending || seen[`dev[${d}].memory_lock`] !== 'free';
    });
  }

  private isInScope(key: string): boolean {
    const { kind, index } = parseLabel(key)!;
    const { devices, buffers, attachments } = this.scope;
    if (kind === 'dev') return index < devices;
    if (kind === 'buf') return index < buffers.length;
    // how far iommufd has got with a buffer is its own business
    return index < attachments.length && attachments[index]!.importer !== 'iommufd';
  }

  private exportStep(buffer: number): string {
    return this.steps.export(buffer, this.scope.buffers[buffer]!, this.scope.ranges?.[buffer]);
  }

  private importerStep(operation: string, attachment: number): string {
    return this.steps.importer(operation, attachment, this.scope.attachments[attachment]!);
  }

  private bracketedStep(label: Label): string | undefined {
    if (label.kind === 'att') return this.importerStep(label.operation, label.index);
    if (label.kind === 'buf' && label.operation === 'export') return this.exportStep(label.index);
    return this.steps.bracketed(label);
  }

  // --- steps of a test -------------------------------------------------------------------------

  private async happens(
    label: string,
    parsed: Label,
    thread: string | undefined,
  ): Promise<string | undefined> {
    const { kind, index, operation, outcome } = parsed;
    const step = outcome === 'begin' ? this.bracketedStep(parsed) : undefined;
    const inner = this.running.some((one) => one.thread === thread && thread !== undefined);
    if (inner && outcome === 'begin' && this.beginsInside(label, thread)) return label;
    if (step !== undefined && !inner) return this.begin(label, parsed, step, thread);
    if (operation === 'close_fd') return this.closeFd(label, parsed);
    if (this.scope.grain === 'procedure') return this.observed(label, parsed, thread);
    if (kind === 'dev' && operation === 'open') {
      return this.whole(label, `dev${index}.owner`, this.steps.open(index));
    }
    if (kind === 'buf' && operation === 'export') return this.export(label, index);
    if (kind === 'buf' && operation === 'release') return this.release(label, index);
    if (kind === 'att' && !this.inCallback(parsed)) {
      return this.whole(label, `att${index}`, this.importerStep(operation, index));
    }
    return this.observed(label, parsed, thread);
  }

  private async begin(
    label: string,
    { kind, index, operation }: Label,
    step: string,
    thread: string | undefined,
  ): Promise<string | undefined> {
    const name = thread ?? `${kind}${index}.owner`;
    if (this.running.some(({ actor }) => actor.name === name)) return undefined;
    const call = label.replace(/:begin$/, '');
    await this.make({ name, step, operation, call, thread, device: index });
    return label;
  }

  private async make({ name, step, operation, call, thread, device, runtimePm }: Making) {
    const view = this.viewOf(operation, device, runtimePm);
    const actor = await this.guest.start(name, step, true);
    const running: Running = { actor, view, call, thread, device, queue: [], held: false };
    this.running.push(running);
    await this.runToHold(running);
    return running;
  }

  /** The call of a test, inside one of user space that has begun before. */
  private beginsInside(label: string, thread: string | undefined): boolean {
    const { around } =
      this.running.find((one) => one.thread === thread && label === `${one.call}:begin`) ?? {};
    if (around === undefined || around.begun) return false;
    around.begun = true;
    return true;
  }

  /** By the number that an export which has not returned yet was given. */
  private async closeFd(label: string, parsed: Label): Promise<string | undefined> {
    if (this.madeFd === undefined) return undefined;
    return this.begin(label, parsed, `close_fd ${this.madeFd}`, 'fput');
  }

  private viewOf(operation: string, device: number, runtimePm = false): CallView {
    if (this.scope.grain === 'procedure') {
      const { buffers, attachments } = this.scope;
      const call = new ProcedureCall(operation, buffers, attachments, runtimePm);
      return new TranslatedCall(call, this.steps.first);
    }
    const around: Surroundings = {
      listed: (index) => this.listed.filter((b) => this.scope.buffers[b] === index),
      importer: (attachment) => this.scope.attachments[attachment]?.importer ?? '',
      engaged: this.guest.lastSeen[`dev[${device}].low_power`] === 'true',
    };
    return new ContractCall(operation, around);
  }

  /** A call that is one step: what it returned says what happened. */
  private async whole(label: string, name: string, step: string): Promise<string | undefined> {
    const actor = await this.guest.start(name, step, false);
    if (actor.status !== 'done') return undefined;
    const call = label.replace(/:.*$/, '');
    if (actor.result! < 0) return `${call}:-${errnoName(actor.result!)}`;
    return label.includes(':') ? `${call}:ok` : call;
  }

  private async export(label: string, buffer: number): Promise<string | undefined> {
    if (this.scope.buffers[buffer] === undefined) return undefined;
    const actual = await this.whole(label, `buf${buffer}`, this.exportStep(buffer));
    if (actual?.endsWith(':ok')) this.listed.push(buffer);
    return actual;
  }

  /** The last reference goes; freeing the buffer may have to wait for memory_lock. */
  private async release(label: string, buffer: number): Promise<string | undefined> {
    const actor = await this.guest.start(`buf${buffer}.closer`, `release ${buffer}`, true);
    const view = new ReleaseCall();
    while (actor.status === 'stopped' && !view.at(actor.stop!).holds) await this.guest.go(actor);
    this.listed = this.listed.filter((b) => b !== buffer);
    if (actor.status === 'stopped') {
      this.releasing.push({ actor, device: this.scope.buffers[buffer]! });
      return label;
    }
    return actor.status === 'done' && actor.result! >= 0 ? label : undefined;
  }

  private async letReleasesGo(): Promise<void> {
    for (const one of [...this.releasing]) {
      const held = this.running.some(({ device, held }) => held && device === one.device);
      if (held) continue;
      while (one.actor.status === 'stopped') await this.guest.go(one.actor);
      this.releasing = this.releasing.filter((other) => other !== one);
    }
  }

  /** Whether an attachment is being told to let go, and does so in the callback itself. */
  private inCallback({ index }: Label): boolean {
    return this.running.some(
      ({ actor }) => actor.stop?.at === 'invalidate<' && actor.stop.index === index,
    );
  }

  /** What the kernel does by itself: the next thing that its call commits, or its return. */
  private async observed(
    label: string,
    parsed: Label,
    thread: string | undefined,
  ): Promise<string | undefined> {
    await this.startByItself(parsed, thread);
    const running = this.callOf(label, parsed, thread);
    if (!running) return undefined;
    if (running.queue.length === 0) {
      const { actor } = running;
      const failing = FAILING.some(([pattern, at]) => pattern.test(label) && actor.stop?.at === at);
      if (failing) await this.guest.lab(`hold ${this.steps.first + parsed.index}`);
      await this.runToLabel(running);
      if (failing) await this.guest.lab('let_go');
    }
    this.endAround(running);
    const next = running.queue.shift() ?? this.returned(running);
    return next?.endsWith(EITHER_PUT) && label.startsWith(next.slice(0, -1)) ? label : next;
  }

  /** What no call of the test starts: a thread of the agent stands for it. */
  private async startByItself(parsed: Label, thread: string | undefined): Promise<void> {
    const before = this.running.find((one) => one.thread === thread);
    if (thread === undefined) return;
    if (before && (before.actor.status !== 'done' || before.queue.length > 0)) return;
    const making = this.madeByItself(parsed, thread);
    if (making === undefined) return;
    this.running = this.running.filter((one) => one !== before);
    const running = await this.make({ ...making, name: thread, thread });
    if (thread.startsWith('owner[')) running.around = { begun: false, ended: false };
  }

  /** A work item of an importer, its hardware, the PM core, a call of user space. */
  private madeByItself(
    { index, operation, outcome }: Label,
    thread: string,
  ): Omit<Making, 'name' | 'thread'> | undefined {
    const [, kind, number] = /^(work|hardware)\[(\d+)\]$/.exec(thread) ?? [];
    const a = Number(number);
    if (kind === 'work') {
      const maps = this.scope.attachments[a]?.importer === 'remaps_from_work';
      const does = maps ? 'map' : 'unmap';
      const step = this.importerStep(does, a);
      return { step, operation: does, call: `att[${a}].${does}`, device: a };
    }
    if (kind === 'hardware') {
      return { step: this.importerStep('signal', a), operation: 'signal', call: '', device: a };
    }
    const dev = { device: index, runtimePm: true };
    if (operation === 'rpm_suspend' && outcome === 'begin') {
      const step = this.steps.byItself('runtime_suspend', index);
      return { ...dev, step, operation, call: `dev[${index}].rpm_suspend` };
    }
    if (operation === 'rpm_resume') {
      return { ...dev, step: this.steps.byItself('runtime_resume', index), operation, call: '' };
    }
    return operation === 'pm_runtime_resume_and_get' && thread.startsWith('owner[')
      ? { ...dev, ...this.callInside(index, thread) }
      : undefined;
  }

  /** What user space calls whose thread takes a reference now: where nothing is drawn, it reads. */
  private callInside(device: number, thread: string): Pick<Making, 'step' | 'operation' | 'call'> {
    const own = this.labels.slice(this.position).filter((label) => label.endsWith(`@${thread}`));
    const put = own.findIndex((label) => label.includes('.pm_runtime_put'));
    for (const label of put < 0 ? own : own.slice(0, put)) {
      const parsed = parseLabel(label)!;
      const step = parsed.outcome === 'begin' ? this.steps.bracketed(parsed) : undefined;
      if (step === undefined) continue;
      const { operation } = parsed;
      return { step, operation, call: `dev[${device}].${operation}` };
    }
    const operation = 'read_config';
    return { step: this.steps.byItself(operation, device), operation, call: '' };
  }

  /** User space gives its reference back when the call of the test has ended, and returns itself. */
  private endAround(running: Running): void {
    const { actor, around, call, queue } = running;
    if (around === undefined || around.ended || actor.status !== 'done') return;
    around.ended = true;
    if (call === '') return;
    const put = queue.pop();
    queue.push(endOf(call, actor.result!), ...(put === undefined ? [] : [put]));
  }

  private callOf(
    label: string,
    { kind, index }: Label,
    thread: string | undefined,
  ): Running | undefined {
    const { running } = this;
    if (thread !== undefined) return running.find((one) => one.thread === thread);
    return (
      running.find(({ call }) => label.startsWith(`${call}:`)) ??
      running.find(({ queue }) => queue[0] === label) ??
      running.find(({ device }) => kind !== 'dev' || device === index)
    );
  }

  private async runToLabel(running: Running): Promise<void> {
    while (running.queue.length === 0 && running.actor.status !== 'done') {
      await this.guest.go(running.actor);
      if (running.actor.status === 'running') return;
      await this.runToHold(running);
    }
  }

  /** Runs a thread on until something that a test can ask for would happen next. */
  private async runToHold(running: Running): Promise<void> {
    const { actor, view, queue } = running;
    for (;;) {
      let holds = false;
      for (const stop of newStops(actor)) {
        if (stop.at === 'dma_buf_fd>') this.madeFd = stop.seen.result;
        const reached = view.at(stop);
        queue.push(...reached.labels);
        this.noteLabels(running, reached.labels);
        holds = reached.holds;
      }
      if (holds || actor.status !== 'stopped') return;
      await this.guest.go(actor);
    }
  }

  private noteLabels(running: Running, labels: readonly string[]): void {
    for (const label of labels) {
      if (label.endsWith('.begin')) running.held = true;
      if (label.endsWith('.end')) running.held = false;
      const cleaned = /^buf\[(\d+)\]\.cleanup$/.exec(label);
      if (cleaned) this.listed = this.listed.filter((b) => b !== Number(cleaned[1]));
    }
  }

  private returned(running: Running): string | undefined {
    const { actor, call, around } = running;
    if (actor.status !== 'done') return undefined;
    this.running = this.running.filter((one) => one !== running);
    return call === '' || around?.ended ? undefined : endOf(call, actor.result!);
  }
}

/** Of a call: how it ended, by what it has returned. */
function endOf(call: string, result: number): string {
  if (result >= 0) return `${call}:${call.endsWith('.rpm_suspend') ? 'end' : 'ok'}`;
  if (/\.(device_reset|sriov_configure)$/.test(call)) return `${call}:failed`;
  return `${call}:-${errnoName(result)}`;
}

function stopsOf({ grain, runtimePm }: TargetScope): readonly string[] {
  if (grain === 'contract') return CONTRACT_STOPS;
  return runtimePm ? RUNTIME_PM_STOPS : PROCEDURE_STOPS;
}

/** The devices of a machine under the names that a test has for them. */
class TranslatedCall implements CallView {
  private readonly call: CallView;
  private readonly first: number;

  constructor(call: CallView, first: number) {
    this.call = call;
    this.first = first;
  }

  at(stop: Stop) {
    return this.call.at(
      DEVICE_STOP.test(stop.at) ? { ...stop, index: stop.index - this.first } : stop,
    );
  }
}

/** What does not get the lock of its device, and where that is held meanwhile. */
const FAILING: readonly (readonly [label: RegExp, at: string])[] = [
  [/\.(reset:failed|pci_try_reset_function:-EAGAIN)$/, 'reset_function<'],
  [/\.pci_dev_trylock:0$/, 'trylock<'],
];

/** Points whose object is a device, or the set that it is in. */
const DEVICE_STOP = new RegExp(
  `^(${[
    ...['down_write', 'down_write_trylock', 'up_write', 'move', 'memory_enabled', 'pm_get'],
    ...['set_power_state', 'write_config', 'pm_put', 'owned', 'cleanup', 'core_disable'],
    ...['config_free', 'disable_device', 'reset_function', 'reset_by_root', 'p2pdma_provider'],
    ...['get_registration', 'write_config_word', 'trylock', 'reset_locked', 'restore_state'],
    ...['runtime_suspend', 'runtime_resume', 'sriov_configure', 'enable_sriov', 'disable_sriov'],
    ...['resettable', 'mutex_lock', 'mutex_unlock'],
  ].join('|')})[<>]$`,
);

/** Where a thread has been since it was let go, and where it stands. */
function newStops(actor: Actor): Stop[] {
  const passed = actor.passed.splice(0);
  return actor.status === 'stopped' ? [...passed, actor.stop!] : passed;
}

function errnoName(result: number): string {
  return ERRNO.get(-result) ?? String(-result);
}
