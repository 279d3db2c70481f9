import { constants } from 'node:os';
import { InputError } from 'xstate-check';
import type { KernelFiles } from './archive.ts';
import { CONTRACT_STOPS } from './contract-call.ts';
import type { GuestImage } from './image.ts';
import { describeTested } from './loaded.ts';
import type { Machine } from './machine.ts';
import { PROCEDURE_STOPS } from './procedure-call.ts';
import {
  describeSleeper,
  parseBusy,
  parseStack,
  type Sleeper,
  type Stack,
  sleeperOf,
} from './sleeper.ts';
import { formatStop, parseStop, type Stop } from './stop.ts';
import { boot, GuestError, type Vm } from './vm.ts';

/** A thread of the guest's agent that makes one call. */
export interface Actor {
  readonly name: string;
  /** The step it performs, for reports. */
  readonly step: string;
  status: 'running' | 'stopped' | 'done';
  /** Where it went by since it was let go, and where it has stopped. */
  readonly passed: Stop[];
  stop?: Stop;
  result?: number;
}

/** How long a thread may run before it counts as blocked, and the agent before it counts as hung. */
const BLOCKED_AFTER = 3_000;
const HUNG_AFTER = 20_000;

/** The agent's side of the channel as calls; README.md has the protocol. */
export class Guest {
  private readonly vm: Vm;
  private readonly actors = new Map<string, Actor>();
  private seen: Record<string, string> = {};
  private answers: string[] = [];
  private traced: string[] = [];
  private tracing = false;
  /** Everything that was said, for the trace of a path. */
  readonly spoken: string[] = [];
  private release = '';
  /** What is tested: the kernel and its modules, a line each. */
  tested: readonly string[] = [];
  private iommufd = false;
  private procedures = false;

  private constructor(vm: Vm) {
    this.vm = vm;
  }

  /** Boots a machine and gives its devices to vfio-pci. */
  static async boot(
    machine: Machine,
    kernel: KernelFiles,
    image: GuestImage,
    learns = true,
  ): Promise<Guest> {
    const { vm, release, iommufd, loaded } = await boot(machine, kernel, image);
    const guest = new Guest(vm);
    guest.release = release;
    guest.iommufd = iommufd;
    guest.tested = describeTested(release, image.modules, loaded);
    try {
      await guest.takeDevices(machine, learns);
    } catch (error) {
      await vm.stop();
      // a kernel that hangs in a revoke fails the tests of it, not the beginning
      if (learns && error instanceof GuestError) return Guest.boot(machine, kernel, image, false);
      throw error;
    }
    return guest;
  }

  private async takeDevices(machine: Machine, learns: boolean): Promise<void> {
    for (const [index, device] of machine.devices.entries()) {
      const bound = await this.ask(`bind ${index} ${device}`, /^bound (-?\d+)$/);
      if (bound !== '0')
        throw new InputError(`vfio-pci does not take ${device} in the guest (${bound})`);
    }
    const owned = await this.ask('own', /^owned (-?\d+)$/);
    if (owned !== '0') throw new InputError(`the guest cannot own its devices (${owned})`);
    await this.tryFeature(machine);
    const learnt = learns && (await this.learnFlag());
    if (!learnt) this.tested = [...this.tested, 'where it keeps "revoked" was not found'];
    await this.afresh();
    const stops = await this.lab(`stops ${CONTRACT_STOPS.join(' ')}`);
    if (stops !== 0) throw new InputError(`${this.linux} lacks a function that tests stop at`);
    this.procedures = (await this.lab(`stops ${PROCEDURE_STOPS.join(' ')}`)) === 0;
  }

  /** Whether there is what the tests are about at all. */
  private async tryFeature({ bars }: Machine): Promise<void> {
    for (const step of ['open 0', `export 0 0 ${bars[0]} 1`]) {
      const { result } = await this.start('trial', step, false);
      if (result === -constants.errno.ENOTTY) {
        throw new InputError(`${this.linux} exports no BAR as a dma-buf: it lacks VFIO_PCI_DMABUF`);
      }
      if (result !== 0) throw new InputError(`${this.linux} answers '${step}' with ${result}`);
    }
  }

  /** Has the module find out where this kernel keeps whether a buffer is revoked. */
  private async learnFlag(): Promise<boolean> {
    await this.lab('learn 0 0');
    await this.start('trial', 'write_command 0 0', false);
    await this.lab('learn 0 1');
    await this.start('trial', 'write_command 0 1', false);
    return (await this.lab('learn 0 2')) === 0;
  }

  private get linux(): string {
    return `Linux ${this.release}`;
  }

  get kernelRelease(): string {
    return this.release;
  }

  get hasIommufd(): boolean {
    return this.iommufd;
  }

  /** Whether every function that a procedure goes through is one of this kernel's, not inlined. */
  get hasProcedures(): boolean {
    return this.procedures;
  }

  get alive(): boolean {
    return this.vm.alive;
  }

  /** Whether the emulator has crashed, not the guest. */
  get emulatorCrashed(): boolean {
    return this.vm.crashed;
  }

  console(): string {
    return this.vm.console();
  }

  complaints(): string[] {
    return this.vm.complaints();
  }

  async stop(): Promise<void> {
    await this.vm.stop();
  }

  // --- threads -------------------------------------------------------------------------------

  /** Starts a call in a thread of its own; a gated one runs to its first stop. */
  async start(name: string, step: string, gated: boolean): Promise<Actor> {
    const actor: Actor = { name, step, status: 'running', passed: [] };
    this.actors.set(name, actor);
    this.say(`${gated ? 'call' : 'run'} ${name} ${step}`);
    await this.settle(actor);
    return actor;
  }

