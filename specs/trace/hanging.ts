import type { TraceEvent } from '../../src/trace/ftrace.ts';
import type { OpenCall, ShownEvent } from '../../src/trace/verdict.ts';
import type { Followed } from './followed.ts';
import { returnOf } from './lines.ts';
import type { Tasks } from './tasks.ts';

/** Which calls had not returned when a trace ended, and on what or whom they wait. */
export class Hanging {
  readonly #followed: Followed;
  readonly #tasks: Tasks;
  /** For each task the mappings that it made and did not give up. */
  readonly #mapped = new Map<string, number>();
  readonly #lastOf = new Map<string, ShownEvent>();

  constructor(followed: Followed, tasks: Tasks) {
    this.#followed = followed;
    this.#tasks = tasks;
  }

  note(event: TraceEvent, shown: ShownEvent): void {
    const { task, kind, name, fields } = event;
    this.#lastOf.set(task, shown);
    const isMap = kind === 'return' && name === 'vfio_pci_dma_buf_map' && fields.ret !== undefined;
    const more = isMap && returnOf({ name, fields }) === 'ok' ? 1 : 0;
    const fewer = name === 'vfio_pci_dma_buf_unmap' ? 1 : 0;
    if (more === fewer) return;
    this.#mapped.set(task, Math.max(0, (this.#mapped.get(task) ?? 0) + more - fewer));
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
        inside.flatMap((part) => this.#waitsFor(part) ?? [])[0] ?? this.#mayWaitFor(t);
      const { line, text } = last;
      return [{ task, line, text, ...(waitsFor !== undefined && { waitsFor }) }];
    });
  }

  #waitsFor(part: string): string | undefined {
    const nodes = this.#followed.innermost(part);
    const isAll = (end: string) => nodes.every((node) => node === end || node.endsWith(`.${end}`));
    if (part.includes('.section@')) return isAll('waiting') ? this.#forLock(part) : undefined;
    if (!part.includes('.walk@')) return undefined;
    if (isAll('unlocked')) return this.#forUnmap();
    if (isAll('waited')) {
      return 'dma_resv_wait_timeout(): a fence of an importer that is not signalled';
    }
    if (isAll('notified')) {
      return "dma_buf_invalidate_mappings(): an importer's callback that has not returned";
    }
    return undefined;
  }

  /** Where it is open which device a task is at, it is enough that one of them waits. */
  #mayWaitFor(t: number): string | undefined {
    const walks = this.#followed.partsOf(`task${t}`).filter((part) => part.includes('.walk@'));
    const isWaiting = walks.some((walk) => this.#followed.innermost(walk).includes('unlocked'));
    return isWaiting ? this.#forUnmap() : undefined;
  }

  #forUnmap(): string {
    const mappers = [...this.#mapped].flatMap(([task, count]) => (count > 0 ? [task] : []));
    const who = mappers.length === 0 ? '' : `; ${mappers.join(', ')} mapped last`;
    return `wait_for_completion(&priv->comp): an importer that has not unmapped${who}`;
  }

  #forLock(section: string): string {
    const d = /^dev\[(\d+)\]/.exec(section)![1]!;
    const holder = this.#tasks.placed.findIndex((_, t) => {
      const other = `dev[${d}].section@task${t}`;
      return other !== section && this.#isHolding(other);
    });
    const task = this.#tasks.placed[holder];
    const who =
      task === undefined
        ? 'held by nobody that the trace shows'
        : `held by ${task} since it called, its last line is ${this.#lastOf.get(task)?.line}`;
    return `memory_lock of vdev${d}, ${who}`;
  }

  #isHolding(section: string): boolean {
    return this.#followed
      .innermost(section)
      .every((node) => /\.(held|enabled|disabled|born)/.test(node));
  }
}
