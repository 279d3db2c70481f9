import { Completion, complete, reinit_completion, wait_for_completion } from './completion.ts';
import {
  dma_buf_attach_revocable,
  dma_buf_fd,
  dma_buf_invalidate_mappings,
  dma_buf_put,
  fput,
  get_file_active,
} from './dma-buf.ts';
import {
  DmaResv,
  dma_resv_assert_held,
  dma_resv_lock,
  dma_resv_unlock,
  dma_resv_wait_timeout,
} from './dma-resv.ts';
import type { FdOrErrno, Ret } from './errno.ts';
import type { Kernel } from './kernel.ts';
import { Kref, kref_get, kref_init, kref_put } from './kref.ts';
import type {
  Attachment,
  FeatureDmaBuf,
  P2pdmaProvider,
  PhysVec,
  VfioPciCoreDevice,
  VfioPciDmaBuf,
} from './objects.ts';
import { DmaBuf, isErrno, PAGE_SIZE } from './objects.ts';
import { pci_resource, pcim_p2pdma_provider } from './p2pdma.ts';
import { down_write, lockdep_assert_held_write, up_write } from './rwsem.ts';
import type { Kthread } from './step.ts';
import { atOnce, choose, step, test } from './step.ts';
import { __vfio_pci_memory_enabled, memory_enabled_now } from './vfio-pci-config.ts';

/**
 * The exporter. Source: drivers/vfio/pci/vfio_pci_dmabuf.c, v7.3; the faults are earlier versions.
 */

const U64 = 1n << 64n;
const DMA_IOVA_USE_SWIOTLB = 1n << 63n;
const VFIO_PCI_ROM_REGION_INDEX = 6;
/** The most kmalloc() gives. */
const KMALLOC_MAX_SIZE = 4 << 20;

/** vfio_device_try_get_registration(). */
export function vfio_device_try_get_registration(k: Kernel, vdev: VfioPciCoreDevice): boolean {
  k.traced('vfio_device_try_get_registration');
  if (!vdev.registered) return false;
  vdev.registrations += 1;
  return true;
}

/** vfio_device_put_registration(). */
export function vfio_device_put_registration(k: Kernel, vdev: VfioPciCoreDevice): void {
  k.traced('vfio_device_put_registration');
  vdev.registrations -= 1;
  if (vdev.registrations < 0) {
    k.warn(`refcount_t: underflow; use-after-free: ${vdev.label}.registration`);
  }
}

// --- attach, map, unmap, release ---------------------------------------------------------------

function attachCommits(attach: Attachment, revoked: boolean, revocable: boolean) {
  if (attach.kind === 'iommufd') return revoked ? `${attach.label}.map_file:-ENODEV` : undefined;
  if (revoked) return `${attach.label}.attach:-ENODEV`;
  return `${attach.label}.attach:${revocable ? 'ok' : '-EOPNOTSUPP'}`;
}

/** No lock: `revoked` may change at once, only map's test counts. vfio_pci_dma_buf_attach, v7.3. */
export function* vfio_pci_dma_buf_attach(
  k: Kernel,
  priv: VfioPciDmaBuf,
  attach: Attachment,
): Kthread<Ret> {
  k.traced('vfio_pci_dma_buf_attach');
  if (!attach.peer2peer) {
    const commits = `${attach.label}.attach:-EOPNOTSUPP`;
    yield* step(`${attach.label}.peer2peer:false`, { commits });
    return '-EOPNOTSUPP';
  }
  const revocable = dma_buf_attach_revocable(attach) || k.has('M2');
  const revoked = yield* test(
    `${priv.label}.revoked`,
    () => priv.revoked,
    (value) => attachCommits(attach, value, revocable),
    { stop: true },
  );
  if (revoked) return '-ENODEV';
  k.traced('dma_buf_attach_revocable');
  if (!revocable) return '-EOPNOTSUPP';
  if (k.has('P9')) attach.iova = 'allocated';
  return 'ok';
}

/** The reservation lock is held by the importer. Source: vfio_pci_dma_buf_map, v7.3. */
export function* vfio_pci_dma_buf_map(
  k: Kernel,
  priv: VfioPciDmaBuf,
  attach: Attachment,
): Kthread<Ret> {
  k.traced('vfio_pci_dma_buf_map');
  dma_resv_assert_held(priv.dmabuf.resv, 'vfio_pci_dma_buf_map()');
  const refused = `${attach.label}.map:-ENODEV`;
  const revoked = yield* test(
    `${priv.label}.revoked`,
    () => priv.revoked,
    (value) => (value ? refused : undefined),
  );
  if (revoked) return '-ENODEV';
  const ret = yield* dma_buf_phys_vec_to_sgt(k, attach);
  if (ret !== 'ok') return ret;
  yield* kref_get(priv.kref, `${attach.label}.map:ok`);
  attach.sgt = true;
  return 'ok';
}

