import { InputError } from 'xstate-check';
import type { ShownEvent, TraceEvent, TraceVerdict } from 'xstate-check/traces';
import { coverageOf, statesOf } from './account.ts';
import { Buffers } from './buffers.ts';
import { Followed } from './followed.ts';
import { Hanging } from './hanging.ts';
import { isHidden } from './hidden.ts';
import { type Identities, identify } from './identify.ts';
import type { Call } from './lines.ts';
import { forDevice, Meaning } from './meaning.ts';
import { endOfSection } from './section-ends.ts';
import { begins, locksOf, rowsOf, sightOf } from './sight.ts';
import { Tasks } from './tasks.ts';
import { untold } from './untold.ts';
import { say, sayLabel, whyNot } from './words.ts';

export interface JudgeOptions {
  /** The trace's last calls are known to hang. */
  readonly hung?: boolean;
  readonly progress?: (line: number) => void;
}

/** The lines that are shown before a rejection. */
const SHOWN = 24;
/** A line that a watchdog writes where a call does not return. */
const HUNG = /^\s*HUNG\b/;

/**
 * Judges a trace: whether the machines have a run that shows these lines.
 *
 * @param read - reads the trace; it is read three times
 * @throws InputError where the trace says nothing about what is specified
 */
export function judgeTrace(
  read: () => Iterable<TraceEvent>,
  options: JudgeOptions = {},
): TraceVerdict {
  const identities = identify(read);
  if (![...identities.seen].some((name) => /^vfio_|^(event )?dma_buf_|memory_lock/.test(name))) {
    throw new InputError(
      `none of its ${identities.events} events is one of vfio or dma-buf; docs/traces.md says what to record`,
    );
  }
  const { seen } = identities;
  if (![...seen].some((name) => name.includes(' <-'))) {
    throw new InputError(
      'its lines do not say which function called, so too little to judge it: let trace-cmd print ' +
        "them with 'report -O ftrace:parent', give probes 'by=$stack0:symbol' (docs/traces.md)",
    );
  }
  return new Judge(identities, options).judge(read());
}

class Judge {
  readonly #ids: Identities;
  readonly #options: JudgeOptions;
  readonly #followed: Followed;
  readonly #tasks: Tasks;
  readonly #buffers: Buffers;
  readonly #meaning: Meaning;
  readonly #hanging: Hanging;
  readonly #shown: ShownEvent[] = [];
  #explained = 0;
  #hung: boolean;
  #rejection: TraceVerdict['rejection'];

  constructor(ids: Identities, options: JudgeOptions) {
    this.#ids = ids;
    this.#options = options;
    this.#hung = options.hung ?? false;
    this.#followed = new Followed(ids);
    this.#tasks = new Tasks(this.#followed);
    this.#buffers = new Buffers(ids, this.#followed);
    this.#meaning = new Meaning(ids, this.#followed, this.#buffers, this.#tasks);
    this.#hanging = new Hanging(ids, this.#followed, this.#tasks, this.#buffers);
  }

