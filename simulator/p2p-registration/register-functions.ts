import { type Kthread, step, test } from '../kernel/step.ts';
import { mutex_lock, mutex_unlock } from '../locks/mutex.ts';
import { down_write_queued, up_write } from '../locks/rwsem.ts';
import {
  add_resource,
  devm_kfree,
  devm_remove_action,
  p2pdma_release,
  readPool,
  remove_file,
  remove_group,
  unmap_mappings,
} from './p2pdma-functions.ts';
import type { PagesKernel } from './pages-kernel.ts';
import type { BarMark, PagedBar } from './pages-objects.ts';
import { gen_pool_destroy, memunmap_pages, synchronize_rcu, waits } from './pages-of-bar.ts';

/**
 * What vfio-pci does around drivers/pci/p2pdma.c, by the rules that a registration has to keep; no
 * kernel has it. Source: derived from [RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P
 * Registration, 2026-06-10, and from the C of v7.3 that it calls.
 */

function* setMark(bar: PagedBar, mark: BarMark): Kthread {
  yield* step(`${bar.label}.mark.${mark}`);
  bar.mark = mark;
}

function* readMark(bar: PagedBar): Kthread<BarMark> {
  const { label } = yield { options: () => [{ label: `${bar.label}.mark:${bar.mark}` }] };
  return label.slice(label.lastIndexOf(':') + 1) as BarMark;
}

/** VFIO_DEVICE_FEATURE_P2P_REGISTER: the tests, the mark and the pages in one section of memory_lock. */
export function* p2p_register(k: PagesKernel, bar: PagedBar): Kthread {
  const { label } = bar;
  yield* step(`${label}.p2p_register:begin`);
  if (!k.has('A-08')) yield* down_write_queued(k.memory_lock);
  let answer = 'refused';
  if (yield* admitted(k, bar)) {
    yield* setMark(bar, 'registering');
    if (yield* add_resource(k, bar)) {
      yield* setMark(bar, 'registered');
      answer = 'ok';
    } else {
      if (!k.has('X14')) yield* undoPool(k);
      yield* setMark(bar, 'free');
      answer = 'failed';
    }
  }
  if (!k.has('A-08')) yield* up_write(k.memory_lock);
  yield* step(`${label}.p2p_register:${answer}`);
}

function* admitted(k: PagesKernel, bar: PagedBar): Kthread<boolean> {
  const going = () => k.bars.some(({ mark }) => mark === 'unregistering');
  if (yield* test('dev[0].unregistering', going)) return false;
  if ((yield* readMark(bar)) !== 'free' && !k.has('A-07')) return false;
  if (k.has('X8')) return true;
  return yield* test('dev[0].memory_enabled', () => k.memory);
}

/** A registration that has failed leaves no pool that serves nobody. */
function* undoPool(k: PagesKernel): Kthread {
  if (!(yield* readPool(k))) return;
  const has = () => k.p2pdma!.pool!.chunks.size > 0;
  const { label } = yield {
    options: () => [{ label: `dev[0].chunks:${has() ? 'some' : 'none'}` }],
  };
  if (label.endsWith(':some')) return;
  yield* remove_file(k);
  yield* destroyPool(k);
}

/** pool = NULL, then whoever may have read it, then the pool. */
function* destroyPool(k: PagesKernel): Kthread {
  const { pool } = k.p2pdma!;
  yield* step('dev[0].pool.clear');
  k.p2pdma!.pool = undefined;
  if (!k.has('A-16')) yield* synchronize_rcu(k);
  yield* gen_pool_destroy(k, pool!);
  yield* remove_group(k);
}

/** pci_p2pdma_remove_resource(), the helper of the RFC: what devres would do, of one BAR. */
function* remove_resource(k: PagesKernel, bar: PagedBar): Kthread {
  const { label } = bar;
  yield* step(`${label}.remove_resource:begin`);
  yield* devm_remove_action(bar);
  if (k.has('A-17')) yield* destroyPool(k);
  yield* unmap_mappings(k, bar);
  if (k.has('A-15')) yield* destroyPool(k);
  yield* memunmap_pages(k, bar);
  if (!k.has('A-15') && !k.has('A-17')) yield* dropChunk(k, bar);
  yield* devm_kfree(k, bar);
  yield* step(`${label}.remove_resource:end`);
}

