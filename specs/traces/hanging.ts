import type { OpenCall, ShownEvent, TraceEvent } from 'xstate-check/traces';
import type { Buffers } from './buffers.ts';
import { Drains } from './drains.ts';
import type { Followed } from './followed.ts';
import type { Identities } from './identify.ts';
import type { Tasks } from './tasks.ts';

/** Which calls had not returned when a trace ended, and on what or whom they wait. */
export class Hanging {
  readonly #followed: Followed;
  readonly #tasks: Tasks;
  readonly #drains: Drains;
  readonly #lastOf = new Map<string, { readonly shown: ShownEvent; readonly event: TraceEvent }>();

  constructor(ids: Identities, followed: Followed, tasks: Tasks, buffers: Buffers) {
    this.#followed = followed;
    this.#tasks = tasks;
    this.#drains = new Drains(ids, followed, buffers);
  }

  note(event: TraceEvent, shown: ShownEvent): void {
    this.#lastOf.set(event.task, { shown, event });
    this.#drains.note(event);
  }

  /** The tasks that are inside a call in every state that fits. */
  openCalls(): OpenCall[] {
    return this.#tasks.placed.flatMap((task, t) => {
      const last = task === undefined ? undefined : this.#lastOf.get(task);
      if (task === undefined || last === undefined) return [];
      const inside = this.#followed
        .partsOf(`task${t}`)
        .filter((part) => !this.#followed.rests(part).includes(true));
      if (inside.length === 0) return [];
      const waitsFor =
        WAITS[`${last.event.name} <-${last.event.caller}`] ??
        inside.flatMap((part) => this.#waitsFor(part, task) ?? [])[0] ??
        this.#mayWaitFor(t, task);
      const { line, text } = last.shown;
      return [{ task, line, text, ...(waitsFor !== undefined && { waitsFor }) }];
    });
  }

  #waitsFor(part: string, task: string): string | undefined {
    const nodes = this.#followed.innermost(part);
    const isAll = (end: string) => nodes.every((node) => node === end || node.endsWith(`.${end}`));
    if (part.includes('.section@')) return isAll('waiting') ? this.#forLock(part) : undefined;
    if (!part.includes('.walk@') || !isAll('unlocked')) return undefined;
    return this.#drains.waitsFor(task, [deviceOf(part)]);
  }

  /** Where it is open which device a task is at, it is enough that one of them waits. */
  #mayWaitFor(t: number, task: string): string | undefined {
    const walks = this.#followed.partsOf(`task${t}`).filter((part) => part.includes('.walk@'));
    const waiting = walks.filter((walk) => this.#followed.innermost(walk).includes('unlocked'));
    return waiting.length === 0 ? undefined : this.#drains.waitsFor(task, waiting.map(deviceOf));
  }

  #forLock(section: string): string {
    const d = deviceOf(section);
    const holder = this.#tasks.placed.findIndex((_, t) => {
      const other = `dev[${d}].section@task${t}`;
      return other !== section && this.#isHolding(other);
    });
    const task = this.#tasks.placed[holder];
    const who =
      task === undefined
        ? 'which no writer that the trace shows holds; a reader may'
        : `held by ${task} since it called, its last line is ${this.#lastOf.get(task)?.shown.line}`;
    return `memory_lock of vdev${d}, ${who}`;
  }

  #isHolding(section: string): boolean {
    return this.#followed
      .innermost(section)
      .every((node) => /\.(held|written|enabled|disabled|born)/.test(node));
  }
}

/** Calls that wait, where they are the last that a task shows; of each of them it is one thing. */
const WAITS: Readonly<Record<string, string>> = {
  'ww_mutex_lock <-vfio_pci_dma_buf_move':
    'dma_resv_lock(): whoever holds the reservation lock of the buffer',
  'dma_buf_invalidate_mappings <-vfio_pci_dma_buf_move':
    "dma_buf_invalidate_mappings(): an importer's callback that has not returned",
  'dma_resv_wait_timeout <-vfio_pci_dma_buf_move':
    'dma_resv_wait_timeout(): a fence of an importer that is not signalled',
};

function deviceOf(part: string): number {
  return Number(/^dev\[(\d+)\]/.exec(part)![1]);
}