  judge(events: Iterable<TraceEvent>): TraceVerdict {
    const joiner = this.#ids.joiner();
    for (const raw of events) {
      if (raw.line % 10_000 === 0) this.#options.progress?.(raw.line);
      if (raw.kind === 'marker' && HUNG.test(raw.fields.text ?? '')) {
        this.#hung = true;
        continue;
      }
      if (!this.#tasks.isKnown(raw.task)) this.#newCall(raw.task);
      if (!joiner.join(raw).every((event) => this.#read(event))) break;
      if (this.#ids.closingAfter.has(raw.line)) this.#tasks.step(raw.task, ['task.closing']);
    }
    return this.#verdict();
  }

  /** @returns false where no run explains the line */
  #read(event: Call): boolean {
    const isBeginning = begins(event);
    if (isBeginning && !this.#enter(event)) return this.#reject(event, ['task.enters']);
    const rows = rowsOf(sightOf(event), this.#ids.isSeen);
    const labels = [...new Set(rows.flatMap((row) => row.labels))];
    if (labels.length > 0) this.#buffers.maybeReleased(event.line);
    const meant = this.#meaning.of(
      event,
      labels.filter((label) => label !== 'task.enters'),
    );
    if (meant === undefined) {
      if (isBeginning) this.#note(event);
      return true;
    }
    if (meant.labels.length === 0) return true;
    if (!this.#ids.isSeen('down_write')) this.#maybeLocked(event);
    if (meant.uncertain) {
      this.#tasks.maybe(event.task, meant.labels);
      this.#note(event);
      return true;
    }
    const isPossible = this.#tasks.step(event.task, meant.labels);
    if (!isPossible) return meant.optional === true || this.#reject(event, meant.labels);
    if (event.name === 'up_write' && this.#isStuck(event.task)) return this.#reject(event, []);
    if (meant.labels[0] === 'task.vfio_pci_dma_buf_release') this.#buffers.forget(event.line);
    this.#note(event);
    return true;
  }

  /** A section that the task ends is not as it has to be, whatever else happens. */
  #isStuck(task: string): boolean {
    return endOfSection(this.#followed, this.#tasks.slotOf(task)) !== undefined;
  }

  /** The task begins a call, in which it holds nothing at first. */
  #enter({ task, line }: TraceEvent): boolean {
    this.#newCall(task);
    if (!this.#ids.isSeen('down_write')) this.#maybeUnlocked(task);
    if (!this.#tasks.step(task, ['task.enters'])) return false;
    this.#buffers.forget(line);
    return true;
  }

  #newCall(task: string): void {
    this.#tasks.newCall(task);
    this.#meaning.newCall(task);
  }

  /** Where no lock is seen, the function says by whom the lock may have been taken before it. */
  #maybeLocked(event: TraceEvent): void {
    const { caller, task } = event;
    const labels = caller === undefined ? ['dev[d].down_write#unknown'] : locksOf(caller);
    if (labels.length === 0 || event.name === 'dma_buf_export') {
      if (caller !== 'vfio_pci_dma_buf_move') this.#maybeUnlocked(task);
      return;
    }
    const isTrylock = labels.includes('dev[d].down_write_trylock');
    const isBus = event.name === 'pci_reset_bus';
    for (const d of isBus ? this.#meaning.allDevices() : this.#meaning.devices(event)) {
      if (!isTrylock) this.#tasks.maybe(task, [`dev[${d}].up_write`]);
      this.#tasks.maybe(
        task,
        labels.map((label) => forDevice(label, d)),
      );
      if (isTrylock) this.#tasks.maybe(task, [`dev[${d}].begin#trylock`]);
    }
  }

  #maybeUnlocked(task: string): void {
    for (const d of this.#meaning.allDevices()) this.#tasks.maybe(task, [`dev[${d}].up_write`]);
  }

  #note(event: TraceEvent): void {
    this.#explained++;
    const shown = { line: event.line, task: event.task, text: this.#say(event) };
    this.#hanging.note(event, shown);
    this.#shown.push(shown);
    if (this.#shown.length > 2 * SHOWN) this.#shown.splice(0, SHOWN);
  }

  #say(event: TraceEvent): string {
    const devices = this.#meaning.devices(event);
    return say(event, devices.length === 1 ? devices[0] : undefined);
  }

  #reject(event: TraceEvent, labels: readonly string[]): false {
    const own = `@task${this.#tasks.slotOf(event.task)}`;
    const allowed = this.#followed.monitor
      .allowed()
      .filter((label) => label.endsWith(own) && !isHidden(label, this.#ids.isSeen))
      .flatMap((label) => sayLabel(label) ?? []);
    const why = endOfSection(this.#followed, this.#tasks.slotOf(event.task)) ?? whyNot(labels);
    this.#rejection = {
      line: event.line,
      event: this.#say(event),
      task: event.task,
      allowed: [...new Set(allowed)],
      ...(why !== undefined && { why }),
    };
    return false;
  }

  #verdict(): TraceVerdict {
    const { devices, events, known } = this.#ids;
    const { monitor, scope } = this.#followed;
    const open = this.#rejection === undefined ? this.#hanging.openCalls() : [];
    const hung = this.#hung && open.length > 0;
    const coverage = coverageOf(monitor);
    const state = statesOf(monitor, scope, devices, this.#buffers.inoOf);
    return {
      verdict: this.#rejection !== undefined || hung ? 'rejected' : 'accepted',
      events,
      known,
      explained: this.#explained,
      devices,
      tasks: this.#tasks.names,
      coverage,
      coarse: monitor.isCoarse,
      ...(this.#rejection !== undefined && { rejection: this.#rejection }),
      open,
      hung,
      last: this.#shown.slice(-SHOWN),
      state,
      untold: untold(this.#ids, monitor, coverage, state),
    };
  }
}
