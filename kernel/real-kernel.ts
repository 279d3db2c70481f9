import { constants } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { Ability, StepResult, Target, TargetScope } from '../src/target/target.ts';
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
import { EITHER_PUT, PROCEDURE_STOPS, ProcedureCall } from './procedure-call.ts';
import { describeSleeper } from './sleeper.ts';
import type { Stop } from './stop.ts';

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
}

const ERRNO = new Map(Object.entries(constants.errno).map(([name, value]) => [value, name]));

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
  }

  async reset(scope: TargetScope): Promise<void> {
    const stops = scope.grain === 'contract' ? CONTRACT_STOPS : PROCEDURE_STOPS;
    await this.guest.lab(`stops ${stops.join(' ')}`);
    this.scope = scope;
    this.running = [];
    this.releasing = [];
    this.listed = [];
    this.madeFd = undefined;
    const { devices, unopened = 0, initially = 'fresh' } = scope;
    if (initially === 'fresh') return;
    for (let d = 0; d < devices - unopened; d++) {
      await this.guest.start('setup', this.steps.open(d), false);
    }
    if (initially === 'running') await this.exportEverything();
  }

  private async exportEverything(): Promise<void> {
    const { buffers, attachments } = this.scope;
    for (const [b] of buffers.entries()) {
      await this.guest.start('setup', this.exportStep(b), false);
      this.listed.push(b);
    }
    // dma_buf_dynamic_attach() adds at the head of the list: the last is called back first
    for (const [a] of [...attachments.entries()].reverse()) {
      await this.guest.start('setup', this.importerStep('attach', a), false);
    }
  }

  async step(label: string): Promise<StepResult> {
    const parsed = parseLabel(label);
    if (!parsed) return { pending: [`${label} is not a label`] };
    const plain = label.replace(/[#@].*$/, '');
    this.guest.mark(`TEST ${label}`);
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
    const view = this.viewOf(operation, index);
    const actor = await this.guest.start(name, step, true);
    const call = label.replace(/:begin$/, '');
    const running = { actor, view, call, thread, device: index, queue: [], held: false };
    this.running.push(running);
    await this.runToHold(running);
    return label;
  }

  /** By the number that an export which has not returned yet was given. */
  private async closeFd(label: string, parsed: Label): Promise<string | undefined> {
    if (this.madeFd === undefined) return undefined;
    return this.begin(label, parsed, `close_fd ${this.madeFd}`, 'fput');
  }

  private viewOf(operation: string, device: number): CallView {
    if (this.scope.grain === 'procedure') {
      const { buffers, attachments } = this.scope;
      const call = new ProcedureCall(operation, buffers, attachments);
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
    await this.startWork(thread);
    const running = this.callOf(label, parsed, thread);
    if (!running) return undefined;
    if (running.queue.length === 0) {
      const { actor } = running;
      const failing = FAILING_RESET.test(label) && actor.stop?.at === 'reset_function<';
      if (failing) await this.guest.lab(`hold ${this.steps.first + parsed.index}`);
      await this.runToLabel(running);
      if (failing) await this.guest.lab('let_go');
    }
    const next = running.queue.shift() ?? this.returned(running);
    return next?.endsWith(EITHER_PUT) && label.startsWith(next.slice(0, -1)) ? label : next;
  }

  /** The work item of an importer that unmaps later is a thread of the agent. */
  private async startWork(thread: string | undefined): Promise<void> {
    const index = /^work\[(\d+)\]$/.exec(thread ?? '')?.[1];
    if (index === undefined) return;
    const before = this.running.find((one) => one.thread === thread);
    if (before && (before.actor.status !== 'done' || before.queue.length > 0)) return;
    this.running = this.running.filter((one) => one !== before);
    const label = `att[${index}].unmap:begin`;
    const step = this.importerStep('unmap', Number(index));
    await this.begin(label, parseLabel(label)!, step, thread);
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
    const { actor, call } = running;
    if (actor.status !== 'done') return undefined;
    this.running = this.running.filter((one) => one !== running);
    if (actor.result! >= 0) return `${call}:ok`;
    if (call.endsWith('.device_reset')) return `${call}:failed`;
    return `${call}:-${errnoName(actor.result!)}`;
  }
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

/** A reset that does not get the lock of its device. */
const FAILING_RESET = /\.(reset:failed|pci_try_reset_function:-EAGAIN)$/;

/** Points whose object is a device. */
const DEVICE_STOP =
  /^(down_write|down_write_trylock|up_write|move|memory_enabled|set_power_state|write_config|pm_get|pm_put|owned|cleanup|core_disable|config_free|disable_device|reset_function|reset_by_root|p2pdma_provider|get_registration)[<>]$/;

/** Where a thread has been since it was let go, and where it stands. */
function newStops(actor: Actor): Stop[] {
  const passed = actor.passed.splice(0);
  return actor.status === 'stopped' ? [...passed, actor.stop!] : passed;
}

function errnoName(result: number): string {
  return ERRNO.get(-result) ?? String(-result);
}
