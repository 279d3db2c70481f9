import { type Kthread, step, test } from '../kernel/step.ts';
import { down_write, up_write } from '../locks/rwsem.ts';
import { move_notify } from './importer-functions.ts';
import { kref_put, type MappingKernel, resv_lock, resv_unlock } from './mapping-kernel.ts';

/**
 * A vfio-pci device that takes the memory of its buffer away.
 * Source: vfio_pci_dma_buf_move(), vfio_pci_dma_buf_cleanup(), dma_buf_invalidate_mappings(), v7.3.
 */

/** dma_buf_invalidate_mappings(): the one attachment, if it is listed and can be told. */
function* invalidate_mappings(k: MappingKernel): Kthread {
  yield* step('buf[0].invalidate_mappings:begin');
  if (yield* test('att[0].listed', () => k.attachment?.listed === true)) {
    yield* step(`imp.notify:${k.dynamic ? 'some' : 'none'}`);
    if (k.dynamic) yield* move_notify(k);
  }
  yield* step('buf[0].invalidate_mappings:end');
}

function* find(k: MappingKernel): Kthread<boolean> {
  yield* step('buf[0].listed:true');
  yield* step('buf[0].get_file_active:true');
  return yield* test('buf[0].revoked', () => k.revoked);
}

/** vfio_pci_dma_buf_move(true). */
function* revoke(k: MappingKernel): Kthread {
  yield* step('dev[0].move(true):begin');
  if (!(yield* find(k))) yield* drained(k);
  yield* step('buf[0].fput');
  yield* step('dev[0].move(true):end');
}

function* drained(k: MappingKernel): Kthread {
  yield* resv_lock(k);
  yield* step('buf[0].revoked.set');
  k.revoked = true;
  yield* invalidate_mappings(k);
  yield* step('buf[0].resv.wait(BOOKKEEP)');
  if (!k.has('B-19')) yield* resv_unlock(k);
  yield* kref_put(k);
  yield {
    options: () => [{ label: 'buf[0].comp.wait' }],
    ready: () => k.completed > 0,
    waitsFor: () => 'an importer has a mapping',
  };
  k.completed -= 1;
  if (k.has('B-19')) yield* resv_unlock(k);
  if (!k.has('B-20')) {
    yield* step('buf[0].kref.init');
    k.kref = 1;
  }
  yield* step('buf[0].comp.reinit');
  k.completed = 0;
}

/** vfio_pci_dma_buf_move(false): importers hear of it first. */
function* restore(k: MappingKernel): Kthread {
  yield* step('dev[0].move(false):begin');
  if (yield* find(k)) {
    yield* resv_lock(k);
    yield* invalidate_mappings(k);
    yield* step('buf[0].resv.wait(BOOKKEEP)');
    yield* resv_unlock(k);
    yield* resv_lock(k);
    yield* step('buf[0].revoked.clear');
    k.revoked = false;
    yield* resv_unlock(k);
  }
  yield* step('buf[0].fput');
  yield* step('dev[0].move(false):end');
}

/** VFIO_DEVICE_RESET, as far as the buffer sees it. */
export function* revoking_reset(k: MappingKernel): Kthread {
  yield* step('dev[0].revoking_reset:begin');
  yield* down_write(k.memory_lock);
  yield* revoke(k);
  if (k.mapped) k.warn('BUG: mapped in a reset');
  yield* restore(k);
  yield* up_write(k.memory_lock);
  yield* step('dev[0].revoking_reset:ok');
}

/** The last close, as far as the buffer sees it. */
export function* last_close(k: MappingKernel): Kthread {
  yield* step('dev[0].last_close:begin');
  k.closed = true;
  yield* down_write(k.memory_lock);
  yield* revoke(k);
  yield* step('exp.vdev.clear');
  k.hasVdev = false;
  yield* up_write(k.memory_lock);
  yield* step('dev[0].last_close:ok');
}