/**
 * Whether there is a route from the importer's device to the BAR is found here, at map, not at
 * attach or export. Source: dma_buf_phys_vec_to_sgt, v7.3.
 */
function* dma_buf_phys_vec_to_sgt(k: Kernel, attach: Attachment): Kthread<Ret> {
  const failed = <O extends '-EINVAL' | '-ENOMEM'>(outcome: O) => {
    const commits = `${attach.label}.map:${outcome}`;
    return { outcome, commits, leadsTo: (label: string) => label === commits };
  };
  const name = `${attach.label}.phys_vec_to_sgt`;
  const ret = yield* choose(name, [{ outcome: 'ok' }, failed('-EINVAL'), failed('-ENOMEM')], {
    stop: false,
  });
  k.traced('dma_buf_phys_vec_to_sgt');
  if (attach.iova === 'destroyed') {
    k.warn(`WARNING: dma_iova_link() on a destroyed IOVA of ${attach.label}`);
  }
  return ret;
}

/** The reservation lock is held by the importer. Source: vfio_pci_dma_buf_unmap, v7.3. */
export function* vfio_pci_dma_buf_unmap(
  k: Kernel,
  priv: VfioPciDmaBuf,
  attach: Attachment,
): Kthread {
  k.traced('vfio_pci_dma_buf_unmap');
  dma_resv_assert_held(priv.dmabuf.resv, 'vfio_pci_dma_buf_unmap()');
  yield* step(`${attach.label}.free_sgt`);
  k.traced('dma_buf_free_sgt');
  if (attach.iova === 'allocated') attach.iova = 'destroyed';
  attach.sgt = false;
  attach.must_unmap = false;
  yield* kref_put(priv.kref, () => vfio_pci_dma_buf_done(k, priv), `${attach.label}.unmap`);
}

function vfio_pci_dma_buf_done(k: Kernel, priv: VfioPciDmaBuf): void {
  k.traced('vfio_pci_dma_buf_done');
  complete(priv.comp);
}

/** From d_release of the dentry. Source: vfio_pci_dma_buf_release, v7.3. */
export function* vfio_pci_dma_buf_release(k: Kernel, priv: VfioPciDmaBuf): Kthread {
  k.traced('vfio_pci_dma_buf_release');
  const { vdev } = priv;
  if (vdev) {
    yield* down_write(vdev.memory_lock, { stop: false });
    yield* step(`${priv.label}.list_del`);
    list_del_init(priv);
    yield* up_write(vdev.memory_lock);
    vfio_device_put_registration(k, vdev);
  }
  kfree(k, priv);
}

function list_del_init(priv: VfioPciDmaBuf): void {
  const list = priv.exporter.dmabufs;
  const at = list.indexOf(priv);
  if (at >= 0) list.splice(at, 1);
  priv.listed = false;
}

function kfree(k: Kernel, priv: VfioPciDmaBuf): void {
  if (priv.freed) k.warn(`KASAN: double-free of ${priv.label}`);
  priv.freed = true;
}

// --- revoke and un-revoke ----------------------------------------------------------------------

/** Revokes or un-revokes every buffer of a device. Source: vfio_pci_dma_buf_move, v7.3. */
export function* vfio_pci_dma_buf_move(
  k: Kernel,
  vdev: VfioPciCoreDevice,
  revoked: boolean,
): Kthread {
  const label = `${vdev.label}.move(${revoked})`;
  yield* step(`${label}:begin`);
  k.traced('vfio_pci_dma_buf_move');
  lockdep_assert_held_write(vdev.memory_lock, 'vfio_pci_dma_buf_move()');
  for (const priv of [...vdev.dmabufs]) {
    if (!(yield* get_file_active(k, priv.dmabuf))) continue;
    const was = yield* test(`${priv.label}.revoked`, () => priv.revoked);
    if (revoked && !was) yield* revoke(k, priv);
    if (!revoked && was) yield* unrevoke(k, priv);
    yield* fput(k, priv.dmabuf);
  }
  yield* step(`${label}:end`);
}

/** The first half of move(true): no new mapping, notify, and wait for the importers' work. */
function* forbid(k: Kernel, priv: VfioPciDmaBuf): Kthread {
  yield* step(`${priv.label}.revoked.set`, { commits: `${priv.label}.revoke` });
  priv.revoked = true;
  yield* dma_buf_invalidate_mappings(k, priv.dmabuf);
  if (!k.has('M4')) {
    yield* dma_resv_wait_timeout(priv.dmabuf.resv, k.has('P18') ? 'KERNEL' : 'BOOKKEEP');
  }
}

