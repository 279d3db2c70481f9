import type { Ret } from '../kernel/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Attachment, DmaBuf, ImporterOps } from '../kernel/objects.ts';
import type { Kthread } from '../kernel/step.ts';
import { choose, step, test } from '../kernel/step.ts';
import { dma_resv_assert_held, dma_resv_lock, dma_resv_unlock } from '../locks/dma-resv.ts';
import {
  vfio_pci_dma_buf_attach,
  vfio_pci_dma_buf_map,
  vfio_pci_dma_buf_release,
  vfio_pci_dma_buf_unmap,
} from './vfio-pci-dmabuf.ts';

/**
 * The rules of the dma-buf core that the exporter and its importers live by: who holds the
 * reservation lock when, and how long files and dentries live.
 * Source: drivers/dma-buf/dma-buf.c, v7.3.
 */

/**
 * A reference on the file of a buffer unless the last one is gone. After the struct file is freed
 * the pointer is stale as long as an O_PATH fd keeps the dentry (open in v7.3).
 */
export function* get_file_active(k: Kernel, dmabuf: DmaBuf): Kthread<boolean> {
  const name = `${dmabuf.priv.label}.get_file_active`;
  const active = yield* test(name, () => dmabuf.file_refs > 0, undefined, { stop: true });
  if (dmabuf.file_freed) {
    k.warn(`KASAN: slab-use-after-free in get_file_active(): ${dmabuf.priv.label}`);
  }
  if (active) dmabuf.file_refs += 1;
  return active;
}

/** Drops a reference on the file; what the last one leads to is done on the way to user space. */
export function* fput(k: Kernel, dmabuf: DmaBuf): Kthread {
  const { label } = dmabuf.priv;
  yield {
    options: () => [
      {
        label: `${label}.fput`,
        commits: dmabuf.file_refs === 1 ? `${label}.release` : undefined,
      },
    ],
  };
  dmabuf.file_refs -= 1;
  if (dmabuf.file_refs === 0) k.current.taskWork.push(() => __fput(k, dmabuf));
}

/** dma_buf_put() is fput() of the file. */
export const dma_buf_put = fput;

/**
 * The file goes; the buffer itself goes with the dentry. The struct file is freed after the dentry
 * was put, so a release that waits for memory_lock still has it; with an O_PATH fd nothing waits.
 * Source: __fput(), dma_buf_file_release(), v7.3.
 */
function* __fput(k: Kernel, dmabuf: DmaBuf): Kthread {
  k.traced('dma_buf_file_release');
  yield* dput(k, dmabuf);
  dmabuf.file_freed = true;
}

/** Drops a reference on the dentry; the last one releases the buffer. */
export function* dput(k: Kernel, dmabuf: DmaBuf): Kthread {
  dmabuf.dentry_refs -= 1;
  if (dmabuf.dentry_refs > 0) return;
  k.traced('dma_buf_release');
  yield* vfio_pci_dma_buf_release(k, dmabuf.priv);
}

/** Installs a file descriptor. Source: dma_buf_fd(), v7.3. */
export function* dma_buf_fd(k: Kernel, dmabuf: DmaBuf): Kthread<number | '-EMFILE'> {
  const { priv } = dmabuf;
  const name = `${priv.label}.dma_buf_fd`;
  const outcome = yield* choose(name, [{ outcome: 'ok' }, { outcome: '-EMFILE' }]);
  k.traced('dma_buf_fd');
  if (outcome !== 'ok') return outcome;
  let fd = 3;
  while (k.fds.has(fd)) fd += 1;
  k.fds.set(fd, priv);
  if (k.has('M12')) {
    yield* step(`${priv.label}.dma_buf_fd.tracepoint`, { stop: true });
    if (priv.freed) k.warn(`KASAN: slab-use-after-free in trace_dma_buf_fd(): ${priv.label}`);
  }
  return fd;
}

/** Attaches an importer; the exporter's op runs unlocked. Source: dma_buf_dynamic_attach(), v7.3. */
export function* dma_buf_dynamic_attach(
  k: Kernel,
  dmabuf: DmaBuf,
  attach: Attachment,
  ops: ImporterOps | undefined,
): Kthread<Ret> {
  k.traced('dma_buf_dynamic_attach');
  attach.dmabuf = dmabuf;
  attach.importer_ops = ops;
  attach.peer2peer = ops?.allow_peer2peer ?? false;
  const ret = yield* vfio_pci_dma_buf_attach(k, dmabuf.priv, attach);
  if (ret !== 'ok') {
    attach.dmabuf = undefined;
    attach.importer_ops = undefined;
    return ret;
  }
  attach.attached = true;
  yield* dma_resv_lock(dmabuf.resv, { stop: false });
  dmabuf.attachments.unshift(attach);
  yield* dma_resv_unlock(dmabuf.resv);
  return 'ok';
}

