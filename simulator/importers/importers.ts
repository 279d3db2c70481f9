import {
  dma_buf_detach,
  dma_buf_dynamic_attach,
  dma_buf_map_attachment,
  dma_buf_pin,
  dma_buf_put,
  dma_buf_unmap_attachment,
  dma_buf_unpin,
} from '../buffer/dma-buf.ts';
import type { Ret } from '../kernel/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Attachment, ImporterKind, ImporterOps, VfioPciDmaBuf } from '../kernel/objects.ts';
import type { Kthread } from '../kernel/step.ts';
import { atOnce, step, test } from '../kernel/step.ts';
import { dma_resv_assert_held, dma_resv_lock, dma_resv_unlock } from '../locks/dma-resv.ts';

/**
 * The importers a test can put behind an attachment.
 *
 * - `unmaps_in_callback`: as virtio-gpu (virtgpu_dma_buf_move_notify, v7.3)
 * - `unmaps_later`: queues the work that will unmap, as GPU drivers do
 * - `iommufd`: never maps, tears down in the callback, and stays torn down (iopt_revoke_notify, v7.3)
 * - `no_callback`: dynamic, but cannot be told (ib_umem_dmabuf_get_pinned, v7.1)
 * - `not_p2p`: static dma_buf_attach(), cannot use memory without pages
 */
export function importerOps(k: Kernel, kind: ImporterKind): ImporterOps | undefined {
  switch (kind) {
    case 'unmaps_in_callback':
      return { allow_peer2peer: true, invalidate_mappings: (a) => unmap_in_callback(k, a) };
    case 'unmaps_later':
      return { allow_peer2peer: true, invalidate_mappings: (a) => unmap_later(k, a) };
    case 'iommufd':
      return { allow_peer2peer: true, invalidate_mappings: (a) => iopt_revoke_notify(k, a) };
    case 'no_callback':
      return { allow_peer2peer: true };
    case 'not_p2p':
      return undefined;
  }
}

/** The importer looks under the reservation lock whether it has a mapping. */
function hasMapping(attach: Attachment): Kthread<boolean> {
  return test(`${attach.label}.sgt`, () => attach.sgt);
}

function* unmap_in_callback(k: Kernel, attach: Attachment): Kthread {
  if (yield* hasMapping(attach)) yield* dma_buf_unmap_attachment(k, attach);
}

function* unmap_later(k: Kernel, attach: Attachment): Kthread {
  if (!(yield* hasMapping(attach))) return;
  yield* step(`${attach.label}.queue_work`);
  attach.must_unmap = true;
  queue_work(k, attach);
}

/** One work item for each importer: queued while it is queued, it runs once. */
function queue_work(k: Kernel, attach: Attachment): void {
  if (k.workqueue === 'off' || attach.work) return;
  attach.work = k.scheduler.spawn(`work[${attach.index}]`, `${attach.label}.work`, () =>
    unmap_work(k, attach),
  );
}

/** What the work item does when it gets to run. */
function* unmap_work(k: Kernel, attach: Attachment): Kthread<string> {
  yield* unmap(k, attach);
  attach.work = undefined;
  return 'done';
}

/** dma_buf_get() and attach; the importer keeps the file as long as it is attached. */
export function* attach(k: Kernel, attachment: Attachment, buffer: VfioPciDmaBuf): Kthread<Ret> {
  const { dmabuf } = buffer;
  dmabuf.file_refs += 1;
  const ops = importerOps(k, attachment.kind);
  const ret = yield* dma_buf_dynamic_attach(k, dmabuf, attachment, ops);
  if (ret !== 'ok') yield* dma_buf_put(k, dmabuf);
  return ret;
}

/** Maps under the reservation lock; a mapping that is there already is kept. */
export function* map(k: Kernel, attachment: Attachment): Kthread<Ret> {
  const { resv } = attachment.dmabuf!;
  yield* dma_resv_lock(resv);
  const cached = yield* hasMapping(attachment);
  const ret = cached ? 'ok' : yield* dma_buf_map_attachment(k, attachment);
  yield* dma_resv_unlock(resv);
  return ret;
}

/** Unmaps under the reservation lock, in the importer's own time, what there is to unmap. */
export function* unmap(k: Kernel, attachment: Attachment): Kthread<Ret> {
  const { resv } = attachment.dmabuf!;
  yield* dma_resv_lock(resv);
  if (yield* hasMapping(attachment)) yield* dma_buf_unmap_attachment(k, attachment);
  yield* dma_resv_unlock(resv);
  return 'ok';
}

