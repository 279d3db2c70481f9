import { choose, type Kthread, step, test } from '../kernel/step.ts';
import { down_write_queued, up_write } from '../locks/rwsem.ts';
import type {
  BackedPage,
  BufferStatus,
  PageBackedKernel,
  PagedBuffer,
  Topology,
} from './page-backed-kernel.ts';

/**
 * Buffers with pages, as they would have to be: references instead of counts that are written, pages
 * that are inserted by faults, pins that are awaited. No kernel has them.
 * Source: derived from the proof of concept of [RFC PATCH 0/5], 2026-06-10, and the C of v7.3.
 */

/** dma_resv_lock(). */
function* resv_lock(k: PageBackedKernel, buf: PagedBuffer): Kthread {
  yield {
    options: () => [{ label: `${buf.label}.resv.lock` }],
    ready: () => buf.resv === undefined,
    waitsFor: () => `${buf.label}.resv is held by ${buf.resv?.name}`,
  };
  buf.resv = k.current;
}

/** dma_resv_unlock(). */
function* resv_unlock(buf: PagedBuffer): Kthread {
  yield* step(`${buf.label}.resv.unlock`);
  buf.resv = undefined;
}

export function* readStatus(buf: PagedBuffer): Kthread<BufferStatus> {
  const { label } = yield { options: () => [{ label: `${buf.label}.status:${buf.status}` }] };
  return label.slice(label.lastIndexOf(':') + 1) as BufferStatus;
}

/** get_page() of a page that the buffer is of. */
function* claim(k: PageBackedKernel, page: BackedPage): Kthread {
  if (!k.has('A-21')) {
    yield* step(`${page.label}.claim`);
    page.count += 1;
    return;
  }
  yield* step(`${page.label}.set_page_count(1)`);
  if (page.count > 0) k.warn(`BUG: the count of ${page.label} is written while in use`);
  page.count = 1;
}

/** put_page() of it. */
function* unclaim(k: PageBackedKernel, page: BackedPage): Kthread {
  if (!k.has('A-22')) {
    yield* step(`${page.label}.put`);
    page.count -= 1;
    return;
  }
  yield* step(`${page.label}.set_page_count(0)`);
  if (page.count > 1) k.warn(`BUG: the count of ${page.label} is written while in use`);
  page.count = 0;
}

/** DMA_BUF export with pages: those of the BAR are made once, under memory_lock. */
export function* dma_buf_export(k: PageBackedKernel, buf: PagedBuffer): Kthread {
  yield* step(`${buf.label}.export:begin`);
  const made = (yield* makePages(k)) && (yield* listBuffer(k, buf));
  yield* step(`${buf.label}.export:${made ? 'ok' : '-ENOMEM'}`);
}

function* makePages(k: PageBackedKernel): Kthread<boolean> {
  yield* down_write_queued(k.memory_lock);
  const there = yield* test('bar[0].page_backed', () => k.page_backed && !k.has('A-26'));
  const made = there || (yield* add_resource(k));
  yield* up_write(k.memory_lock);
  return made;
}

/** pci_p2pdma_add_resource(), as far as pages: memremap_pages() finds them there, or makes them. */
function* add_resource(k: PageBackedKernel): Kthread<boolean> {
  const name = 'bar[0].add_resource';
  if (k.has_pages) {
    yield* step(`${name}:conflict`);
    k.warn('WARNING: Conflicting mapping in same section');
    return false;
  }
  if ((yield* choose(name, [{ outcome: 'ok' }, { outcome: '-ENOMEM' }])) !== 'ok') return false;
  k.has_pages = true;
  yield* step('bar[0].page_backed.set');
  k.page_backed = true;
  return true;
}

function* listBuffer(k: PageBackedKernel, buf: PagedBuffer): Kthread<boolean> {
  for (const page of buf.pages) yield* claim(k, page);
  const name = `${buf.label}.dma_buf_export`;
  if ((yield* choose(name, [{ outcome: 'ok' }, { outcome: '-ENOMEM' }])) !== 'ok') {
    if (!k.has('A-27')) for (const page of buf.pages) yield* unclaim(k, page);
    return false;
  }
  yield* down_write_queued(k.memory_lock);
  yield* step(`${buf.label}.list_add`);
  buf.listed = true;
  yield* up_write(k.memory_lock);
  yield* step(`${buf.label}.fd_install`);
  buf.file = 1;
  buf.fd = true;
  return true;
}

