import { choose, type Kthread, step, test } from '../kernel/step.ts';
import { type ScatterlistKernel, SEGMENT } from './scatterlist-kernel.ts';

/**
 * From ranges to the entries of a scatterlist, twice: as v7.3 has it, and as the series of 2024 had it.
 * Source: dma_buf_phys_vec_to_sgt, calc_sg_nents, fill_sg_entry, dma_buf_free_sgt,
 * drivers/dma-buf/dma-buf-mapping.c, vfio_pci_dma_buf_attach, _map, _unmap, v7.3; populate_sgt() and
 * vfio_pci_dma_buf_map() of "[PATCH v2 3/3] vfio/pci: Allow MMIO regions to be exported through
 * dma-buf", 2024-06-23, of which the mail of 2024-06-24 has no unmap and no attach: those are derived.
 */

/** How one of the two maps a buffer. */
export interface Mapping {
  readonly map: (k: ScatterlistKernel) => Kthread<string>;
  /** Whether attach asks who is P2P; the other asks in map. */
  readonly asksAtAttach: boolean;
}

const peer2peer = (k: ScatterlistKernel) => test('att[0].peer2peer', () => k.allows_peer2peer);
const chunksOf = (length: number) => Math.ceil(length / SEGMENT);

/** dma_buf_dynamic_attach(), as far as the exporter. */
export function* attach(k: ScatterlistKernel, { asksAtAttach }: Mapping): Kthread {
  yield* step('att[0].attach:begin');
  k.exported = true;
  const asks = asksAtAttach && !k.has('asked-in-map');
  k.attached = !asks || (yield* peer2peer(k));
  yield* step(`att[0].attach:${k.attached ? 'ok' : '-EOPNOTSUPP'}`);
}

/** dma_buf_detach(). */
export function* detach(k: ScatterlistKernel): Kthread {
  yield* step('att[0].detach:begin');
  k.attached = false;
  yield* step('att[0].detach:ok');
}

/** dma_buf_map_attachment(), as far as the exporter. */
export function* map(k: ScatterlistKernel, mapping: Mapping): Kthread {
  yield* step('att[0].map:begin');
  yield* step(`att[0].map:${yield* mapping.map(k)}`);
}

/** Frees what the map was allocated, and says why. */
function* givenUp(errno: string): Kthread<string> {
  yield* step('att[0].dma.kfree');
  return errno;
}

const allocated = (name: string) => choose(name, [{ outcome: 'ok' }, { outcome: '-ENOMEM' }]);

const revoked = () => choose('buf[0].revoked', [{ outcome: 'false' }, { outcome: 'true' }]);

// --- v7.3 --------------------------------------------------------------------------------------

/** vfio_pci_dma_buf_map(), dma_buf_phys_vec_to_sgt(), v7.3; its IOVA and `dma->state` are not here. */
function* phys_vec_to_sgt(k: ScatterlistKernel): Kthread<string> {
  if (k.has('asked-in-map') && !(yield* peer2peer(k))) return '-EPERM';
  if ((yield* revoked()) === 'true') return '-ENODEV';
  if ((yield* allocated('att[0].dma.kzalloc')) !== 'ok') return '-ENOMEM';
  const type = yield* map_type(k);
  if (type === 'NOT_SUPPORTED') return yield* givenUp('-EINVAL');
  if (!(yield* sg_alloc_table(k))) return yield* givenUp('-ENOMEM');
  const bus = type === 'BUS_ADDR';
  let sgl = 0;
  for (const i of k.lengths.keys()) {
    if (bus) yield* step(`att[0].range[${i}].bus_addr_map`);
    else if ((yield* allocated(`att[0].range[${i}].map`)) !== 'ok') {
      if (i > 0) yield* unmap_entries(k);
      yield* sg_free_table(k);
      return yield* givenUp('-ENOMEM');
    }
    sgl = yield* fill_sg_entry(k, sgl, yield* length_of(k, i), bus ? 'bus' : 'dma');
  }
  if (sgl < k.table.length) k.warn('WARN_ON_ONCE(sgl) in dma_buf_phys_vec_to_sgt()');
  k.mapped = bus ? 'bus' : 'dma';
  return 'ok';
}

/** pci_p2pdma_map_type(): the topology is the environment's. */
function map_type(k: ScatterlistKernel): Kthread<string> {
  if (k.has('route-not-asked')) return answered('THRU_HOST_BRIDGE');
  return choose('att[0].provider.map_type', [
    { outcome: 'BUS_ADDR' },
    { outcome: 'THRU_HOST_BRIDGE' },
    { outcome: 'NOT_SUPPORTED' },
  ]);
}

function* answered(value: string): Kthread<string> {
  yield* [];
  return value;
}

/** fill_sg_entry(): the entry behind those that it has filled. */
function* fill_sg_entry(
  k: ScatterlistKernel,
  from: number,
  length: number,
  address: 'bus' | 'dma',
): Kthread<number> {
  let sgl = from;
  for (let left = length; left > 0; left -= SEGMENT) {
    yield* write_entry(k, sgl, Math.min(left, SEGMENT), address);
    sgl += 1;
  }
  return sgl;
}

// --- the series of 2024 ------------------------------------------------------------------------

