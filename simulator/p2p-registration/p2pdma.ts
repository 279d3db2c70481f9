import type { P2pBar, P2pDevice } from './objects.ts';
import type { P2pKernel } from './p2p-kernel.ts';

/**
 * The building blocks of drivers/pci/p2pdma.c and mm/memremap.c, v7.3, with what a teardown of one
 * BAR before unbind has to add to them.
 */

/**
 * Makes a pool and p2pmem/allocate where the device has none, pages of the BAR, and a chunk of the
 * pool of them. The caller serialises. Source: pci_p2pdma_add_resource(), pci_p2pdma_setup_pool(),
 * v7.3; that allocate comes back with a pool that was kept is derived.
 */
export function pci_p2pdma_add_resource(k: P2pKernel, bar: P2pBar, fails: boolean): boolean {
  const { vdev } = bar;
  const fresh = vdev.pool === undefined;
  const pool = setup_pool(k, vdev);
  if (fails || bar.pgmap) {
    if (bar.pgmap) k.warn(`WARNING: Conflicting mapping in same section, ${bar.label}`);
    if (fresh && !k.has('failed_leaves_pool')) destroy_pool(k, vdev);
    return false;
  }
  bar.pgmap = { dead: false, refs: 0 };
  pool.chunks.set(bar, { allocated: 0 });
  return true;
}

function setup_pool(k: P2pKernel, vdev: P2pDevice) {
  if (!vdev.pool || !k.has('keeps_old_pool')) vdev.allocate = true;
  vdev.pool ??= { chunks: new Map() };
  return vdev.pool;
}

/**
 * Stops allocation: p2pmem/allocate goes, for the whole device, and nobody gets a new reference to
 * a page of the BAR. kernfs has unmapped every mapping of the file by then.
 * Source: pci_p2pdma_unmap_mappings(), the percpu_ref_kill() of memunmap_pages(), v7.3, in the
 * order of devres.
 */
export function pci_p2pdma_remove_resource(k: P2pKernel, bar: P2pBar): void {
  const { vdev, pgmap } = bar;
  if (pgmap) pgmap.dead = true;
  vdev.allocate = false;
  if (k.has('pool_before_wait')) destroy_pool(k, vdev);
}

/** What wait_for_completion(&pgmap->done) of memunmap_pages(), v7.3, waits for. */
export function drained(k: P2pKernel, { pgmap }: P2pBar): boolean {
  return !pgmap || pgmap.refs === 0 || k.has('does_not_wait');
}

/**
 * The pages of the BAR go; with those of the last BAR the pool: `pool = NULL`, synchronize_rcu(),
 * gen_pool_destroy(). Source: memunmap_pages(), pci_p2pdma_release(), v7.3; the order is derived
 * from p2pdma_folio_free(), which gives pages back to the pool.
 */
export function memunmap_pages(k: P2pKernel, bar: P2pBar): void {
  const { vdev } = bar;
  if (bar.pgmap?.refs) k.warn(`BUG: pages of ${bar.label} are unmapped while they are held`);
  const last = !vdev.bars.some((other) => other !== bar && other.pgmap);
  bar.pgmap = undefined;
  if (k.has('pool_with_first') || (last && !k.has('keeps_old_pool'))) destroy_pool(k, vdev);
}

/** gen_pool_destroy() BUG()s while a page is allocated. Source: lib/genalloc.c, v7.3. */
function destroy_pool(k: P2pKernel, vdev: P2pDevice): void {
  const { pool } = vdev;
  vdev.pool = undefined;
  vdev.allocate = false;
  if (!pool) return;
  const busy = [...pool.chunks.values()].some(({ allocated }) => allocated > 0);
  if (busy) k.warn(`BUG: gen_pool_destroy() with pages of ${vdev.label} allocated`);
}

/**
 * open() and mmap() of p2pmem/allocate, where the pool gives a page of this BAR.
 * Source: p2pmem_alloc_mmap(), v7.3; that it tests the pool for NULL is derived: there `p2pdma`
 * goes only with the pool.
 */
export function p2pmem_alloc_mmap(k: P2pKernel, bar: P2pBar): string {
  const { vdev, pgmap } = bar;
  if (!vdev.allocate) return '-ENOENT';
  if (!vdev.pool) return '-ENODEV';
  const chunk = vdev.pool.chunks.get(bar);
  if (!chunk || chunk.allocated >= k.scope.pages) return '-ENOMEM';
  if (!pgmap || pgmap.dead) return '-ENODEV';
  chunk.allocated += 1;
  pgmap.refs += 1;
  return 'ok';
}

/** The last reference to a page goes. Source: p2pdma_folio_free(), v7.3. */
export function p2pdma_folio_free(k: P2pKernel, bar: P2pBar): void {
  const { label, vdev, pgmap } = bar;
  const chunk = vdev.pool?.chunks.get(bar);
  if (chunk && chunk.allocated > 0) chunk.allocated -= 1;
  else k.warn(`BUG: use after free: a page of ${label} is given back to a pool that is gone`);
  if (pgmap && pgmap.refs > 0) pgmap.refs -= 1;
}