/** The pool goes with the last BAR that is in it: gen_pool has no way to lose one chunk. */
function* dropChunk(k: PagesKernel, bar: PagedBar): Kthread {
  const { chunks } = k.p2pdma!.pool!;
  const last = () => chunks.size === 1 || k.has('A-18');
  const { label } = yield {
    options: () => [{ label: `${bar.label}.drop_chunk:${last() ? 'last' : 'more'}` }],
  };
  chunks.delete(bar);
  if (label.endsWith(':last') && !k.has('A-19')) yield* destroyPool(k);
}

/**
 * Ends every registration: marks under memory_lock, removes without it, and looks again. Returns with
 * memory_lock held, and the BARs whose marks are its own.
 */
function* teardown(k: PagesKernel, mine: PagedBar[] = []): Kthread<PagedBar[]> {
  for (;;) {
    yield* down_write_queued(k.memory_lock);
    const { left, waitsFor } = yield* scan(k, mine);
    if (waitsFor) {
      yield* up_write(k.memory_lock);
      const free = () => waitsFor.mark === 'free';
      yield* waits(`${waitsFor.label}.mark.wait_free`, free, 'a BAR is being unregistered');
    } else if (left.length === 0) return mine;
    else yield* removeAll(k, left, mine);
  }
}

/** Marks what is registered, up to a BAR that somebody else is at. */
function* scan(k: PagesKernel, mine: readonly PagedBar[]) {
  const left: PagedBar[] = [];
  for (const bar of k.bars.filter((one) => !mine.includes(one))) {
    const mark = yield* readMark(bar);
    if (mark === 'unregistering') return { left, waitsFor: bar };
    if (mark !== 'registered') continue;
    yield* setMark(bar, 'unregistering');
    left.push(bar);
  }
  return { left, waitsFor: undefined };
}

function* removeAll(k: PagesKernel, left: readonly PagedBar[], mine: PagedBar[]): Kthread {
  const locked = k.has('A-11');
  if (!locked) yield* up_write(k.memory_lock);
  for (const bar of left) {
    yield* remove_resource(k, bar);
    mine.push(bar);
    if (k.has('A-37')) yield* setMark(bar, 'free');
  }
  if (locked) yield* up_write(k.memory_lock);
}

function* freeMarks(mine: readonly PagedBar[]): Kthread {
  for (const bar of mine) yield* setMark(bar, 'free');
}

/** The function is reset, under memory_lock. */
function* resetFunction(k: PagesKernel): Kthread {
  yield* step('dev[0].reset:begin');
  if (k.bars.some(({ pages }) => pages.some(({ count }) => count > 0))) {
    k.warn('BUG: the device is reset while its pages are in use');
  }
  yield* step('dev[0].reset:end');
}

/**
 * A hot reset by another owner: pages are awaited before dev_set->lock, under which everything is
 * looked at again.
 */
export function* hot_reset(k: PagesKernel): Kthread {
  yield* step('dev[0].hot_reset:begin');
  const early = !k.has('A-12');
  const mine: PagedBar[] = [];
  if (!early) yield* mutex_lock(k.dev_set);
  yield* teardown(k, mine);
  while (early && !(yield* lockedAgain(k, mine))) yield* teardown(k, mine);
  yield* resetFunction(k);
  yield* freeMarks(mine);
  yield* up_write(k.memory_lock);
  yield* mutex_unlock(k.dev_set);
  yield* step('dev[0].hot_reset:ok');
}

/** Both locks, in their order; false, and without them, where a BAR has been registered meanwhile. */
function* lockedAgain(k: PagesKernel, mine: readonly PagedBar[]): Kthread<boolean> {
  yield* up_write(k.memory_lock);
  yield* mutex_lock(k.dev_set);
  yield* down_write_queued(k.memory_lock);
  for (const bar of k.bars.filter((one) => !mine.includes(one))) {
    const mark = yield* readMark(bar);
    if (mark !== 'registered' && mark !== 'unregistering') continue;
    yield* up_write(k.memory_lock);
    yield* mutex_unlock(k.dev_set);
    return false;
  }
  return true;
}

