import { choose, type Kthread, step, test } from '../kernel/step.ts';
import type { PagesKernel } from './pages-kernel.ts';
import type { BarPage, P2pmemVma, PagedBar } from './pages-objects.ts';
import {
  gen_pool_destroy,
  memunmap_pages,
  pgmap_put,
  poolOf,
  put_page,
  rcu_read_lock,
  rcu_read_unlock,
  synchronize_rcu,
  waits,
  zap,
} from './pages-of-bar.ts';

/**
 * drivers/pci/p2pdma.c, v7.3, step by step. Where `mended` is said, vfio-pci would need another
 * order than that of the C; a driver of the kernel has that of the C.
 */

/** pdev->p2pdma, as a reader finds it. */
function* readP2pdma(k: PagesKernel): Kthread<boolean> {
  return yield* found('dev[0].p2pdma', () => k.p2pdma !== undefined);
}

/** p2pdma->pool, as a reader finds it. */
export function* readPool(k: PagesKernel): Kthread<boolean> {
  return yield* found('dev[0].pool', () => k.p2pdma?.pool !== undefined);
}

function* found(name: string, is: () => boolean): Kthread<boolean> {
  const { label } = yield { options: () => [{ label: `${name}:${is() ? 'set' : 'NULL'}` }] };
  return label.endsWith(':set');
}

type Failing = readonly [string, ...string[]];

/** A call that may fail, as the environment decides. */
function* may(name: string, failures: Failing): Kthread<boolean> {
  const others = failures.map((outcome) => ({ outcome }));
  return (yield* choose(name, [{ outcome: 'ok' }, ...others])) === 'ok';
}

/** pci_p2pdma_add_resource(). */
export function* add_resource(k: PagesKernel, bar: PagedBar): Kthread<boolean> {
  const { label } = bar;
  yield* step(`${label}.add_resource:begin`);
  const made = (yield* init(k)) && (yield* setup_pool(k)) && (yield* addPages(k, bar));
  yield* step(`${label}.add_resource:${made ? 'ok' : 'failed'}`);
  return made;
}

/** pcim_p2pdma_init(), which a device that has it answers at once. */
function* init(k: PagesKernel): Kthread<boolean> {
  const name = 'dev[0].pcim_p2pdma_init';
  if (k.p2pdma) {
    yield* step(`${name}:ok`);
    return true;
  }
  const made = yield* may(name, ['-ENOMEM', '-EOPNOTSUPP']);
  if (made) k.p2pdma = { pool: undefined };
  return made;
}

/** pci_p2pdma_setup_pool(): the pool and its group in sysfs, where there is no pool. */
function* setup_pool(k: PagesKernel): Kthread<boolean> {
  if (yield* readPool(k)) return true;
  if (
    (yield* choose('dev[0].gen_pool_create', [{ outcome: 'ok' }, { outcome: 'NULL' }])) !== 'ok'
  ) {
    // The answer is stored before it is looked at.
    yield* step('dev[0].pool.clear');
    return false;
  }
  const pool = { chunks: new Set<PagedBar>(), taken: new Set<BarPage>(), destroyed: false };
  k.p2pdma!.pool = pool;
  if (yield* create_group(k)) return true;
  yield* gen_pool_destroy(k, pool);
  yield* step('dev[0].pool.clear');
  k.p2pdma!.pool = undefined;
  return false;
}

/** sysfs_create_group(): -EEXIST where it is there. */
function* create_group(k: PagesKernel): Kthread<boolean> {
  const name = 'dev[0].sysfs_create_group';
  if (k.group) {
    yield* step(`${name}:-EEXIST`);
    return false;
  }
  if (!(yield* may(name, ['-ENOMEM']))) return false;
  k.group = true;
  k.allocate = { removed: false, active: 0 };
  return true;
}

/** The rest of pci_p2pdma_add_resource(), with its labels pages_free and pgmap_free. */
function* addPages(k: PagesKernel, bar: PagedBar): Kthread<boolean> {
  const { label } = bar;
  const kzalloc = `${label}.kzalloc(p2p_pgmap)`;
  if ((yield* choose(kzalloc, [{ outcome: 'ok' }, { outcome: 'NULL' }])) !== 'ok') return false;
  const own = { armed: false, freed: false };
  bar.p2p_pgmap = own;
  if (bar.pgmap) k.warn(`WARNING: Conflicting mapping in same section, ${label}`);
  if (!(yield* may(`${label}.memremap_pages`, ['failed']))) {
    yield* devm_kfree(k, bar);
    return false;
  }
  bar.pgmap = { dead: false, base: true, refs: 0 };
  if (yield* addToPool(k, bar)) return true;
  yield* memunmap_pages(k, bar);
  yield* devm_kfree(k, bar);
  return false;
}

