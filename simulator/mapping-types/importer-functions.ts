import { choose, type Kthread, step, test } from '../kernel/step.ts';
import { kref_put, type MappingKernel, resv_lock, resv_unlock } from './mapping-kernel.ts';
import { dma_buf_match_mapping, type MatchResult } from './match.ts';

/**
 * An importer of mapping types, as they would have to be: who cannot be told is refused, no match is the
 * errno of today, and the attachment is stored before anybody can revoke. Nobody has written it.
 * Source: RFC 00/26 "Add DMA-buf mapping types", 2026-02-17: 3, 16, 21, 23; derived where it differs.
 */

type Errno = '-EINVAL' | '-ENOMEM' | '-ENODEV' | '-EOPNOTSUPP';

const revoked = (k: MappingKernel) => test('buf[0].revoked', () => k.revoked);

const kfree = function* (k: MappingKernel): Kthread {
  yield* step('att[0].kfree');
  k.attachment = undefined;
};

/** dma_buf_mapping_attach(): nothing to answer where there is an attachment. */
function* mapping_attach(k: MappingKernel): Kthread<Errno | undefined> {
  yield* step('att[0].mapping_attach:begin');
  const errno = yield* attached(k);
  yield* step(`att[0].mapping_attach:${errno ?? 'ok'}`);
  return errno;
}

function* attached(k: MappingKernel): Kthread<Errno | undefined> {
  const ops = [{ outcome: 'move_notify' }, { outcome: 'NULL' }] as const;
  k.dynamic = (yield* choose('imp.importer_ops', ops)) === 'move_notify';
  const allocated = yield* choose('att[0].kzalloc', [{ outcome: 'ok' }, { outcome: '-ENOMEM' }]);
  if (allocated !== 'ok') return '-ENOMEM';
  yield* device(k);
  yield* step('att[0].match:begin');
  k.searched = true;
  const { exp, imp, far } = k;
  const errno = yield* typed(
    k,
    yield* dma_buf_match_mapping({ exp, imp, far, converts: true }, (fault) => k.has(fault)),
  );
  if (errno !== undefined) {
    yield* kfree(k);
    return errno;
  }
  yield* resv_lock(k);
  yield* step('att[0].list_add');
  k.attachment!.listed = true;
  yield* resv_unlock(k);
  return undefined;
}

/** How the exporter comes to its PCI device. */
function* device(k: MappingKernel): Kthread {
  if (!k.has('B-05')) return yield* step('exp.pdev.use');
  yield* step('exp.vdev.use');
  if (!k.hasVdev) k.oops('NULL pointer dereference of priv->vdev');
}

/** What is said of a match, and what the exporter says then. */
function* typed(k: MappingKernel, found: MatchResult): Kthread<Errno | undefined> {
  if (found === '-EINVAL') return k.has('B-22') ? '-EINVAL' : '-EOPNOTSUPP';
  if (typeof found === 'string') return found;
  k.attachment = { type: found.type, listed: false };
  if (!k.has('B-11')) {
    yield* step(`imp.notify:${k.dynamic ? 'some' : 'none'}`);
    if (!k.dynamic) return '-EOPNOTSUPP';
  }
  return (yield* revoked(k)) ? '-ENODEV' : undefined;
}

/** An import: attach, and the map of the type under dma_resv. */
export function* importBuffer(k: MappingKernel): Kthread {
  yield* step('imp.import:begin');
  const errno = (yield* mapping_attach(k)) ?? (yield* mapped(k));
  k.imported = errno === undefined;
  yield* step(`imp.import:${errno ?? 'ok'}`);
}

function* mapped(k: MappingKernel): Kthread<Errno | undefined> {
  yield* resv_lock(k);
  const type = k.attachment!.type;
  yield* step(`att[0].map_type:${type}`);
  yield* step(`att[0].op(${k.has('B-07') ? 'SGT' : type})`);
  const errno = yield* made(k);
  if (errno !== undefined) {
    yield* resv_unlock(k);
    if (!(k.has('B-15') && errno === '-ENOMEM')) yield* detach(k);
    return errno;
  }
  if (k.has('B-06')) yield* resv_unlock(k);
  yield* step('imp.attach.set');
  k.stored = k.attachment;
  if (!k.has('B-06')) yield* resv_unlock(k);
  return undefined;
}

/** map() of the exporter, which looks at `revoked` again, and counts. */
function* made(k: MappingKernel): Kthread<Errno | undefined> {
  if (!k.has('B-12') && (yield* revoked(k))) return '-ENODEV';
  const enough = () => choose('imp.map_alloc', [{ outcome: 'ok' }, { outcome: '-ENOMEM' }]);
  if ((yield* enough()) !== 'ok') {
    if (!k.has('B-17')) return '-ENOMEM';
    yield* step('att[0].op(SGT)');
    if ((yield* enough()) !== 'ok') return '-ENOMEM';
  }
  yield* step('buf[0].kref.get');
  k.kref += 1;
  yield* step('imp.mapping.set');
  k.mapped = true;
  yield* step('imp.mapping.read');
  return undefined;
}

/** dma_buf_detach(). */
function* detach(k: MappingKernel): Kthread {
  yield* resv_lock(k);
  yield* unlist(k);
}

function* unlist(k: MappingKernel): Kthread {
  yield* step('att[0].list_del');
  k.attachment!.listed = false;
  yield* resv_unlock(k);
  yield* kfree(k);
}

/** The importer lets go: it unmaps what a revoke has left, and detaches. */
export function* release(k: MappingKernel): Kthread {
  yield* step('imp.release:begin');
  yield* resv_lock(k);
  if (yield* test('imp.mapping', () => k.mapped)) yield* unmap(k);
  yield* step('imp.attach.clear');
  k.stored = undefined;
  yield* unlist(k);
  k.imported = false;
  yield* step('imp.release:end');
}

function* unmap(k: MappingKernel): Kthread {
  yield* step('imp.mapping.clear');
  k.mapped = false;
  yield* kref_put(k);
}

/** move_notify of the importer, with dma_resv held. */
export function* move_notify(k: MappingKernel): Kthread {
  yield* step('att[0].invalidate:begin');
  if (yield* test('imp.mapping', () => k.mapped)) {
    yield* step('imp.attach.use');
    if (!k.stored) k.oops('NULL pointer dereference of pages->dmabuf.attach');
    yield* unmap(k);
  }
  yield* step('att[0].invalidate:end');
}