/** The last reference to the file goes. */
export function* release(k: PageBackedKernel, buf: PagedBuffer): Kthread {
  yield* step(`${buf.label}.release:begin`);
  buf.released = true;
  yield* down_write_queued(k.memory_lock);
  yield* step(`${buf.label}.list_del`);
  buf.listed = false;
  yield* up_write(k.memory_lock);
  if (!k.scope.withoutPages) for (const page of buf.pages) yield* unclaim(k, page);
  yield* step(`${buf.label}.release:end`);
}

/** close() of the descriptor. */
export function* close_fd(buf: PagedBuffer): Kthread {
  yield* step(`${buf.label}.close_fd`);
  buf.fd = false;
  buf.file -= 1;
}

/** What a buffer becomes: importers have unmapped, no PTE is left. Under memory_lock. */
function* revokeTo(k: PageBackedKernel, buf: PagedBuffer, status: BufferStatus): Kthread {
  yield* resv_lock(k, buf);
  yield* step(`${buf.label}.status.set(${status})`);
  buf.status = status;
  yield* resv_unlock(buf);
  yield {
    options: () => [{ label: `${buf.label}.wait_unmapped` }],
    ready: () => buf.mappings === 0,
    waitsFor: () => `an importer maps ${buf.label}`,
  };
  for (const page of buf.pages) yield* zapPage(k, page);
}

/** zap_pte_range() of one page. */
export function* zapPage(k: PageBackedKernel, page: BackedPage): Kthread {
  yield* step(`${page.label}.zap`);
  if (k.vma.ptes.delete(page)) page.count -= 1;
  k.vma.special.delete(page);
  k.vma.pfn = false;
}

const isListed = (buf: PagedBuffer) => test(`${buf.label}.listed`, () => buf.listed);

/**
 * Waits until nobody has pinned a page of the buffer: without memory_lock, and then looks at it all
 * again. `again` is what has to be so still. Source: derived, as dax_break_layout(), v7.3.
 */
function* awaitPins(k: PageBackedKernel, buf: PagedBuffer, again: () => Kthread): Kthread {
  if (k.has('A-23')) return;
  while (yield* anyPinned(buf)) {
    yield* up_write(k.memory_lock);
    for (const page of buf.pages) {
      yield {
        options: () => [{ label: `${page.label}.wait_unpinned` }],
        ready: () => page.pins === 0,
        waitsFor: () => `${page.label} is pinned`,
      };
    }
    yield* down_write_queued(k.memory_lock);
    yield* again();
  }
}

function* anyPinned(buf: PagedBuffer): Kthread<boolean> {
  for (const page of buf.pages) {
    if (yield* test(`${page.label}.pinned`, () => page.pins > 0)) return true;
  }
  return false;
}

/** VFIO_DEVICE_RESET: revokes for a while, waits for pins, resets, and gives the buffer back. */
export function* device_reset(k: PageBackedKernel): Kthread {
  const [buf] = k.buffers;
  yield* step('dev[0].device_reset:begin');
  yield* down_write_queued(k.memory_lock);
  const revoke = () => revokeLive(k, buf!);
  yield* revoke();
  yield* awaitPins(k, buf!, revoke);
  yield* step('dev[0].pci_try_reset_function:begin');
  if (k.pages.some(({ pins }) => pins > 0)) k.warn('BUG: a page is pinned in a reset');
  if (k.vma.ptes.size + k.vma.special.size > 0) k.warn('BUG: a page is mapped in a reset');
  yield* step('dev[0].pci_try_reset_function:ok');
  if ((yield* isListed(buf!)) && (yield* readStatus(buf!)) === 'TEMP_REVOKED') {
    yield* resv_lock(k, buf!);
    yield* step(`${buf!.label}.status.set(OK)`);
    buf!.status = 'OK';
    yield* resv_unlock(buf!);
  }
  yield* up_write(k.memory_lock);
  yield* step('dev[0].device_reset:ok');
}

/** vfio_pci_dma_buf_move(true) of what is on the list and not revoked. */
function* revokeLive(k: PageBackedKernel, buf: PagedBuffer): Kthread {
  if (!(yield* isListed(buf))) return;
  if ((yield* readStatus(buf)) !== 'OK') return;
  yield* revokeTo(k, buf, 'TEMP_REVOKED');
}