  /** Lets a stopped thread go on, to its next stop or its end. */
  async go(actor: Actor): Promise<void> {
    if (actor.status !== 'stopped') return this.settle(actor);
    actor.status = 'running';
    this.say(`go ${actor.name}`);
    await this.settle(actor);
  }

  /** Waits until a thread stops or ends, or has run for so long that it must be blocked. */
  private async settle(actor: Actor): Promise<void> {
    await this.until(() => actor.status !== 'running', BLOCKED_AFTER);
  }

  // --- everything else -----------------------------------------------------------------------

  /** What can be seen in the guest now. */
  async see(): Promise<Readonly<Record<string, string>>> {
    this.seen = {};
    await this.ask('see', /^seen$/);
    return this.seen;
  }

  /** The same, as it was seen last. */
  get lastSeen(): Readonly<Record<string, string>> {
    return this.seen;
  }

  /** A command to the module; its result, 0 or -errno. */
  async lab(command: string): Promise<number> {
    return Number(await this.ask(`lab ${command}`, /^lab (-?\d+)$/));
  }

  /** Everything that was made goes. @throws GuestError if something stays */
  async afresh(): Promise<void> {
    const answer = await this.ask('afresh', /^(fresh|stuck)/);
    this.openGates();
    if (answer === 'stuck') {
      const sleepers = await this.sleepers();
      throw new GuestError(
        'a thread of the guest does not end',
        sleepers.flatMap((sleeper) => describeSleeper(sleeper)),
      );
    }
    this.actors.clear();
  }

  // --- the kernel's own trace ----------------------------------------------------------------

  /** Writes a line to a file of tracefs, empties it where there is none; 0 or more, or -errno. */
  async writeTrace(file: string, text = ''): Promise<number> {
    if (file === 'tracing_on') this.tracing = text === '1';
    return Number(await this.ask(`trace ${file} ${text}`.trimEnd(), /^written (-?\d+)$/));
  }

  /** A line of our own in the trace, where there is one. */
  mark(text: string): void {
    if (this.tracing) this.say(`mark ${text}`);
  }

  /** The trace as text. */
  async copyTrace(): Promise<string> {
    this.traced = [];
    await this.ask('copy', /^traced$/);
    return this.traced.map((line) => `${line}\n`).join('');
  }

  /** Lets everybody go on; who does not end then hangs, and is marked in the trace. */
  async markHung(): Promise<void> {
    await this.ask('hung', /^marked$/);
    this.openGates();
  }

  /** The agent has opened them all: who had stopped goes on, and says no more of it. */
  private openGates(): void {
    for (const actor of this.actors.values()) {
      if (actor.status === 'stopped') actor.status = 'running';
    }
  }

  /** The threads that are in a call and have not stopped at a gate: where each sleeps, for what. */
  async sleepers(): Promise<Sleeper[]> {
    await this.ask('busy', /^counted$/);
    const busy = this.answers.flatMap((answer) => parseBusy(answer) ?? []);
    const running = busy.filter(({ name }) => this.actors.get(name)?.status !== 'stopped');
    const found: Sleeper[] = [];
    for (const { name, tid, step } of running) {
      found.push(await sleeperOf(name, tid, step, (thread) => this.stackOf(thread)));
    }
    return found;
  }

  private async stackOf(tid: number): Promise<Stack> {
    await this.ask(`stack ${tid}`, /^stacked$/);
    return parseStack(tid, this.answers);
  }

  private async ask(line: string, pattern: RegExp): Promise<string> {
    this.answers = [];
    this.say(line);
    const found = () => this.answers.find((answer) => pattern.test(answer));
    await this.until(() => found() !== undefined, HUNG_AFTER);
    const answer = found();
    if (answer === undefined) throw new GuestError(`the guest does not answer '${line}'`);
    const match = pattern.exec(answer)!;
    return match[1] ?? match[0];
  }

  private say(line: string): void {
    this.spoken.push(`> ${line}`);
    this.vm.send(line);
  }

  /** Takes lines of the agent until something holds, for so long. */
  private async until(holds: () => boolean, milliseconds: number): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!holds()) {
      const line = await this.vm.read(deadline - Date.now());
      if (line !== undefined) this.take(line);
      else if (!this.vm.alive) throw new GuestError(this.epitaph());
      else if (Date.now() >= deadline) return;
    }
  }

  private epitaph(): string {
    return `the guest is gone; its console ends with: ${this.vm.lastWords()}`;
  }

  private take(line: string): void {
    if (line.startsWith('|')) {
      this.traced.push(line.slice(1));
      return;
    }
    this.spoken.push(`< ${line}`);
    const stopped = parseStop(line);
    const done = /^done (\S+) (-?\d+)$/.exec(line);
    if (stopped?.passes) this.actors.get(stopped.actor)?.passed.push(stopped.stop);
    else if (stopped) this.update(stopped.actor, { status: 'stopped', stop: stopped.stop });
    else if (done) this.update(done[1]!, { status: 'done', result: Number(done[2]) });
    else if (line.startsWith('see ')) this.noteSeen(line);
    else this.answers.push(line);
  }

  private update(name: string, change: Partial<Actor>): void {
    const actor = this.actors.get(name);
    if (actor) Object.assign(actor, change);
  }

  private noteSeen(line: string): void {
    for (const item of line.split(' ').slice(1)) {
      const [key, value] = item.split('=');
      this.seen[key!] = value!;
    }
  }
}

/** Where a thread that does not sleep is, for a report. */
export function whereabouts({ name, status, stop, step }: Actor): string {
  const where = status === 'stopped' ? formatStop(stop!) : 'has returned';
  return `${step}: ${where} @${name}`;
}
