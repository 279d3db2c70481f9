import { hiding, type Kthread, step, test } from '../kernel/step.ts';
import { down_read, down_write, up_read, up_write } from '../locks/rwsem.ts';
import { decodes, type P2pBar, type P2pBuffer, type P2pType1, type P2pVma } from './objects.ts';
import type { P2pKernel } from './p2p-kernel.ts';

/** What a BAR that is not registered lets its users do, and what they find when it is. */

/** A read of the mark of a BAR; `commits` is decided where it is not free. */
function* marked(bar: P2pBar, ignored: boolean, commits: string): Kthread<boolean> {
  const read = () => bar.mark !== 'free' && !ignored;
  return yield* test(`${bar.label}.registered`, read, (value) => (value ? commits : undefined));
}

/**
 * mmap() of a BAR: reads the mark without a lock, as the fault handler reads it again under one.
 * Source: vfio_pci_core_mmap(), v7.3, which takes no memory_lock and remembers nothing; the test is
 * of [RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10.
 */
export function* mmap_bar(k: P2pKernel, vma: P2pVma): Kthread<string> {
  const blocked = !k.has('mmap_not_blocked');
  if (yield* marked(vma.bar, !blocked, `${vma.label}.mmap:refused`)) return 'refused';
  yield* step(`${vma.label}.vm_flags`, { commits: `${vma.label}.mmap:ok`, hidden: 'procedure' });
  vma.mapped = true;
  vma.pte = false;
  return 'ok';
}

/** munmap(): page tables and mapping go, whatever the device does. */
export function munmap(vma: P2pVma): void {
  vma.mapped = false;
  vma.pte = false;
}

/**
 * The BAR fault handler. Source: vfio_pci_mmap_huge_fault(), v7.3: memory_lock for reading,
 * SIGBUS in low power and with memory off; that it tests the mark is derived.
 */
export function* fault(k: P2pKernel, vma: P2pVma, by: string): Kthread<string> {
  const { bar } = vma;
  const { memory_lock } = bar.vdev;
  const sigbus = `${by}:SIGBUS`;
  yield* down_read(memory_lock);
  const off = test(
    `${bar.vdev.label}.decodes`,
    () => decodes(bar.vdev),
    (v) => (v ? undefined : sigbus),
  );
  let answer = 'SIGBUS';
  if (yield* hiding('procedure', off)) {
    if (!(yield* marked(bar, k.has('fault_not_tested'), sigbus))) {
      yield* step(`${bar.vdev.label}.insert_pfn`, { commits: `${by}:ok` });
      vma.pte = true;
      answer = 'ok';
    }
  }
  yield* up_read(memory_lock);
  return answer;
}

/**
 * DMABUF export: the mark is tested in the section that lists the buffer.
 * Source: vfio_pci_core_feature_dma_buf(), v7.3, whose tests come before the lock; where this one
 * has to be is derived.
 */
export function* dma_buf_export(k: P2pKernel, priv: P2pBuffer): Kthread<string> {
  const { bar } = priv;
  const { vdev } = bar;
  const early = k.has('export_tests_early');
  const refused = `${priv.label}.export:refused`;
  if (early && (yield* marked(bar, false, refused))) return 'refused';
  yield* down_write(vdev.memory_lock);
  if (!early && (yield* marked(bar, k.has('export_not_blocked'), refused))) {
    yield* up_write(vdev.memory_lock);
    return 'refused';
  }
  yield* step(`${vdev.label}.dmabufs.list_add`, { commits: `${priv.label}.export:ok` });
  Object.assign(priv, { fd: true, listed: true, revoked: !decodes(vdev) });
  vdev.dmabufs.push(priv);
  yield* up_write(vdev.memory_lock);
  return 'ok';
}

/** The last fput() of a dma-buf. Source: vfio_pci_dma_buf_release(), v7.3: an orphan has no vdev. */
export function* dma_buf_release(priv: P2pBuffer): Kthread<string> {
  const { vdev } = priv.bar;
  const { label, listed } = priv;
  if (listed) yield* down_write(vdev.memory_lock);
  yield* step(`${label}.release`, { commits: `${label}.release` });
  unlist(priv);
  priv.fd = false;
  if (listed) yield* up_write(vdev.memory_lock);
  return 'ok';
}

/** Takes a buffer from `vdev->dmabufs`. */
export function unlist(priv: P2pBuffer): void {
  const { dmabufs } = priv.bar.vdev;
  if (priv.listed) dmabufs.splice(dmabufs.indexOf(priv), 1);
  priv.listed = false;
}

/**
 * VFIO_IOMMU_MAP_DMA of a mapped BAR: the PFN is read from the page tables, after a fault where it
 * is not there, and taken without a reference where it has no page.
 * Source: vaddr_get_pfns(), follow_fault_pfn(), vfio_iommu_type1.c, v7.3.
 */
export function* map_dma(k: P2pKernel, map: P2pType1): Kthread<string> {
  const { vma, label } = map;
  if (!vma.pte) {
    const answer = yield* hiding('both', fault(k, vma, label));
    if (answer !== 'ok') {
      yield* step(`${label}.map_dma:-EFAULT`, { commits: `${label}.map_dma:-EFAULT` });
      return '-EFAULT';
    }
  }
  const answer = vma.bar.pgmap ? '-EFAULT' : 'ok';
  yield* step(`${label}.map_dma:${answer}`, { commits: `${label}.map_dma:${answer}` });
  map.mapped = answer === 'ok';
  return answer;
}

/**
 * VFIO_IOMMU_UNMAP_DMA. What was taken without a reference is put without one.
 * Source: put_pfn(), v7.3, which asks for the page again; to remember is derived.
 */
export function unmap_dma(k: P2pKernel, map: P2pType1): void {
  if (k.has('type1_re_evaluates') && map.vma.bar.pgmap) {
    k.warn(`BUG: put_pfn() unpins a page of ${map.vma.bar.label} that was never pinned`);
  }
  map.mapped = false;
}