/** vfio_pci_dma_buf_map() of the series: who is not P2P is told so here. */
function* map_of_2024(k: ScatterlistKernel): Kthread<string> {
  if (!(yield* peer2peer(k))) return '-EPERM';
  if ((yield* revoked()) === 'true') return '-ENODEV';
  if ((yield* allocated('att[0].dma.kzalloc')) !== 'ok') return '-ENOMEM';
  if (!(yield* sg_alloc_table(k))) return yield* givenUp('-ENOMEM');
  if (yield* populate_sgt(k)) {
    k.mapped = 'dma';
    return 'ok';
  }
  yield* sg_free_table(k);
  return yield* givenUp('-ENOMEM');
}

/** populate_sgt(): each chunk is mapped, and then written into the next entry. */
function* populate_sgt(k: ScatterlistKernel): Kthread<boolean> {
  let sgl = 0;
  for (const i of k.lengths.keys()) {
    const length = yield* length_of(k, i);
    for (let offset = 0; offset < length; offset += SEGMENT) {
      if ((yield* allocated(`att[0].range[${i}].map`)) !== 'ok') {
        yield* unwind_of_2024(k);
        return false;
      }
      yield* write_entry(k, sgl, Math.min(length - offset, SEGMENT), 'dma');
      sgl += 1;
    }
  }
  return true;
}

/** Its `err:`, for_each_sgtable_sg(): who has no length was not mapped. */
function* unwind_of_2024(k: ScatterlistKernel): Kthread {
  if (k.has('unwinds-nothing')) return;
  for (const e of k.table.keys()) {
    const skips =
      !k.has('unwinds-empty') &&
      !(yield* test(`att[0].entry[${e}].dma_len`, () => k.table[e]!.dma_len > 0));
    if (!skips) yield* unmap_entry(k, e);
  }
}

// --- of both -----------------------------------------------------------------------------------

/** A range's length, as a loop over ranges reads it. */
function* length_of(k: ScatterlistKernel, i: number): Kthread<number> {
  const length = k.lengths[i]!;
  yield* step(`att[0].range[${i}].length.is:${length}`);
  return length;
}

/** How many entries the table is allocated with. */
function* nents_of(k: ScatterlistKernel): Kthread<number> {
  let [nents, size] = [0, 0];
  for (const i of k.lengths.keys()) {
    const length = yield* length_of(k, i);
    nents += k.has('entry-of-range') ? 1 : chunksOf(length);
    size += length;
  }
  return k.has('entries-of-total') ? chunksOf(size) : nents;
}

/** sg_alloc_table(), which zeroes. */
function* sg_alloc_table(k: ScatterlistKernel): Kthread<boolean> {
  const nents = yield* nents_of(k);
  if ((yield* allocated(`att[0].nents[${nents}].sg_alloc_table`)) !== 'ok') return false;
  k.table = Array.from({ length: nents }, () => ({ dma_len: 0, address: 'none' }));
  return true;
}

/** sg_set_page(), sg_dma_address(), sg_dma_len() of one; behind the last sg_next() is NULL. */
function* write_entry(
  k: ScatterlistKernel,
  e: number,
  dma_len: number,
  address: 'bus' | 'dma',
): Kthread {
  yield* step(`att[0].entry[${e}].${address === 'bus' ? 'set_bus' : 'set'}`);
  const entry = k.table[e] ?? k.oops('NULL pointer dereference of sg_next() of the last entry');
  Object.assign(entry, { dma_len, address });
}

/** dma_unmap_phys() of v7.3, dma_unmap_resource() of the series. */
function* unmap_entry(k: ScatterlistKernel, e: number): Kthread {
  yield* step(`att[0].entry[${e}].unmap`);
  const entry = k.table[e]!;
  if (entry.address !== 'dma') k.warn('address 0 of length 0 is unmapped');
  Object.assign(entry, { dma_len: 0, address: 'none' });
}

/** for_each_sgtable_dma_sg(): every entry, filled or not. */
function* unmap_entries(k: ScatterlistKernel): Kthread {
  if (k.has('unwinds-nothing') && k.mapped === 'no') return;
  for (const e of k.table.keys()) yield* unmap_entry(k, e);
}

function* sg_free_table(k: ScatterlistKernel): Kthread {
  yield* step('att[0].sg_free_table');
  if (k.table.some(({ address }) => address === 'dma')) {
    k.warn('BUG: an entry is mapped when its table goes');
  }
  k.table = [];
}

/** dma_buf_unmap_attachment(): dma_buf_free_sgt(), v7.3; of the series derived. */
export function* unmap(k: ScatterlistKernel): Kthread {
  yield* step('att[0].unmap:begin');
  if (k.mapped === 'dma') yield* unmap_entries(k);
  yield* sg_free_table(k);
  yield* step('att[0].dma.kfree');
  k.mapped = 'no';
  yield* step('att[0].unmap:ok');
}

export const MAPPINGS: Readonly<Record<'scatterlist' | 'scatterlist-2024', Mapping>> = {
  scatterlist: { map: phys_vec_to_sgt, asksAtAttach: true },
  'scatterlist-2024': { map: map_of_2024, asksAtAttach: false },
};
