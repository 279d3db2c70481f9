import { type Kthread, step } from '../kernel/step.ts';
import type { PagesKernel } from './pages-kernel.ts';
import type { BarPage, GenPool, PagedBar } from './pages-objects.ts';

/** Steps of pages, of the references to their pagemap, and of the pool that gives them out. */

/** A wait until something is so. */
export function* waits(label: string, ready: () => boolean, waitsFor: string): Kthread {
  yield { options: () => [{ label }], ready, waitsFor: () => waitsFor };
}

/** The pool, as whoever has the pointer finds it. */
export function poolOf(k: PagesKernel, where: string): GenPool {
  const { p2pdma } = k;
  if (!p2pdma) return k.oops(`NULL pointer dereference of p2pdma in ${where}`);
  if (!p2pdma.pool) return k.oops(`NULL pointer dereference of p2pdma->pool in ${where}`);
  if (p2pdma.pool.destroyed) return k.oops(`use after free of the pool in ${where}`);
  return p2pdma.pool;
}

/** gen_pool_destroy() BUG()s while a bit is set. Source: lib/genalloc.c, v7.3. */
export function* gen_pool_destroy(k: PagesKernel, pool: GenPool): Kthread {
  yield* step('dev[0].gen_pool_destroy');
  if (pool.taken.size > 0) k.oops('gen_pool_destroy() with pages allocated');
  pool.destroyed = true;
}

/** percpu_ref_put(), of a reference that is not of the base. */
export function* pgmap_put(k: PagesKernel, bar: PagedBar): Kthread {
  yield* step(`${bar.label}.pgmap.put`);
  if (!bar.pgmap || bar.pgmap.refs === 0) k.oops(`a reference too many of ${bar.label} is put`);
  bar.pgmap.refs -= 1;
}

/** put_page(), and what the last one does. Source: free_zone_device_folio(), v7.3. */
export function* put_page(k: PagesKernel, page: BarPage): Kthread {
  const name = `${page.label}.put`;
  const { label } = yield {
    options: () => [{ label: `${name}:${page.count > 1 ? 'more' : 'last'}` }],
  };
  if (page.count === 0) k.warn(`refcount underflow of ${page.label}`);
  page.count -= 1;
  if (label.endsWith('last')) yield* p2pdma_folio_free(k, page);
}

/** p2pdma_folio_free(), v7.3: the page goes back to the pool, then its reference to the pagemap. */
function* p2pdma_folio_free(k: PagesKernel, page: BarPage): Kthread {
  yield* step('dev[0].p2pdma.deref');
  const pool = poolOf(k, 'p2pdma_folio_free()');
  yield* step(`${page.label}.gen_pool_free_owner`);
  if (!pool.taken.delete(page)) k.oops(`gen_pool_free_owner() of ${page.label}, which is free`);
  yield* pgmap_put(k, page.bar);
  yield* step(`${page.label}.folio_free:end`);
}

/**
 * memunmap_pages(), v7.3: nobody gets a reference any more, those of the base go, and when the last
 * one has, so do the pages.
 */
export function* memunmap_pages(k: PagesKernel, bar: PagedBar): Kthread {
  const { label } = bar;
  yield* step(`${label}.memunmap_pages:begin`);
  const pgmap = bar.pgmap!;
  yield* step(`${label}.pgmap.kill`);
  pgmap.dead = true;
  yield* step(`${label}.pgmap.put_many`);
  pgmap.base = false;
  const drained = () => pgmap.refs === 0 || k.has('A-14');
  yield* waits(`${label}.pgmap.wait`, drained, `pages of ${label} are held`);
  yield* step(`${label}.pgmap.unmap_range`);
  if (bar.pages.some(({ count }) => count > 0)) k.warn(`BUG: pages of ${label} go while in use`);
  bar.pgmap = undefined;
  yield* step(`${label}.memunmap_pages:end`);
}

/** synchronize_rcu(): waits for who is inside now, and not for who comes later. */
export function* synchronize_rcu(k: PagesKernel): Kthread {
  yield* step('rcu.sync:begin');
  const inside = [...k.rcu];
  const left = () => inside.every((reader) => !k.rcu.has(reader));
  yield* waits('rcu.sync:end', left, 'somebody is in a section of RCU');
}

/** rcu_read_lock(); the token is what leaves. */
export function* rcu_read_lock(k: PagesKernel): Kthread<object> {
  yield* step('rcu_read_lock');
  const reader = {};
  k.rcu.add(reader);
  return reader;
}

/** rcu_read_unlock(). */
export function* rcu_read_unlock(k: PagesKernel, reader: object): Kthread {
  yield* step('rcu_read_unlock');
  k.rcu.delete(reader);
}

/** unmap_mapping_range() of one mapping: each page that it has, and the reference of its PTE. */
export function* zap(k: PagesKernel, vma: PagesKernel['vmas'][number]): Kthread {
  for (;;) {
    const { label } = yield {
      options: () => {
        const found = vma.ptes.map((page) => ({ label: `${vma.label}.${page.label}.zap` }));
        return found.length > 0 ? found : [{ label: `${vma.label}.zap:none` }];
      },
    };
    const at = vma.ptes.findIndex((page) => label === `${vma.label}.${page.label}.zap`);
    if (at < 0) return;
    const [page] = vma.ptes.splice(at, 1);
    yield* put_page(k, page!);
  }
}
