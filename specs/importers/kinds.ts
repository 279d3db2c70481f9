import type { ImporterKind } from '../../machines/importers/attachment.contract.ts';

/** What an importer of one kind is to the contract, and whether it is attached at the beginning. */
interface Kind {
  readonly contract: ImporterKind | 'iommufd' | 'iommufd_several_ranges';
  readonly starts: 'attached' | 'detached';
  /** Whether it counts a mapping in the kref of the buffer. */
  readonly maps: boolean;
}

/**
 * The importers that a system can have, by the name that its scope has for them:
 * - `in_callback`: unmaps in its callback (virtio-gpu);
 * - `later`: unmaps from a work item (GPU drivers);
 * - `fenced`: the same, and user work of it runs on the mapping, with BOOKKEEP fences;
 * - `remapping`: maps again from a work item when it is called back;
 * - `remapping_inline`: maps again inside the callback;
 * - `attaching`: unmaps in its callback; attaches and detaches while the buffer is revoked and
 *   given back;
 * - `translated`: maps a buffer of several ranges through an IOMMU, and is refused;
 * - `iommufd`: IOAS_MAP_FILE and IOAS_UNMAP; `several_ranges`: of a buffer with several ranges;
 * - `rdma`: registers and deregisters regions that can be revoked (pinned-revocable);
 * - `rdma_pinned`: the same for hardware that cannot revoke (no callback from 7.1 on);
 * - `not_p2p`: tries to attach without allow_peer2peer, or as a static importer.
 */
export const kinds = {
  in_callback: { contract: 'unmaps_in_callback', starts: 'attached', maps: true },
  later: { contract: 'unmaps_later', starts: 'attached', maps: true },
  fenced: { contract: 'unmaps_later', starts: 'attached', maps: true },
  remapping: { contract: 'unmaps_in_callback', starts: 'attached', maps: true },
  remapping_inline: { contract: 'unmaps_in_callback', starts: 'attached', maps: true },
  attaching: { contract: 'unmaps_in_callback', starts: 'detached', maps: true },
  translated: { contract: 'several_ranges_translated', starts: 'attached', maps: true },
  iommufd: { contract: 'iommufd', starts: 'detached', maps: false },
  several_ranges: { contract: 'iommufd_several_ranges', starts: 'detached', maps: false },
  rdma: { contract: 'unmaps_in_callback', starts: 'detached', maps: true },
  rdma_pinned: { contract: 'no_callback', starts: 'detached', maps: true },
  not_p2p: { contract: 'not_p2p', starts: 'detached', maps: false },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;

/** One importer of a system. */
export interface Importer {
  /** Number of the attachment. */
  readonly attachment: number;
  readonly kind: KindName;
}

/** The importers that a scope asks for, in the order of the kinds. */
export function importersOf(scope: Readonly<Record<string, number>>): Importer[] {
  return (Object.keys(kinds) as KindName[])
    .flatMap((kind) => Array.from({ length: scope[kind] ?? 0 }, () => kind))
    .map((kind, attachment) => ({ attachment, kind }));
}
