import { setup } from 'xstate';

export const labels = [
  'attach:ok',
  'attach:-ENODEV',
  'attach:-EOPNOTSUPP#not_p2p',
  'attach:-EOPNOTSUPP#not_revocable',
  'map:ok',
  'map:-ENODEV',
  'map:-EINVAL',
  'map:-EADDRINUSE',
  'map:-ENOMEM',
  'unmap',
  'unmap#callback',
  'revoke',
  'drained',
  'detach',
  'release',
] as const;

/**
 * The importers that differ in what they may rely on:
 * - `unmaps_in_callback`: has given its mapping up when its callback returns (virtio-gpu);
 * - `unmaps_later`: gives it up in bounded time after the callback (GPU drivers);
 * - `several_ranges_translated`: the same, with a buffer of several ranges and a device behind an
 *   IOMMU that translates: it may attach, and its map is refused as long as there is room for an
 *   IOVA range of the whole buffer (where there is none, each range is mapped by itself);
 * - `no_callback`: has no invalidate_mappings, so it may not attach;
 * - `not_p2p`: does not set allow_peer2peer, or is static, so it may not attach.
 */
export type ImporterKind =
  | 'unmaps_in_callback'
  | 'unmaps_later'
  | 'several_ranges_translated'
  | 'no_callback'
  | 'not_p2p';

export interface AttachVariation {
  /**
   * Which importers may attach: `revocable` ones, those that have an invalidate_mappings callback
   * (7.1 and later; 6.19 refuses the others at pin), or `any_p2p`, as before 61ceaf236115.
   */
  readonly admits: 'revocable' | 'any_p2p';
}

/**
 * One importer's attachment to a buffer (`struct dma_buf_attachment`). The buffer decides whether
 * attach and map succeed; a revoke leaves a mapping to be given up, and the drain waits for it.
 */
export function attachment(
  importer: ImporterKind,
  variation: AttachVariation,
  initially: 'detached' | 'attached' = 'detached',
) {
  const callback = importer === 'unmaps_in_callback';
  const deaf = importer === 'no_callback' && variation.admits === 'any_p2p';
  const answers = {
    unmaps_in_callback: { 'attach:ok': 'attached', 'attach:-ENODEV': 'detached' },
    unmaps_later: { 'attach:ok': 'attached', 'attach:-ENODEV': 'detached' },
    several_ranges_translated: { 'attach:ok': 'attached', 'attach:-ENODEV': 'detached' },
    no_callback: deaf
      ? { 'attach:ok': 'attached', 'attach:-ENODEV': 'detached' }
      : { 'attach:-ENODEV': 'detached', 'attach:-EOPNOTSUPP#not_revocable': 'detached' },
    not_p2p: { 'attach:-EOPNOTSUPP#not_p2p': 'detached' },
  } as const;
  const attaches = 'attach:ok' in answers[importer];
  const refused = importer === 'several_ranges_translated';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: `attachment_${importer}`,
    description: `struct dma_buf_attachment of an importer of kind ${importer}`,
    meta: {
      labels,
      source: 'vfio_pci_dma_buf_attach, _map, _unmap, v7.3; dma_buf_dynamic_attach, v7.3',
      unused: labels.filter((label) => !usedBy(importer, deaf).includes(label)),
      unreachable: unreachableFor(attaches, deaf, refused),
    },
    initial: initially,
    states: {
      detached: {
        tags: ['quiescent'],
        meta: { shows: { state: 'detached' }, source: 'vfio_pci_dma_buf_attach, v7.3' },
        on: { ...answers[importer], revoke: 'detached', drained: 'detached', release: 'detached' },
      },
      attached: {
        tags: ['quiescent'],
        meta: { shows: { state: 'attached' }, source: 'vfio_pci_dma_buf_map, v7.3' },
        on: {
          'map:-ENODEV': 'attached',
          ...(refused
            ? {
                'map:-EADDRINUSE': {
                  target: 'attached',
                  meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: dma_iova_link() at offset 0' },
                },
              }
            : { 'map:ok': 'mapped' as const }),
          'map:-EINVAL': {
            target: 'attached',
            meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: no usable P2P route' },
          },
          'map:-ENOMEM': {
            target: 'attached',
            meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3' },
          },
          revoke: 'attached',
          drained: 'attached',
          detach: { target: 'detached', meta: { source: 'dma_buf_detach, v7.3' } },
        },
      },
      mapped: {
        tags: ['quiescent'],
        meta: { shows: { state: 'mapped' }, source: 'vfio_pci_dma_buf_unmap, v7.3' },
        on: {
          unmap: 'attached',
          ...(deaf
            ? {
                revoke: {
                  target: 'mapped',
                  meta: { source: 'ib_umem_dmabuf_unsupported_move_notify, v6.19: it only warns' },
                },
                drained: 'mapped',
              }
            : { revoke: 'unmapping' }),
        },
      },
      unmapping: {
        description: callback ? 'inside its callback' : 'after its callback, in bounded time',
        meta: {
          shows: { state: 'mapped' },
          source: 'dma_buf_invalidate_mappings, v7.3: importers must unmap in bounded time',
        },
        on: { [callback ? 'unmap#callback' : 'unmap']: 'attached' },
      },
    },
  });
}

function unreachableFor(attaches: boolean, deaf: boolean, refused: boolean): string[] {
  if (!attaches) return ['attached', 'mapped', 'unmapping'];
  if (refused) return ['mapped', 'unmapping'];
  return deaf ? ['unmapping'] : [];
}

function usedBy(importer: ImporterKind, deaf: boolean): readonly string[] {
  const standsBy = ['revoke', 'drained', 'release'];
  switch (importer) {
    case 'not_p2p':
      return ['attach:-EOPNOTSUPP#not_p2p', ...standsBy];
    case 'no_callback':
      if (deaf) return labels.filter((label) => !/EOPNOTSUPP|EADDRINUSE|#callback/.test(label));
      return ['attach:-ENODEV', 'attach:-EOPNOTSUPP#not_revocable', ...standsBy];
    case 'several_ranges_translated':
      return labels.filter((label) => !/EOPNOTSUPP|map:ok|unmap/.test(label));
    default:
      return labels.filter(
        (label) =>
          !/EOPNOTSUPP|EADDRINUSE/.test(label) &&
          (label !== 'unmap#callback' || importer === 'unmaps_in_callback'),
      );
  }
}
