import type { Ret } from '../kernel/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Attachment, VfioPciCoreDevice, VfioPciDmaBuf } from '../kernel/objects.ts';
import type { Kthread } from '../kernel/step.ts';
import { choose, step, test } from '../kernel/step.ts';
import { complete, reinit_completion, wait_for_completion } from '../locks/completion.ts';
import {
  dma_resv_assert_held,
  dma_resv_lock,
  dma_resv_unlock,
  dma_resv_wait_timeout,
} from '../locks/dma-resv.ts';
import { kref_get, kref_init, kref_put } from '../locks/kref.ts';
import { down_write, lockdep_assert_held_write, up_write } from '../locks/rwsem.ts';
import {
  dma_buf_attach_revocable,
  dma_buf_invalidate_mappings,
  fput,
  get_file_active,
} from './dma-buf.ts';

/**
 * The exporter. Source: drivers/vfio/pci/vfio_pci_dmabuf.c, v7.3; the faults are earlier versions.
 */

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
  const ret = yield* dma_buf_phys_vec_to_sgt(k, priv, attach);
  if (ret !== 'ok') return ret;
  yield* kref_get(priv.kref);
  attach.sgt = true;
  return 'ok';
}

/** What there is to find where nothing is short: pci_p2pdma_map_type() first. */
function map_by_route(k: Kernel, priv: VfioPciDmaBuf): 'ok' | '-EINVAL' | '-EADDRINUSE' {
  if (k.route === 'none') return '-EINVAL';
  return k.route === 'translated' ? link_ranges(priv) : 'ok';
}

/** What the page table of an IOMMU maps below a range of IO virtual addresses, from there on. */
type PageTable = { readonly offset: bigint; readonly len: bigint }[];

/**
 * Links every range into the IOVA range that was allocated for the whole buffer, at offset 0 each.
 * What was linked is unlinked where one is refused. Source: dma_buf_phys_vec_to_sgt, v7.3.
 */
function link_ranges({ phys_vec }: VfioPciDmaBuf): 'ok' | '-EADDRINUSE' {
  const page_table: PageTable = [];
  return phys_vec.every(({ len }) => dma_iova_link(page_table, 0n, len)) ? 'ok' : '-EADDRINUSE';
}

/** A page that the table maps already is refused. Source: iommu_map_nosync, v7.3. */
function dma_iova_link(page_table: PageTable, offset: bigint, len: bigint): boolean {
  const taken = page_table.some(
    (one) => offset < one.offset + one.len && one.offset < offset + len,
  );
  if (!taken) page_table.push({ offset, len });
  return !taken;
}

/**
 * Whether there is a route from the importer's device to the BAR is found here, at map, not at
 * attach or export. Source: dma_buf_phys_vec_to_sgt, v7.3.
 */
function* dma_buf_phys_vec_to_sgt(
  k: Kernel,
  priv: VfioPciDmaBuf,
  attach: Attachment,
): Kthread<Ret> {
  const failed = <O extends '-EINVAL' | '-EADDRINUSE' | '-ENOMEM'>(outcome: O) => {
    const commits = `${attach.label}.map:${outcome}`;
    return { outcome, commits, leadsTo: (label: string) => label === commits };
  };
  const name = `${attach.label}.phys_vec_to_sgt`;
  const found = map_by_route(k, priv);
  const by_itself = found === 'ok' ? { outcome: found } : failed(found);
  const ret = yield* choose(name, [by_itself, failed('-EINVAL'), failed('-ENOMEM')], {
    stop: false,
  });
  k.traced('dma_buf_phys_vec_to_sgt');
  if (attach.iova === 'destroyed') {
    k.warn(`WARNING: dma_iova_link() on a destroyed IOVA of ${attach.label}`);
  }
  return ret;
}

/**
 * The reservation lock is held by the importer, which forgets its mapping when this returns.
 * Source: vfio_pci_dma_buf_unmap, v7.3.
 */