/** The action that devres runs, and the chunk of the pool. */
function* addToPool(k: PagesKernel, bar: PagedBar): Kthread<boolean> {
  const { label } = bar;
  if (!(yield* may(`${label}.devm_add_action`, ['-ENOMEM']))) {
    // devm_add_action_or_reset() runs what it could not add: the file goes, of every BAR.
    if (!k.mended || k.has('A-43')) yield* unmap_mappings(k, bar);
    return false;
  }
  bar.p2p_pgmap!.armed = true;
  if (yield* may(`${label}.gen_pool_add_owner`, ['-ENOMEM'])) {
    k.p2pdma!.pool!.chunks.add(bar);
    return true;
  }
  if (k.mended && !k.has('A-10')) yield* devm_remove_action(bar);
  return false;
}

/** devm_remove_action() of pci_p2pdma_unmap_mappings(). */
export function* devm_remove_action(bar: PagedBar): Kthread {
  yield* step(`${bar.label}.devm_remove_action`);
  bar.p2p_pgmap!.armed = false;
}

/** devm_kfree(), which leaves an action that is armed with its argument. */
export function* devm_kfree(k: PagesKernel, bar: PagedBar): Kthread {
  yield* step(`${bar.label}.kfree(p2p_pgmap)`);
  const own = bar.p2p_pgmap!;
  own.freed = true;
  if (own.armed) k.warn(`devres: the action of ${bar.label} has lost its argument`);
  else bar.p2p_pgmap = undefined;
}

/**
 * pci_p2pdma_unmap_mappings(): the file goes from sysfs, for the device, whichever BAR it is. kernfs
 * waits for mmap() calls in it, and then zaps what is mapped of it.
 * Source: also kernfs_drain(), kernfs_drain_open_files(), v7.3.
 */
export function* unmap_mappings(k: PagesKernel, bar: PagedBar): Kthread {
  yield* step(`${bar.label}.unmap_mappings:begin`);
  if (bar.p2p_pgmap?.freed) {
    k.warn('KASAN: slab-use-after-free in pci_p2pdma_unmap_mappings()');
  }
  if (yield* remove_file(k)) for (const vma of k.vmas) yield* zap(k, vma);
  yield* step(`${bar.label}.unmap_mappings:end`);
}

/** sysfs_remove_file_from_group(): who is in the file is awaited. */
export function* remove_file(k: PagesKernel): Kthread<boolean> {
  const name = 'dev[0].allocate.remove';
  const { label } = yield {
    options: () => [{ label: `${name}:${k.allocate ? 'ok' : '-ENOENT'}` }],
  };
  if (label !== `${name}:ok`) return false;
  const node = k.allocate!;
  node.removed = true;
  k.allocate = undefined;
  yield* waits('dev[0].allocate.drain', () => node.active === 0, 'an mmap() is in p2pmem/allocate');
  return true;
}

/** sysfs_remove_group(): waits for who reads what is in it. */
export function* remove_group(k: PagesKernel): Kthread {
  yield* step('dev[0].sysfs_remove_group:begin');
  const node = k.allocate;
  if (node) node.removed = true;
  k.allocate = undefined;
  k.group = false;
  const idle = () => k.reading.size === 0 && (node?.active ?? 0) === 0;
  yield* waits('dev[0].sysfs_remove_group:end', idle, 'a file of p2pmem is in use');
}

/** pci_p2pdma_release(). */
export function* p2pdma_release(k: PagesKernel): Kthread {
  yield* step('dev[0].p2pdma_release:begin');
  if (yield* readP2pdma(k)) {
    const p2pdma = k.p2pdma!;
    yield* step('dev[0].p2pdma.clear');
    k.p2pdma = undefined;
    const has = () => p2pdma.pool !== undefined;
    if (yield* found('dev[0].pool', has)) yield* synchronize_rcu(k);
    yield* step('dev[0].xa_destroy');
    if (p2pdma.pool) {
      yield* gen_pool_destroy(k, p2pdma.pool);
      yield* remove_group(k);
    }
  }
  yield* step('dev[0].p2pdma_release:end');
}

/** size_show(), in which the file cannot go. */
export function* size_show(k: PagesKernel): Kthread {
  yield* step('dev[0].size_show:begin');
  const read = {};
  k.reading.add(read);
  const reader = yield* rcu_read_lock(k);
  if ((yield* readP2pdma(k)) && (yield* readPool(k))) {
    yield* step('dev[0].gen_pool_size');
    poolOf(k, 'size_show()');
  }
  yield* rcu_read_unlock(k, reader);
  k.reading.delete(read);
  yield* step('dev[0].size_show:ok');
}

