import type { Followed } from './followed.ts';
import type { Identities } from './identify.ts';
import { bufferName, forgotten, gone, releaseUnseen } from './trace.system.ts';

/** Functions that an importer's calls show. */
const IMPORTING = [
  'vfio_pci_dma_buf_attach',
  'vfio_pci_dma_buf_map',
  'vfio_pci_dma_buf_iommufd_map',
];

/** Which buffer (inode number) of a trace has which place in the system that judges it. */
export class Buffers {
  readonly #ids: Identities;
  readonly #followed: Followed;
  /** For each inode number the places that may be its. */
  readonly #placesOf = new Map<string, readonly string[]>();
  readonly #inoOf = new Map<string, string>();
  /** Places of buffers that the trace named, and does not name any more. */
  readonly #past = new Set<string>();
  readonly #isImported: boolean;

  constructor(ids: Identities, followed: Followed) {
    this.#ids = ids;
    this.#followed = followed;
    this.#isImported = IMPORTING.some(ids.isSeen);
  }

  get inoOf(): ReadonlyMap<string, string> {
    return this.#inoOf;
  }

  /** The places of a buffer; none where its export was not seen. */
  placesOf(ino: string | undefined): readonly string[] | undefined {
    return ino === undefined ? undefined : this.#placesOf.get(ino);
  }

  /** The buffers that may be on the list of a device. */
  listed(d: number): string[] {
    return [...this.#of(d), `older[${d}]`];
  }

  all(): string[] {
    return this.#devices().flatMap((d) => this.#of(d));
  }

  /** There may be buffers that have no place. */
  mayBeOthers(): boolean {
    return this.#devices().some(
      (d) =>
        this.#followed.mayBeIn(`older[${d}]`, 'before') ||
        this.#followed.mayBeIn(`left[${d}]`, 'some') ||
        this.#followed.mayBeIn(`left[${d}]`, 'uncounted'),
    );
  }

  /** The place that a new buffer takes, for each device that it may be of. */
  exported(ino: string | undefined, devices: readonly number[]): string[] {
    const places = devices.flatMap((d) => this.#placeFor(d));
    for (const place of places) {
      const before = this.#inoOf.get(place);
      if (before !== undefined) this.#placesOf.delete(before);
      if (ino !== undefined) this.#inoOf.set(place, ino);
      else this.#inoOf.delete(place);
      this.#past.delete(place);
    }
    for (const [place, known] of this.#inoOf) {
      // The number of an inode that is gone can be given again.
      if (known === ino && !places.includes(place)) this.#isPast(place);
    }
    if (ino !== undefined) this.#placesOf.set(ino, places);
    return places;
  }

  /** The first place that is surely free; where there can be none, those that may be. */
  #placeFor(d: number): string[] {
    const isFree = (place: string, every: boolean) => {
      const locals = this.#followed.locals(place);
      const free = every ? locals.every((local) => local === 0) : locals.includes(0);
      return free && !this.#isAwaited(place);
    };
    for (;;) {
      const free = this.#of(d).find((place) => isFree(place, true));
      if (free !== undefined) return [free];
      if (!this.#followed.grow()) return this.#of(d).filter((place) => isFree(place, false));
    }
  }

  /** Some task is exporting into this place. */
  #isAwaited(place: string): boolean {
    return this.#calls(place).some((call) =>
      this.#followed.locals(call).some((local) => local !== 0),
    );
  }

  /** Where no release is seen, a buffer may be gone once the trace does not name it any more. */
  maybeReleased(line: number): void {
    if (this.#ids.isSeen('vfio_pci_dma_buf_release')) return;
    for (const place of this.all()) {
      if (!this.#isNamedAfter(place, line)) this.#followed.monitor.maybe([releaseUnseen(place)]);
    }
  }

  /** Which of the buffers that the trace does not name any more is in which state is all one. */
  forget(line: number): void {
    for (const d of this.#devices()) {
      const alike = this.#of(d).filter((place) => !this.#isNamedAfter(place, line));
      for (const place of alike) this.#forgetOne(place);
      this.#followed.monitor.interchange(
        alike.map((place) =>
          [place, `${place}.mappings`, ...this.#calls(place)].map((name) =>
            this.#followed.part(name),
          ),
        ),
      );
    }
  }

  #forgetOne(place: string): void {
    this.#isPast(place);
    // What a line without a number is about may be any buffer.
    if (!this.#past.has(place) && this.#isImported) return;
    const isCounted = this.#ids.isSeen('vfio_pci_dma_buf_release');
    this.#followed.monitor.replace(isCounted ? forgotten(place) : gone(place));
  }

  #isPast(place: string): void {
    if (this.#inoOf.delete(place)) this.#past.add(place);
  }

  #isNamedAfter(place: string, line: number): boolean {
    const ino = this.#inoOf.get(place);
    return ino !== undefined && this.#ids.lastNamed.get(ino)! >= line;
  }

  #calls(place: string): string[] {
    const { tasks } = this.#followed.scope;
    return Array.from({ length: tasks }, (_, t) => `${place}.call@task${t}`);
  }

  #of(d: number): string[] {
    const { buffers } = this.#followed.scope;
    return Array.from({ length: buffers }, (_, slot) => bufferName(d, slot));
  }

  #devices(): number[] {
    return Array.from({ length: this.#followed.scope.devices }, (_, d) => d);
  }
}