export function* vfio_pci_dma_buf_unmap(
  k: Kernel,
  priv: VfioPciDmaBuf,
  attach: Attachment,
  commits = `${attach.label}.unmap`,
): Kthread {
  k.traced('vfio_pci_dma_buf_unmap');
  dma_resv_assert_held(priv.dmabuf.resv, 'vfio_pci_dma_buf_unmap()');
  yield* step(`${attach.label}.free_sgt`);
  k.traced('dma_buf_free_sgt');
  if (attach.iova === 'allocated') attach.iova = 'destroyed';
  yield* kref_put(priv.kref, () => vfio_pci_dma_buf_done(k, priv), commits);
  attach.sgt = false;
  attach.must_unmap = false;
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

/** Frees the buffer; a second time is a double free. */
export function kfree(k: Kernel, priv: VfioPciDmaBuf): void {
  if (priv.freed) k.warn(`KASAN: double-free of ${priv.label}`);
  priv.freed = true;
}

/** Whether the walk over `vdev->dmabufs` comes to a buffer. */
function list_entry(priv: VfioPciDmaBuf): Kthread<boolean> {
  return test(`${priv.label}.listed`, () => priv.listed);
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
  for (const [n, priv] of k.buffersOf(vdev).entries()) {
    if (!(yield* list_entry(priv)) || !(yield* get_file_active(k, priv.dmabuf))) continue;
    const was = yield* test(`${priv.label}.revoked`, () => priv.revoked);
    if (revoked && !was && !(n > 0 && k.has('D-07'))) yield* revoke(k, priv);
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
    yield* step(`${priv.label}.comp.wait_timeout:${priv.comp.done > 0 ? 'done' : 'timeout'}`, {
      commits: `${priv.label}.drained`,
    });
    if (priv.comp.done > 0) priv.comp.done -= 1;
    else k.warn(`WARNING: ${priv.label}: timed out waiting for importers to unmap`);
  } else yield* wait_for_completion(priv.comp, `${priv.label}.drained`);
}

/** The state after the creation of a buffer, for the next revoke to find. */
function* rearm(priv: VfioPciDmaBuf, late = false): Kthread {
  yield* kref_init(priv.kref, { stop: late });
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
  if (k.has('P21')) yield* rearm(priv, true);
}

/** The device closes: revoke, then let go of every buffer. Source: vfio_pci_dma_buf_cleanup, v7.3. */
export function* vfio_pci_dma_buf_cleanup(k: Kernel, vdev: VfioPciCoreDevice): Kthread {
  yield* step(`${vdev.label}.cleanup:begin`);
  k.traced('vfio_pci_dma_buf_cleanup');
  yield* down_write(vdev.memory_lock, { commits: `${vdev.label}.begin` });
  if (!k.has('M6')) yield* vfio_pci_dma_buf_move(k, vdev, true);
  for (const priv of k.buffersOf(vdev)) {
    if (!(yield* list_entry(priv)) || !(yield* get_file_active(k, priv.dmabuf))) continue;
    if (k.has('M6')) yield* drainAgain(k, priv);
    yield* step(`${priv.label}.list_del`, { commits: `${priv.label}.cleanup` });
    list_del_init(priv);
    priv.vdev = undefined;
    yield* step(`${priv.label}.put_registration`);
    vfio_device_put_registration(k, vdev);
    yield* fput(k, priv.dmabuf);
  }
  yield* up_write(vdev.memory_lock, { commits: `${vdev.label}.end` });
  yield* step(`${vdev.label}.cleanup:end`);
}

/** The drain that cleanup had of its own, blind to a buffer that is revoked already (M6). */
function* drainAgain(k: Kernel, priv: VfioPciDmaBuf): Kthread {
  yield* dma_resv_lock(priv.dmabuf.resv);
  yield* forbid(k, priv);
  yield* dma_resv_unlock(priv.dmabuf.resv);
  yield* drain(k, priv);
}
