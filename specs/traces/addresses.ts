/** Addresses that a trace names, and which of them belong to one device. */
export class Addresses {
  /** memory_locks for sure, and locks that may be one. */
  readonly #locks = new Set<string>();
  readonly #listLocks = new Set<string>();
  readonly #vdevs = new Set<string>();
  /** How often a memory_lock was this far behind its vdev. */
  readonly #offsets = new Map<bigint, number>();
  /** For each address the call that names it first. */
  readonly #firstCall = new Map<string, number>();
  /** The same without what the PM core does, to closed devices too. */
  readonly #firstUse = new Map<string, number>();

  memoryLock(sem: string): void {
    this.#locks.add(sem);
  }

  /** A lock that up to 7.3 is memory_lock. */
  listLock(sem: string): void {
    this.#listLocks.add(sem);
  }

  isMemoryLock(sem: string): boolean {
    return this.#locks.has(sem);
  }

  /** A vdev that a task names while it holds these locks. */
  vdev(vdev: string, held: readonly string[]): void {
    this.#vdevs.add(vdev);
    if (held.length !== 1 || !isAddress(vdev) || !isAddress(held[0]!)) return;
    const offset = BigInt(held[0]!) - BigInt(vdev);
    if (offset < 0n || offset > LARGEST_VDEV) return;
    this.#offsets.set(offset, (this.#offsets.get(offset) ?? 0) + 1);
  }

  named(address: string, call: number, by: 'user' | 'pm core'): void {
    if (!this.#firstCall.has(address)) this.#firstCall.set(address, call);
    if (by === 'user' && !this.#firstUse.has(address)) this.#firstUse.set(address, call);
  }

  /** @param opens - whether a call opens a device */
  devices(opens: (call: number) => boolean): Devices {
    const offset = [...this.#offsets].sort((a, b) => b[1] - a[1])[0]?.[0];
    const keyOf = (address: string) =>
      offset !== undefined && isAddress(address) && !this.#vdevs.has(address)
        ? hex(BigInt(address) - offset)
        : address;
    const locks = new Set(this.#locks);
    for (const sem of this.#listLocks) if (!this.#isOtherLock(sem)) locks.add(sem);
    if (offset !== undefined) {
      for (const vdev of this.#vdevs) if (isAddress(vdev)) locks.add(hex(BigInt(vdev) + offset));
    }
    const named = [...locks].map(keyOf).concat(offset === undefined ? [] : [...this.#vdevs]);
    const keys = [...new Set(named)].filter((key) => this.#isUsed(key, offset));
    const numberOf = new Map(keys.map((key, d) => [key, d]));
    return {
      keys,
      deviceOf: (address) => numberOf.get(keyOf(address)),
      isMemoryLock: (address) => locks.has(address),
      openedFirst: keys.map((key) => {
        const uses = [...this.#firstUse].filter(([address]) => keyOf(address) === key);
        return uses.length === 0 || opens(Math.min(...uses.map(([, call]) => call)));
      }),
    };
  }

  /** Another lock in the same struct: the mmap series has a `dmabuf_lock` beside memory_lock. */
  #isOtherLock(sem: string): boolean {
    if (this.#locks.has(sem) || !isAddress(sem)) return false;
    const near = (other: string) => {
      const distance = BigInt(other) - BigInt(sem);
      return distance > -LARGEST_VDEV && distance < LARGEST_VDEV;
    };
    return [...this.#locks].some((other) => isAddress(other) && near(other));
  }

  #isUsed(key: string, offset: bigint | undefined): boolean {
    return (
      this.#firstCall.has(key) ||
      (offset !== undefined && isAddress(key) && this.#firstCall.has(hex(BigInt(key) + offset)))
    );
  }
}

export interface Devices {
  /** For each device the address by which it is known. */
  readonly keys: readonly string[];
  readonly deviceOf: (address: string) => number | undefined;
  readonly isMemoryLock: (address: string) => boolean;
  /** For each device, whether nothing uses it before a call opens it, or nothing at all. */
  readonly openedFirst: readonly boolean[];
}

/** No struct vfio_pci_core_device is larger. */
const LARGEST_VDEV = 0x4000n;

function isAddress(text: string): boolean {
  return /^0x[0-9a-f]+$/.test(text);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