/** The second half: drop the exporter's reference and wait until the last mapping is gone. */
function* drain(k: Kernel, priv: VfioPciDmaBuf): Kthread {
  yield* kref_put(priv.kref, () => vfio_pci_dma_buf_done(k, priv));
  if (k.has('P20') && priv.comp.done === 0) {
    yield* step(`${priv.label}.comp.wait`, { commits: `${priv.label}.drained` });
    if (priv.comp.done > 0) priv.comp.done -= 1;
    else k.warn(`WARNING: ${priv.label}: timed out waiting for importers to unmap`);
  } else yield* wait_for_completion(priv.comp, `${priv.label}.drained`);
}

/** The state after the creation of a buffer, for the next revoke to find. */
function* rearm(priv: VfioPciDmaBuf): Kthread {
  yield* kref_init(priv.kref);
  yield* reinit_completion(priv.comp);
}

/** Faults whose designs do not wait for unmap. */
const counts = (k: Kernel) => !k.has('M4') && !k.has('P19');
/** Faults whose designs arm kref and completion when the buffer comes back. */
const rearmsLate = (k: Kernel) => k.has('M6') || k.has('P21');

function* revoke(k: Kernel, priv: VfioPciDmaBuf): Kthread {
  yield* dma_resv_lock(priv.dmabuf.resv);
  yield* forbid(k, priv);
  yield* dma_resv_unlock(priv.dmabuf.resv);
  if (!counts(k)) return;
  yield* drain(k, priv);
  if (!rearmsLate(k)) yield* rearm(priv);
}

/**
 * Importers are notified before the flag is cleared, so one that maps at once is refused and hears
 * nothing more (open in v7.3).
 */
function* unrevoke(k: Kernel, priv: VfioPciDmaBuf): Kthread {
  const { resv } = priv.dmabuf;
  yield* dma_resv_lock(resv);
  yield* dma_buf_invalidate_mappings(k, priv.dmabuf);
  yield* dma_resv_wait_timeout(resv, 'BOOKKEEP');
  yield* dma_resv_unlock(resv);
  if (k.has('M6')) yield* rearm(priv);
  yield* dma_resv_lock(resv);
  yield* step(`${priv.label}.revoked.clear`, { commits: `${priv.label}.unrevoke` });
  priv.revoked = false;
  yield* dma_resv_unlock(resv);
  if (k.has('P21')) yield* rearm(priv);
}

/** The device closes: revoke, then let go of every buffer. Source: vfio_pci_dma_buf_cleanup, v7.3. */
export function* vfio_pci_dma_buf_cleanup(k: Kernel, vdev: VfioPciCoreDevice): Kthread {
  k.traced('vfio_pci_dma_buf_cleanup');
  yield* down_write(vdev.memory_lock, { commits: `${vdev.label}.begin` });
  if (!k.has('M6')) yield* vfio_pci_dma_buf_move(k, vdev, true);
  for (const priv of [...vdev.dmabufs]) {
    if (!(yield* get_file_active(k, priv.dmabuf))) continue;
    if (k.has('M6')) yield* drainAgain(k, priv);
    yield* step(`${priv.label}.list_del`, { commits: `${priv.label}.cleanup` });
    list_del_init(priv);
    priv.vdev = undefined;
    vfio_device_put_registration(k, vdev);
    yield* fput(k, priv.dmabuf);
  }
  yield* up_write(vdev.memory_lock, { commits: `${vdev.label}.end` });
}

/** The drain that cleanup had of its own, blind to a buffer that is revoked already (M6). */
function* drainAgain(k: Kernel, priv: VfioPciDmaBuf): Kthread {
  yield* dma_resv_lock(priv.dmabuf.resv);
  yield* forbid(k, priv);
  yield* dma_resv_unlock(priv.dmabuf.resv);
  yield* drain(k, priv);
}

// --- export ------------------------------------------------------------------------------------

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

/** `dev[d].memory_enabled:true`, `:false`. */
export function* test_memory_enabled(k: Kernel, vdev: VfioPciCoreDevice): Kthread<boolean> {
  yield* test(`${vdev.label}.memory_enabled`, () => memory_enabled_now(vdev));
  return __vfio_pci_memory_enabled(k, vdev);
}

/** The fd, or the way back from a buffer that was in everybody's sight already. */
function* install(k: Kernel, vdev: VfioPciCoreDevice, priv: VfioPciDmaBuf): Kthread<FdOrErrno> {
  const fd = yield* dma_buf_fd(k, priv.dmabuf);
  if (!isErrno(fd)) return fd;
  if (k.has('P7')) return fd;
  yield* dma_buf_put(k, priv.dmabuf);
  if (k.has('M3')) {
    const freeAgain = () => {
      vfio_device_put_registration(k, vdev);
      kfree(k, priv);
    };
    k.current.taskWork.push(() => atOnce(freeAgain));
  }
  return fd;
}
