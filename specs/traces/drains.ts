import type { TraceEvent } from 'xstate-check/traces';
import type { Buffers } from './buffers.ts';
import type { Followed } from './followed.ts';
import { MOVE } from './functions.ts';
import type { Identities } from './identify.ts';
import { returnOf } from './lines.ts';

const COMPLETION = 'wait_for_completion(&priv->comp)';

/**
 * What a revoke waits for once it has unlocked the reservation: a completion, which the last
 * kref_put() completes. It is an importer's where a mapping is left. It is nobody's where none is,
 * and where the count was not armed again after the revoke before (c64a647c84f3).
 */
export class Drains {
  readonly #ids: Identities;
  readonly #followed: Followed;
  readonly #buffers: Buffers;
  /** For each task the mappings that it made and did not give up. */
  readonly #mapped = new Map<string, number>();
  /** For each task the line of the walk over the buffers that it began last. */
  readonly #walk = new Map<string, number>();
  /** For each buffer the walks that may have revoked it. */
  readonly #revokedBy = new Map<string, Set<number>>();

  constructor(ids: Identities, followed: Followed, buffers: Buffers) {
    this.#ids = ids;
    this.#followed = followed;
    this.#buffers = buffers;
  }

  note(event: TraceEvent): void {
    const { task, kind, name, caller, fields, line } = event;
    if (name === MOVE && kind !== 'return') this.#walk.set(task, line);
    if (caller === MOVE) this.#noteRevoked(task);
    if (name === 'vfio_pci_core_feature_dma_buf') this.#forgetGone();
    const isMap = kind === 'return' && name === 'vfio_pci_dma_buf_map' && fields.ret !== undefined;
    const more = isMap && returnOf({ name, fields }) === 'ok' ? 1 : 0;
    const fewer = name === 'vfio_pci_dma_buf_unmap' ? 1 : 0;
    if (more === fewer) return;
    this.#mapped.set(task, Math.max(0, (this.#mapped.get(task) ?? 0) + more - fewer));
  }

  #noteRevoked(task: string): void {
    const walk = this.#walk.get(task);
    if (walk === undefined) return;
    for (const buffer of this.#buffers.all()) {
      if (!this.#followed.mayBeIn(buffer, 'draining')) continue;
      const walks = this.#revokedBy.get(buffer) ?? new Set();
      this.#revokedBy.set(buffer, walks.add(walk));
    }
  }

  /** Places of buffers that are gone are given to new ones. */
  #forgetGone(): void {
    for (const buffer of this.#revokedBy.keys()) {
      const isThere = ['live', 'draining', 'revoked', 'cleaned'].some((state) =>
        this.#followed.mayBeIn(buffer, state),
      );
      if (!isThere) this.#revokedBy.delete(buffer);
    }
  }

  /** What a task waits for that revokes a buffer of one of these devices. */
  waitsFor(task: string, devices: readonly number[]): string {
    const buffers = devices
      .flatMap((d) => this.#buffers.listed(d))
      .filter((buffer) => this.#mayBeDraining(buffer));
    const isMapped = buffers.length === 0 || buffers.some((buffer) => this.#mayBeMapped(buffer));
    const isAgain = buffers.some((buffer) => this.#mayBeRevokedAgain(buffer, task));
    const notArmed =
      'the count was not armed again (kref_init()) after the revoke before, so that nobody ' +
      'completes it';
    if (!isMapped) {
      const why = isAgain ? notArmed : 'the count was not set when it was exported (kref_init())';
      return `${COMPLETION}: no mapping that the trace shows is left, so ${why}`;
    }
    const importer = `an importer that has not unmapped${this.#mappers()}`;
    const isSurelyMapped = buffers.length > 0 && buffers.every((buffer) => this.#isMapped(buffer));
    if (!isAgain || isSurelyMapped) return `${COMPLETION}: ${importer}`;
    return `${COMPLETION}: ${importer}; or ${notArmed}. The trace does not tell which`;
  }

  #mayBeDraining(buffer: string): boolean {
    const isOlder = buffer.startsWith('older');
    return this.#followed.mayBeIn(buffer, isOlder ? 'before' : 'draining');
  }

  /** Whether a mapping may be left, where calls and answers of map are shown. */
  #mayBeMapped(buffer: string): boolean {
    if (buffer.startsWith('older')) return true;
    const isCounted = ['vfio_pci_dma_buf_map', 'vfio_pci_dma_buf_map:return'].every((name) =>
      this.#ids.isSeen(name),
    );
    const nodes = this.#followed.innermost(`${buffer}.mappings`);
    return !isCounted || nodes.some((node) => node !== 'unmapped');
  }

  #isMapped(buffer: string): boolean {
    if (buffer.startsWith('older')) return false;
    return this.#followed.innermost(`${buffer}.mappings`).every((node) => node === 'mapped');
  }

  /** Whether an earlier walk may have revoked it, and left the count as it should not. */
  #mayBeRevokedAgain(buffer: string, task: string): boolean {
    if (buffer.startsWith('older')) return true;
    const walks = [...(this.#revokedBy.get(buffer) ?? [])];
    return walks.some((walk) => walk !== this.#walk.get(task));
  }

  #mappers(): string {
    const mappers = [...this.#mapped].flatMap(([task, count]) => (count > 0 ? [task] : []));
    return mappers.length === 0 ? '' : `; ${mappers.join(', ')} mapped last`;
  }
}
