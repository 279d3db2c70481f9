import { pci_resource, pcim_p2pdma_provider } from '../device/p2pdma.ts';
import { test_memory_enabled } from '../device/vfio-pci-config.ts';
import type { FdOrErrno, Ret } from '../kernel/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type {
  FeatureDmaBuf,
  P2pdmaProvider,
  PhysVec,
  VfioPciCoreDevice,
  VfioPciDmaBuf,
} from '../kernel/objects.ts';
import { DmaBuf, isErrno, PAGE_SIZE } from '../kernel/objects.ts';
import type { Kthread } from '../kernel/step.ts';
import { step } from '../kernel/step.ts';
import { Completion } from '../locks/completion.ts';
import { DmaResv, dma_resv_lock, dma_resv_unlock } from '../locks/dma-resv.ts';
import { Kref, kref_init } from '../locks/kref.ts';
import { down_write, up_write } from '../locks/rwsem.ts';
import { dma_buf_fd, dma_buf_put } from './dma-buf.ts';
import {
  kfree,
  vfio_device_put_registration,
  vfio_device_try_get_registration,
} from './vfio-pci-dmabuf.ts';

/**
 * VFIO_DEVICE_FEATURE_DMA_BUF: the arguments, in the order in which they are tested, and the birth of
 * a buffer. Source: drivers/vfio/pci/vfio_pci_dmabuf.c, v7.3.
 */

const U64 = 1n << 64n;
const DMA_IOVA_USE_SWIOTLB = 1n << 63n;
const VFIO_PCI_ROM_REGION_INDEX = 6;
/** The most kmalloc() gives. */
const KMALLOC_MAX_SIZE = 4 << 20;

/** Lengths and alignment. Source: validate_dmabuf_input, v7.3. */
function validate_dmabuf_input(dma_buf: FeatureDmaBuf): bigint | '-EINVAL' {
  let size = 0n;
  for (const { offset, length } of dma_buf.dma_ranges) {
    if (length === 0n || offset % PAGE_SIZE !== 0n || length % PAGE_SIZE !== 0n) return '-EINVAL';
    size += length;
    if (size >= U64) return '-EINVAL';
  }
  return size & DMA_IOVA_USE_SWIOTLB ? '-EINVAL' : size;
}

/** Ranges of the BAR as physical addresses. Source: vfio_pci_core_fill_phys_vec, v7.3. */
function vfio_pci_core_fill_phys_vec(
  ranges: FeatureDmaBuf['dma_ranges'],
  start: bigint,
  len: bigint,
): PhysVec[] | '-EINVAL' | '-EOVERFLOW' {
  const vec: PhysVec[] = [];
  for (const { offset, length } of ranges) {
    if (length === 0n) return '-EINVAL';
    const paddr = start + offset;
    if (paddr >= U64 || paddr + length >= U64) return '-EOVERFLOW';
    if (paddr + length > start + len) return '-EINVAL';
    vec.push({ paddr, len: length });
  }
  return vec;
}

/** Source: vfio_pci_core_get_dmabuf_phys, v7.3. */
function vfio_pci_core_get_dmabuf_phys(
  k: Kernel,
  vdev: VfioPciCoreDevice,
  dma_buf: FeatureDmaBuf,
): { provider: P2pdmaProvider; phys_vec: PhysVec[] } | '-EINVAL' | '-EOVERFLOW' {
  k.traced('vfio_pci_core_get_dmabuf_phys');
  const provider = pcim_p2pdma_provider(k, vdev, dma_buf.region_index);
  if (!provider) return '-EINVAL';
  const bar = pci_resource(vdev, dma_buf.region_index)!;
  const phys_vec = vfio_pci_core_fill_phys_vec(dma_buf.dma_ranges, bar.start, bar.size);
  return isErrno(phys_vec) ? phys_vec : { provider, phys_vec };
}

/** Every test of the arguments, in the kernel's order, up to the first that answers. */
function checkArguments(
  k: Kernel,
  vdev: VfioPciCoreDevice,
  arg: FeatureDmaBuf | undefined,
): { dma_buf: FeatureDmaBuf; size: bigint } | Exclude<Ret, 'ok'> {
  if (!arg) return '-EFAULT';
  if (arg.nr_ranges === 0 || arg.flags !== 0) return '-EINVAL';
  if (arg.region_index >= VFIO_PCI_ROM_REGION_INDEX) return '-ENODEV';
  if (!k.has('M7') && !claimed(vdev, arg.region_index)) return '-ENODEV';
  if (arg.nr_ranges * 16 > KMALLOC_MAX_SIZE) return '-ENOMEM';
  if (arg.dma_ranges.length < arg.nr_ranges) return '-EFAULT';
  const dma_buf = { ...arg, dma_ranges: arg.dma_ranges.slice(0, arg.nr_ranges) };
  const size = validate_dmabuf_input(dma_buf);
  return isErrno(size) ? size : { dma_buf, size };
}

