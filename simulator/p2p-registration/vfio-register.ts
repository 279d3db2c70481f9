import { choose, hiding, type Kthread, step, test } from '../kernel/step.ts';
import { down_write, up_write } from '../locks/rwsem.ts';
import { decodes, type P2pBar, type P2pDevice } from './objects.ts';
import type { P2pKernel } from './p2p-kernel.ts';
import {
  drained,
  memunmap_pages,
  pci_p2pdma_add_resource,
  pci_p2pdma_remove_resource,
} from './p2pdma.ts';

/**
 * VFIO_DEVICE_FEATURE_P2P_REGISTER as the rules complete it: the tests, the mark and the zap are
 * one section under memory_lock; then the pages are made, and the mark says so or goes again. The
 * rules leave open whether that is in the same section, or in one of registration's own, in which
 * others find the BAR marked and without pages.
 * Source: derived from [RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration,
 * 2026-06-10, and from pci_p2pdma_add_resource(), v7.3, which leaves serialising to its caller.
 */
export function* p2p_register(k: P2pKernel, bar: P2pBar, section: 'same' | 'own'): Kthread<string> {
  const { memory_lock } = bar.vdev;
  yield* down_write(memory_lock);
  if (!(yield* admitted(k, bar))) {
    yield* up_write(memory_lock);
    return 'refused';
  }
  yield* step(`${bar.label}.registered.set`, { commits: `${bar.label}.register:admitted` });
  bar.mark = 'registering';
  yield* zap_bar(k, bar);
  if (section === 'own') yield* up_write(memory_lock);
  const made = yield* add_resource(k, bar);
  if (section === 'same') yield* up_write(memory_lock);
  return made ? 'ok' : 'failed';
}

/** Makes the pages, which may fail, and says in the mark what came of it. */
function* add_resource(k: P2pKernel, bar: P2pBar): Kthread<boolean> {
  const label = `${bar.label}.add_resource`;
  const outcome = yield* choose(label, [
    { outcome: 'ok', commits: `${label}:ok` },
    { outcome: 'failed', commits: `${label}:failed` },
  ]);
  const made = pci_p2pdma_add_resource(k, bar, outcome === 'failed');
  if (made) bar.mark = 'registered';
  else if (!k.has('failed_leaves_mark')) bar.mark = 'free';
  return made;
}

/** The tests of what other calls can change, under memory_lock. */
function* admitted(k: P2pKernel, bar: P2pBar): Kthread<boolean> {
  const { vdev } = bar;
  const no = `${bar.label}.register:refused`;
  const marked = () => bar.mark !== 'free' && !k.has('adds_again');
  if (yield* test(`${bar.label}.registered`, marked, (v) => (v ? no : undefined))) return false;
  const empty = () => !vdev.dmabufs.some((priv) => counts(k, bar, priv)) && !orphaned(k, bar);
  const none = test(`${vdev.label}.dmabufs.empty`, empty, (v) => (v ? undefined : no));
  if (!(yield* none)) return false;
  const sound = () => (decodes(vdev) && !vdev.taken) || k.has('no_precondition');
  const on = test(`${vdev.label}.decodes`, sound, (v) => (v ? undefined : no));
  return yield* hiding('procedure', on);
}

/** Whether a DMABUF on the list stands in the way: one of this BAR, revoked for now or not. */
function counts(k: P2pKernel, bar: P2pBar, priv: P2pDevice['dmabufs'][number]): boolean {
  if (k.has('live_only') && priv.revoked) return false;
  return priv.bar === bar || k.has('bar_not_recorded');
}

function orphaned(k: P2pKernel, bar: P2pBar): boolean {
  const left = k.buffers.some((priv) => priv.bar === bar && priv.fd && !priv.listed);
  return left && k.has('orphans_count');
}

/** unmap_mapping_range() of one BAR. Source: vfio_pci_zap_bars(), v7.3, which zaps them all. */
function* zap_bar(k: P2pKernel, bar: P2pBar): Kthread {
  yield* step(`${bar.vdev.label}.zap_bars`);
  if (k.has('vma_not_zapped')) return;
  for (const vma of k.vmas) if (vma.bar === bar) vma.pte = false;
}

/** vfio_pci_zap_and_down_write_memory_lock() and vfio_pci_dma_buf_move(true), v7.3. */
export function* take_memory(k: P2pKernel, vdev: P2pDevice): Kthread {
  const commits = vdev.open ? `${vdev.label}.begin` : undefined;
  yield* down_write(vdev.memory_lock, { commits });
  for (const vma of k.vmas) if (vma.bar.vdev === vdev) vma.pte = false;
  for (const priv of vdev.dmabufs) priv.revoked = true;
  for (const { label, pgmap } of vdev.bars) {
    if (pgmap?.refs) k.warn(`BUG: memory of ${label} is taken away while its pages are held`);
  }
}

/** The end of what `take_memory` has begun. */
export function* give_memory(vdev: P2pDevice): Kthread {
  vdev.taken = false;
  yield* up_write(vdev.memory_lock, { stop: true });
}

/**
 * Ends every registration of these devices before their memory is taken away: marks under
 * memory_lock, and waits for the pages without it, while no registration is admitted any more.
 * Source: derived; memunmap_pages(), v7.3, waits without a timeout.
 */
export function* unregister_all(k: P2pKernel, devices: readonly P2pDevice[]): Kthread {
  const bars = devices.flatMap((vdev) => vdev.bars);
  const has = (mark: P2pBar['mark']) => bars.some((bar) => bar.mark === mark);
  for (const vdev of devices) vdev.taken = true;
  yield* until(() => !has('registering'), 'a BAR is being registered');
  for (const { memory_lock, bars } of devices) {
    const registered = bars.filter(({ mark }) => mark === 'registered');
    if (registered.length === 0) continue;
    yield* down_write(memory_lock, { stop: false });
    for (const bar of registered) mark_unregistering(k, bar);
    yield* up_write(memory_lock);
  }
  yield* until(() => !has('unregistering'), 'pages of a BAR are held');
}

function mark_unregistering(k: P2pKernel, bar: P2pBar): void {
  const name = `${bar.label}.teardown`;
  bar.mark = 'unregistering';
  k.scheduler.spawn(name, name, () => teardown(k, bar));
}

/** Teardown of one BAR, in the only order in which nothing is used after it is freed. */
function* teardown(k: P2pKernel, bar: P2pBar): Kthread<string> {
  const remove = `${bar.label}.remove_resource`;
  yield* step(remove, { commits: remove, stop: true });
  pci_p2pdma_remove_resource(k, bar);
  if (k.has('free_at_remove')) bar.mark = 'free';
  const label = `${bar.label}.drained`;
  yield {
    stop: true,
    options: () => [{ label, commits: label }],
    ready: () => drained(k, bar),
    waitsFor: () => `pages of ${bar.label} are held`,
  };
  memunmap_pages(k, bar);
  bar.mark = 'free';
  return 'ok';
}

function* until(ready: () => boolean, waitsFor: string): Kthread {
  yield { ready, waitsFor: () => waitsFor, hidden: 'both', options: () => [{ label: waitsFor }] };
}