/** Detaches and puts the file. */
export function* detach(k: Kernel, attachment: Attachment): Kthread<Ret> {
  const { dmabuf } = attachment;
  yield* dma_buf_detach(k, attachment, `${attachment.label}.detach`);
  yield* dma_buf_put(k, dmabuf!);
  return 'ok';
}

// --- iommufd -----------------------------------------------------------------------------------

/** Under resv; idempotent, and nothing brings the mapping back. Source: iopt_revoke_notify, v7.3. */
function iopt_revoke_notify(k: Kernel, attach: Attachment): Kthread {
  return atOnce(() => {
    k.traced('iopt_revoke_notify');
    const { pages } = attach;
    if (!pages) return;
    if (pages.mutex_destroyed) {
      k.warn(`DEBUG_LOCKS_WARN_ON(lock->magic != lock): pages->mutex of ${attach.label}`);
    }
    if (pages.revoked) return;
    pages.mapped = false;
    pages.revoked = true;
  });
}

/** IOMMU_IOAS_MAP_FILE. Source: iopt_alloc_dmabuf_pages, iopt_map_dmabuf, v7.3. */
export function* iommufd_ioas_map_file(
  k: Kernel,
  attachment: Attachment,
  buffer: VfioPciDmaBuf,
  range: { readonly start: bigint; readonly length: bigint } = { start: 0n, length: buffer.size },
): Kthread<Ret> {
  const { dmabuf, size } = buffer;
  dmabuf.file_refs += 1;
  let ret: Ret = '-EINVAL';
  if (range.length > 0n && range.start < size && range.start + range.length <= size) {
    ret = yield* iopt_map_dmabuf(k, attachment, buffer);
  }
  if (ret !== 'ok') yield* dma_buf_put(k, dmabuf);
  return ret;
}

function* iopt_map_dmabuf(k: Kernel, attachment: Attachment, buffer: VfioPciDmaBuf): Kthread<Ret> {
  const { dmabuf } = buffer;
  const ops = importerOps(k, 'iommufd');
  const attached = yield* dma_buf_dynamic_attach(k, dmabuf, attachment, ops);
  if (attached !== 'ok') return attached;
  yield* dma_resv_lock(dmabuf.resv);
  dma_buf_pin(k, attachment);
  const ret = yield* vfio_pci_dma_buf_iommufd_map(k, attachment, buffer);
  if (ret === 'ok') {
    attachment.pages = { mapped: true, revoked: false, mutex_destroyed: false };
  } else if (!k.has('P17')) dma_buf_unpin(k, attachment);
  yield* dma_resv_unlock(dmabuf.resv);
  if (ret !== 'ok') yield* dma_buf_detach(k, attachment, undefined);
  return ret;
}

/** Hands out the address, and takes no kref. Source: vfio_pci_dma_buf_iommufd_map, v7.3. */
function* vfio_pci_dma_buf_iommufd_map(
  k: Kernel,
  attachment: Attachment,
  buffer: VfioPciDmaBuf,
): Kthread<Ret> {
  k.traced('vfio_pci_dma_buf_iommufd_map');
  dma_resv_assert_held(buffer.dmabuf.resv, 'vfio_pci_dma_buf_iommufd_map()');
  const ranges = buffer.phys_vec.length === 1 ? 'ok' : '-EOPNOTSUPP';
  const revoked = yield* test(
    `${buffer.label}.revoked`,
    () => buffer.revoked,
    (value) => `${attachment.label}.map_file:${value ? '-ENODEV' : ranges}`,
  );
  return revoked ? '-ENODEV' : ranges;
}

/** IOAS_UNMAP, of a revoked mapping too. Source: iopt_release_pages, v7.3. */
export function* iommufd_ioas_unmap(k: Kernel, attachment: Attachment): Kthread<Ret> {
  const { dmabuf, pages } = attachment;
  const { resv } = dmabuf!;
  if (k.has('M8')) yield* destroyPages(attachment);
  if (!k.has('P17')) {
    if (!k.has('M9')) yield* dma_resv_lock(resv);
    dma_buf_unpin(k, attachment);
    if (!k.has('M9')) yield* dma_resv_unlock(resv);
  }
  if (pages) pages.mapped = false;
  yield* dma_buf_detach(k, attachment, `${attachment.label}.ioas_unmap:ok`);
  attachment.pages = undefined;
  yield* dma_buf_put(k, dmabuf!);
  return 'ok';
}

/** The end of iopt_release_pages() before it had to be the end (M8). */
function* destroyPages(attachment: Attachment): Kthread {
  yield* step(`${attachment.label}.mutex_destroy`, { stop: true });
  if (attachment.pages) attachment.pages.mutex_destroyed = true;
}
