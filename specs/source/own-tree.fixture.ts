import type { Tree } from 'xstate-check/kernel';

/** Of one buffer, under `one->revoked != revoked`, as 7.3 has it in the words of this test. */
export const RIGHT = `
  dma_resv_lock(one->dmabuf->resv, NULL);
  if (revoked)
    one->revoked = true;
  dma_buf_invalidate_mappings(one->dmabuf);
  dma_resv_wait_timeout(one->dmabuf->resv, DMA_RESV_USAGE_BOOKKEEP, false, FOREVER);
  dma_resv_unlock(one->dmabuf->resv);
  if (revoked) {
    kref_put(&one->kref, all_gone);
    wait_for_completion(&one->comp);
    kref_init(&one->kref);
    reinit_completion(&one->comp);
  } else {
    dma_resv_lock(one->dmabuf->resv, NULL);
    one->revoked = false;
    dma_resv_unlock(one->dmabuf->resv);
  }`;

/** A tree that has one file: move, with what it does to a buffer, and what else is asked. */
export function treeWith(toOne = RIGHT, others = ''): Tree {
  const text = `
static void all_gone(struct kref *kref)
{
  complete(&container_of(kref, struct vfio_pci_dma_buf, kref)->comp);
}

void vfio_pci_dma_buf_move(struct vfio_pci_core_device *vdev, bool revoked)
{
  struct vfio_pci_dma_buf *one, *next;

  list_for_each_entry_safe(one, next, &vdev->dmabufs, dmabufs_elm) {
    if (!get_file_active(&one->dmabuf->file))
      continue;
    if (one->revoked != revoked) {${toOne}
    }
    fput(one->dmabuf->file);
  }
}
${others}`;
  const path = 'drivers/vfio/pci/vfio_pci_dmabuf.c';
  return { name: 'a tree', read: (asked) => (asked === path ? text : undefined) };
}