/** p2pmem_alloc_mmap(). */
export function* alloc_mmap(k: PagesKernel, vma: P2pmemVma): Kthread<string> {
  yield* step(`${vma.label}.alloc_mmap:begin`);
  const answer = (yield* isAllowed(vma)) ? yield* allocate(k, vma) : '-EINVAL';
  yield* step(`${vma.label}.alloc_mmap:${answer}`);
  return answer;
}

function* isAllowed({ label }: P2pmemVma): Kthread<boolean> {
  const shared = yield* choose(`${label}.shared`, [{ outcome: 'true' }, { outcome: 'false' }]);
  if (shared === 'false') return false;
  return (yield* choose(`${label}.pgoff`, [{ outcome: '0' }, { outcome: 'other' }])) === '0';
}

/** The section of RCU: the pool, pages of one of its BARs, and a reference to their pagemap. */
function* allocate(k: PagesKernel, vma: P2pmemVma): Kthread<string> {
  const reader = yield* rcu_read_lock(k);
  if (!(yield* readP2pdma(k))) {
    yield* rcu_read_unlock(k, reader);
    return '-ENODEV';
  }
  const bar = yield* gen_pool_alloc_owner(k);
  if (!bar) {
    yield* rcu_read_unlock(k, reader);
    return '-ENOMEM';
  }
  if (yield* tryget_live(bar)) {
    yield* rcu_read_unlock(k, reader);
    return yield* insertPages(k, vma, bar);
  }
  yield* giveBack(k, bar, 0);
  yield* rcu_read_unlock(k, reader);
  return '-ENODEV';
}

/** gen_pool_alloc_owner(): of which BAR is not for the caller to say. */
function* gen_pool_alloc_owner(k: PagesKernel): Kthread<PagedBar | undefined> {
  const free = (bar: PagedBar) => bar.pages.every((page) => !k.p2pdma!.pool?.taken.has(page));
  const { label } = yield {
    options: () => {
      const chunks = [...(k.p2pdma?.pool?.chunks ?? [])].filter(free);
      const given = chunks.map((bar) => ({ label: `${bar.label}.gen_pool_alloc_owner:ok` }));
      return given.length > 0 ? given : [{ label: 'dev[0].gen_pool_alloc_owner:NULL' }];
    },
  };
  const pool = poolOf(k, 'gen_pool_alloc_owner()');
  const bar = k.bars.find((one) => label === `${one.label}.gen_pool_alloc_owner:ok`);
  for (const page of bar?.pages ?? []) pool.taken.add(page);
  return bar;
}

/** percpu_ref_tryget_live_rcu(). */
function* tryget_live({ label, pgmap }: PagedBar): Kthread<boolean> {
  const live = yield* test(`${label}.pgmap.tryget_live`, () => pgmap !== undefined && !pgmap.dead);
  if (live) pgmap!.refs += 1;
  return live;
}

/** gen_pool_free() of what was taken, from page `from` on. */
function* giveBack(k: PagesKernel, bar: PagedBar, from: number): Kthread {
  yield* step(`${bar.label}.rest[${from}].gen_pool_free`);
  const pool = poolOf(k, 'gen_pool_free()');
  for (const page of bar.pages.slice(from)) pool.taken.delete(page);
}

/** Page by page: a count of 1, the PTE with a reference of its own, and then without the first. */
function* insertPages(k: PagesKernel, vma: P2pmemVma, bar: PagedBar): Kthread<string> {
  for (const [p, page] of bar.pages.entries()) {
    yield* step(`${page.label}.set_count(1)`);
    if (page.count !== 0) k.warn(`VM_WARN_ON_ONCE_PAGE: ${page.label} is in use`);
    page.count = 1;
    if (!(yield* may(`${vma.label}.${page.label}.insert`, ['-ENOMEM']))) {
      yield* undoInsert(k, bar, page, p);
      return '-ENOMEM';
    }
    vma.ptes.push(page);
    page.count += 1;
    yield* step(`${bar.label}.pgmap.get`);
    bar.pgmap!.refs += 1;
    yield* put_page(k, page);
  }
  yield* pgmap_put(k, bar);
  return 'ok';
}

/** The C gives the page back first, and its count is 0 only after that. */
function* undoInsert(k: PagesKernel, bar: PagedBar, page: BarPage, p: number): Kthread {
  const early = !k.mended || k.has('A-42');
  if (early) yield* giveBack(k, bar, p);
  yield* step(`${page.label}.set_count(0)`);
  page.count = 0;
  if (!early) yield* giveBack(k, bar, p);
  yield* pgmap_put(k, bar);
}