/** VFIO_DEVICE_PCI_DMABUF_REVOKE: for good; who asks twice is told so. */
export function* revoke_dma_buf(k: PageBackedKernel, buf: PagedBuffer): Kthread {
  yield* step(`${buf.label}.revoke_dma_buf:begin`);
  yield* down_write_queued(k.memory_lock);
  const answer = yield* revokeForGood(k, buf);
  yield* up_write(k.memory_lock);
  yield* step(`${buf.label}.revoke_dma_buf:${answer}`);
}

function* revokeForGood(k: PageBackedKernel, buf: PagedBuffer): Kthread<string> {
  if (yield* isListed(buf)) {
    const status = yield* readStatus(buf);
    if (status === 'PERM_REVOKED') return '-EBADFD';
    if (status === 'OK') yield* revokeTo(k, buf, 'PERM_REVOKED');
    else yield* upgrade(k, buf);
  }
  yield* awaitPins(k, buf, () => revokeLeft(k, buf));
  return 'ok';
}

/** What was revoked for a while stays revoked. */
function* upgrade(k: PageBackedKernel, buf: PagedBuffer): Kthread {
  yield* resv_lock(k, buf);
  yield* step(`${buf.label}.status.set(PERM_REVOKED)`);
  buf.status = 'PERM_REVOKED';
  yield* resv_unlock(buf);
}

function* revokeLeft(k: PageBackedKernel, buf: PagedBuffer): Kthread {
  if (!(yield* isListed(buf))) return;
  if ((yield* readStatus(buf)) === 'OK') yield* revokeTo(k, buf, 'PERM_REVOKED');
}

/** dma_buf_attach(): the environment says where the importer is. */
export function* attach(k: PageBackedKernel): Kthread {
  const [buf] = k.buffers;
  yield* step('att[0].attach:begin');
  const places = [
    { outcome: 'host_bridge' },
    { outcome: 'bus_addr' },
    { outcome: 'none' },
  ] as const;
  k.topology = (yield* choose('att[0].topology', places)) as Topology;
  const dead = (yield* readStatus(buf!)) === 'PERM_REVOKED';
  yield* step(`att[0].attach:${dead ? '-ENODEV' : 'ok'}`);
  if (dead) k.topology = undefined;
}

/** dma_buf_map_attachment(), and later the unmapping that the importer does when it likes. */
export function* map_attachment(k: PageBackedKernel): Kthread {
  const [buf] = k.buffers;
  yield* step('att[0].map:begin');
  yield* resv_lock(k, buf!);
  const answer = yield* mapLive(k, buf!);
  yield* resv_unlock(buf!);
  yield* step(`att[0].map:${answer}`);
  if (answer !== 'ok') return;
  yield* resv_lock(k, buf!);
  yield* step(`${buf!.label}.mapping.put`);
  buf!.mappings -= 1;
  yield* resv_unlock(buf!);
}

function* mapLive(k: PageBackedKernel, buf: PagedBuffer): Kthread<string> {
  if ((yield* readStatus(buf)) !== 'OK') return '-ENODEV';
  const answer = k.has('A-28') ? yield* mapped('dma_map_resource') : yield* mapByRoute(k);
  if (answer !== 'ok') return answer;
  yield* step(`${buf.label}.mapping.get`);
  buf.mappings += 1;
  return 'ok';
}

/** pci_p2pdma_map_type(), and the address that goes with it. */
function* mapByRoute({ topology }: PageBackedKernel): Kthread<string> {
  const types = { host_bridge: 'THRU_HOST_BRIDGE', bus_addr: 'BUS_ADDR', none: 'NOT_SUPPORTED' };
  yield* step(`att[0].map_type:${types[topology!]}`);
  if (topology === 'none') return '-EINVAL';
  if (topology === 'host_bridge') return yield* mapped('dma_map_phys');
  yield* step('att[0].use_bus_address');
  return 'ok';
}

const mapped = (call: string) => choose(`att[0].${call}`, [{ outcome: 'ok' }, { outcome: '-EIO' }]);

/** mmap() of p2pmem/allocate by somebody else: there is none, where the pages are the buffers' alone. */
export function* p2pmem_allocate(k: PageBackedKernel): Kthread {
  yield* step('bar[0].allocate:begin');
  const there = () => k.has('A-20') && k.has_pages;
  const { label } = yield {
    options: () => [{ label: `bar[0].p2pmem:${there() ? 'present' : 'absent'}` }],
  };
  if (label.endsWith(':present')) k.warn('BUG: a page of a buffer is given to somebody else');
  yield* step(`bar[0].allocate:${label.endsWith(':present') ? 'ok' : '-ENOENT'}`);
}