/** VFIO_DEVICE_RESET: the reset begins when the last page is back. */
export function* device_reset(k: PagesKernel): Kthread {
  yield* step('dev[0].device_reset:begin');
  const mine = yield* teardown(k);
  yield* resetFunction(k);
  yield* freeMarks(mine);
  yield* up_write(k.memory_lock);
  yield* step('dev[0].device_reset:ok');
}

/** A write of PCI_COMMAND that clears the memory bit: what stops BARs from decoding ends them. */
export function* memory_off(k: PagesKernel): Kthread {
  yield* step('dev[0].write_command(MEM=0):begin');
  let mine: PagedBar[] = [];
  if (k.has('A-31')) yield* down_write_queued(k.memory_lock);
  else mine = yield* teardown(k);
  yield* step('dev[0].memory.off');
  k.memory = false;
  yield* freeMarks(mine);
  yield* up_write(k.memory_lock);
  yield* step('dev[0].write_command(MEM=0):ok');
}

/** A write of PCI_COMMAND that sets it. */
export function* memory_on(k: PagesKernel): Kthread {
  yield* step('dev[0].write_command(MEM=1):begin');
  yield* down_write_queued(k.memory_lock);
  yield* step('dev[0].memory.on');
  k.memory = true;
  yield* up_write(k.memory_lock);
  yield* step('dev[0].write_command(MEM=1):ok');
}

/** The last close: pages are awaited before dev_set->lock, which others of the set need. */
export function* close(k: PagesKernel): Kthread {
  yield* step('dev[0].close:begin');
  const early = !k.has('A-12');
  if (!early) yield* mutex_lock(k.dev_set);
  if (!k.has('A-36')) {
    const mine = yield* teardown(k);
    yield* freeMarks(mine);
    yield* up_write(k.memory_lock);
  }
  if (early) yield* mutex_lock(k.dev_set);
  yield* step('dev[0].disable');
  yield* mutex_unlock(k.dev_set);
  yield* step('dev[0].close:ok');
  k.open = false;
}

/** An open of another device of the set. */
export function* open_other(k: PagesKernel): Kthread {
  yield* step('dev[0].open_other:begin');
  yield* mutex_lock(k.dev_set);
  yield* mutex_unlock(k.dev_set);
  yield* step('dev[0].open_other:ok');
}

/** A driver of the kernel, which goes on without pages where it gets none. */
export function* probe(k: PagesKernel): Kthread {
  yield* step('dev[0].probe:begin');
  k.bound = true;
  for (const bar of k.bars) yield* add_resource(k, bar);
  yield* step('dev[0].probe:ok');
}

/**
 * devres_release_all(), v7.3: in the reverse order, so that of each BAR the file and its mappings go
 * first, then the pages, then what describes them; last what pcim_p2pdma_init() has armed.
 */
export function* unbind(k: PagesKernel): Kthread {
  yield* step('dev[0].unbind:begin');
  for (const bar of [...k.bars].reverse()) yield* releaseBar(k, bar);
  yield* p2pdma_release(k);
  yield* step('dev[0].unbind:ok');
  k.bound = false;
}

function* releaseBar(k: PagesKernel, bar: PagedBar): Kthread {
  const asked = (what: string, is: () => boolean, words: readonly [string, string]) => ({
    options: () => [{ label: `${bar.label}.devm.${what}:${words[is() ? 0 : 1]}` }],
  });
  const armed = ['armed', 'none'] as const;
  const action = () => bar.p2p_pgmap?.armed === true;
  if ((yield asked('unmap_mappings', action, armed)).label.endsWith(':armed')) {
    yield* unmap_mappings(k, bar);
    bar.p2p_pgmap!.armed = false;
  }
  const pages = yield asked('memunmap', () => bar.pgmap !== undefined, armed);
  if (pages.label.endsWith(':armed')) yield* memunmap_pages(k, bar);
  const own = () => bar.p2p_pgmap !== undefined && !bar.p2p_pgmap.freed;
  yield asked('p2p_pgmap', own, ['allocated', 'none']);
  bar.p2p_pgmap = undefined;
}