/** BARs are mapped at open; one that has no length or somebody else's resource is not. */
function claimed(vdev: VfioPciCoreDevice, index: number): boolean {
  return (pci_resource(vdev, index)?.claimable ?? false) && !vdev.config.non_mappable_bars;
}

/** `VFIO_DEVICE_FEATURE_*` flags. */
export const VFIO_DEVICE_FEATURE_GET = 1 << 16;
export const VFIO_DEVICE_FEATURE_SET = 1 << 17;
export const VFIO_DEVICE_FEATURE_PROBE = 1 << 18;

/** 1 to go on; 0 answers a probe. Source: vfio_check_feature, v7.3. */
export function vfio_check_feature(
  flags: number,
  argsz: number,
  supported: number,
  minsz: number,
): 0 | 1 | '-EINVAL' {
  const operation = flags & (VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET);
  if (operation & ~supported) return '-EINVAL';
  if (flags & VFIO_DEVICE_FEATURE_PROBE) return 0;
  if (operation === 0) return '-EINVAL';
  return argsz < minsz ? '-EINVAL' : 1;
}

/** The size of `struct vfio_device_feature_dma_buf` without its ranges. */
const HEADER_SIZE = 16;

/**
 * VFIO_DEVICE_FEATURE | GET | DMA_BUF; `argsz` is what is left after the feature header. The ranges
 * are read however short `argsz` is. Source: vfio_pci_core_feature_dma_buf, v7.3.
 */
export function* vfio_pci_core_feature_dma_buf(
  k: Kernel,
  vdev: VfioPciCoreDevice,
  index: number,
  flags: number,
  argsz: number,
  arg: FeatureDmaBuf | undefined,
): Kthread<FdOrErrno> {
  k.traced('vfio_pci_core_feature_dma_buf');
  if (k.has('P10') && vdev.config.pci_ops === 'none') {
    k.oops('NULL pointer dereference of pci_ops');
  }
  if (vdev.config.pci_ops !== 'get_dmabuf_phys') return '-EOPNOTSUPP';
  const ret = vfio_check_feature(flags, argsz, VFIO_DEVICE_FEATURE_GET, HEADER_SIZE);
  if (ret !== 1) return ret;
  const checked = checkArguments(k, vdev, arg);
  if (isErrno(checked)) return checked;
  const phys = vfio_pci_core_get_dmabuf_phys(k, vdev, checked.dma_buf);
  if (isErrno(phys)) return phys;
  if (!vfio_device_try_get_registration(k, vdev)) return '-ENODEV';
  const priv = dma_buf_export(k, vdev, index, checked.size, phys);
  yield* list_add(k, vdev, priv);
  return yield* install(k, vdev, priv);
}

/** The buffer with its file and dentry; from here dma_buf_put() frees everything. */
function dma_buf_export(
  k: Kernel,
  vdev: VfioPciCoreDevice,
  index: number,
  size: bigint,
  phys: { provider: P2pdmaProvider; phys_vec: PhysVec[] },
): VfioPciDmaBuf {
  k.traced('dma_buf_export');
  const label = `buf[${index}]`;
  const dmabuf = new DmaBuf(new DmaResv(k, `${label}.resv`));
  const priv: VfioPciDmaBuf = {
    label,
    index,
    dmabuf,
    vdev,
    exporter: vdev,
    listed: false,
    size,
    ...phys,
    revoked: false,
    kref: new Kref(k, `${label}.kref`),
    comp: new Completion(`${label}.comp`),
    freed: false,
  };
  dmabuf.priv = priv;
  k.buffers.set(index, priv);
  return priv;
}

/** Its state and its place on the list are decided together, against every move. */
function* list_add(k: Kernel, vdev: VfioPciCoreDevice, priv: VfioPciDmaBuf): Kthread {
  yield* kref_init(priv.kref);
  const early = k.has('P14') ? yield* test_memory_enabled(k, vdev) : undefined;
  yield* down_write(vdev.memory_lock);
  yield* dma_resv_lock(priv.dmabuf.resv);
  const enabled = early ?? (yield* test_memory_enabled(k, vdev));
  const commits = `${priv.label}.export:ok#${enabled ? 'live' : 'revoked'}`;
  yield* step(`${priv.label}.list_add`, { commits });
  priv.revoked = !enabled;
  vdev.dmabufs.push(priv);
  priv.listed = true;
  yield* dma_resv_unlock(priv.dmabuf.resv);
  yield* up_write(vdev.memory_lock);
}

/** The fd, or the way back from a buffer that was in everybody's sight already. */
function* install(k: Kernel, vdev: VfioPciCoreDevice, priv: VfioPciDmaBuf): Kthread<FdOrErrno> {
  const fd = yield* dma_buf_fd(k, priv.dmabuf);
  if (!isErrno(fd)) return fd;
  if (k.has('P7')) return fd;
  yield* dma_buf_put(k, priv.dmabuf);
  // here and now; fput() has left the release to the way back to user space, where it frees again
  if (k.has('M3')) {
    vfio_device_put_registration(k, vdev);
    kfree(k, priv);
  }
  return fd;
}
