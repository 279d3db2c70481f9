import type { Kernel } from '../kernel/kernel.ts';
import type { Bar, P2pdmaProvider, VfioPciCoreDevice } from '../kernel/objects.ts';

/** The BAR with that index, or undefined where the device has none. */
export function pci_resource(vdev: VfioPciCoreDevice, index: number): Bar | undefined {
  return vdev.config.bars.find((bar) => bar.index === index && bar.size > 0n);
}

/**
 * The provider of a memory BAR, or NULL.
 * Source: pcim_p2pdma_provider(), v7.3; NULL for non_mappable_bars since 951ebc18d181 (v7.2).
 */
export function pcim_p2pdma_provider(
  k: Kernel,
  vdev: VfioPciCoreDevice,
  index: number,
): P2pdmaProvider | undefined {
  k.traced('pcim_p2pdma_provider');
  const bar = pci_resource(vdev, index);
  if (bar?.kind !== 'mem') return undefined;
  if (vdev.config.p2pdma !== 'ok') {
    if (k.has('P16')) k.oops('NULL pointer dereference in pcim_p2pdma_provider()');
    k.warn('WARNING: pcim_p2pdma_provider() without pcim_p2pdma_init()');
    return undefined;
  }
  if (vdev.config.non_mappable_bars && !k.has('M11')) return undefined;
  return { owner: vdev.label, bar: index };
}