/** Detaches an importer. Source: dma_buf_detach(), v7.3. */
export function* dma_buf_detach(
  k: Kernel,
  attach: Attachment,
  commits: string | undefined,
): Kthread {
  const dmabuf = attach.dmabuf!;
  k.traced('dma_buf_detach');
  yield* dma_resv_lock(dmabuf.resv);
  yield* step(`${attach.label}.list_del`, { commits });
  const at = dmabuf.attachments.indexOf(attach);
  if (at >= 0) dmabuf.attachments.splice(at, 1);
  attach.attached = false;
  yield* dma_resv_unlock(dmabuf.resv);
  if (attach.pins !== 0) {
    k.warn(`unbalanced pin: ${attach.label} leaves with ${attach.pins} of ${dmabuf.priv.label}`);
  }
  attach.dmabuf = undefined;
  attach.importer_ops = undefined;
}

/** Pins; vfio-pci has no pin op since v7.1, so it succeeds. Source: dma_buf_pin(), v7.3. */
export function dma_buf_pin(k: Kernel, attach: Attachment): void {
  k.traced('dma_buf_pin');
  if (!attach.importer_ops) k.warn('WARNING: dma_buf_pin() of a static attachment');
  dma_resv_assert_held(attach.dmabuf!.resv, 'dma_buf_pin()');
  attach.pins += 1;
}

/** Source: dma_buf_unpin(), v7.3. */
export function dma_buf_unpin(k: Kernel, attach: Attachment): void {
  k.traced('dma_buf_unpin');
  dma_resv_assert_held(attach.dmabuf!.resv, 'dma_buf_unpin()');
  attach.pins -= 1;
}

/** Maps, with the reservation lock held by the importer. Source: dma_buf_map_attachment(), v7.3. */
export function* dma_buf_map_attachment(k: Kernel, attach: Attachment): Kthread<Ret> {
  k.traced('dma_buf_map_attachment');
  dma_resv_assert_held(attach.dmabuf!.resv, 'dma_buf_map_attachment()');
  const { priv } = attach.dmabuf!;
  const ret = yield* vfio_pci_dma_buf_map(k, priv, attach);
  if (ret !== 'ok') return ret;
  const wrapped = yield* dma_buf_wrap_sg_table(attach);
  if (wrapped === 'ok') return 'ok';
  yield* vfio_pci_dma_buf_unmap(k, priv, attach, `${attach.label}.map:-ENOMEM`);
  return wrapped;
}

/** The copy that importers get where CONFIG_DMABUF_DEBUG is set. Source: dma_buf_wrap_sg_table, v7.3. */
function dma_buf_wrap_sg_table(attach: Attachment): Kthread<'ok' | '-ENOMEM'> {
  const name = `${attach.label}.wrap_sg_table`;
  const ok = { outcome: 'ok', commits: `${attach.label}.map:ok` } as const;
  return choose(name, [ok, { outcome: '-ENOMEM' }], { stop: false });
}

/** Unmaps, with the lock held. Source: dma_buf_unmap_attachment(), v7.3. */
export function* dma_buf_unmap_attachment(k: Kernel, attach: Attachment): Kthread {
  k.traced('dma_buf_unmap_attachment');
  dma_resv_assert_held(attach.dmabuf!.resv, 'dma_buf_unmap_attachment()');
  yield* vfio_pci_dma_buf_unmap(k, attach.dmabuf!.priv, attach);
}

/** True if the importer can be told to let go. Source: dma_buf_attach_revocable(), v7.3. */
export function dma_buf_attach_revocable(attach: Attachment): boolean {
  return attach.importer_ops?.invalidate_mappings !== undefined;
}

/** Tells every importer on the list. Source: dma_buf_invalidate_mappings(), v7.3. */
export function* dma_buf_invalidate_mappings(k: Kernel, dmabuf: DmaBuf): Kthread {
  const { label } = dmabuf.priv;
  yield* step(`${label}.invalidate_mappings:begin`);
  k.traced('dma_buf_invalidate_mappings');
  dma_resv_assert_held(dmabuf.resv, 'dma_buf_invalidate_mappings()');
  for (const attach of [...dmabuf.attachments]) {
    if (!dma_buf_attach_revocable(attach)) continue;
    yield* step(`${attach.label}.invalidate:begin`);
    const { exporter } = dmabuf.priv;
    if (exporter.current_state !== 'D0') {
      k.hazards.push(
        `invalidate in ${exporter.current_state}: ${attach.label} cleans up on ${exporter.label}`,
      );
    }
    yield* attach.importer_ops!.invalidate_mappings!(attach);
    yield* step(`${attach.label}.invalidate:end`);
  }
  yield* step(`${label}.invalidate_mappings:end`);
}
