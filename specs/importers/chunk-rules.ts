import { all, any, is, not, type Property, said } from 'xstate-check';
import { CHUNKS } from '../../machines/importers/map-chunks.procedure.ts';
import { VIVEK } from '../revisions/sources.ts';
import { range } from '../shared/contract.ts';
import { oneAnswer, somethingMoves } from '../shared/every-system.ts';
import { isIdle } from '../shared/words.ts';

/** The parts of `map-chunks` that the rules speak of, in one place. */
export const CHUNK_PARTS = {
  importer: 'importer[0]',
  handle: 'att[0].handle',
  peer: 'att[0].peer2peer',
  bars: 'att[0].bars',
  route: 'att[0].provider',
  entry: (k: number) => `att[0].entry[${k}]`,
  length: (i: number) => `att[0].range[${i}].length`,
};

/** What is to hold of the entries of the scatterlist. */
function entryRules(ranges: number): Property[] {
  const entries = range(CHUNKS * ranges).map((k) => CHUNK_PARTS.entry(k));
  const some = (...states: string[]) => any(...entries.map((entry) => is(entry, ...states)));
  return [
    {
      id: 'entry-for-each-chunk',
      kind: 'invariant',
      title: 'the scatterlist has an entry for each chunk that is written into it',
      when: said(
        some('bus', 'mapped', 'past_the_end'),
        'an entry is written',
        'no entry is written',
      ),
      then: not(said(some('past_the_end'), 'it is behind the last one', 'it is one of the table')),
      rule: 'S11',
      source: 'dma_buf_phys_vec_to_sgt, v7.3: WARN_ON_ONCE(sgl) at the end; calc_sg_nents, v7.3',
      consequence: 'the kernel writes through a NULL pointer, with dma_resv held',
    },
    {
      id: 'unwind-is-exact',
      kind: 'invariant',
      title:
        'what was mapped is unmapped, entry by entry, before its table goes, and nothing else is',
      when: said(
        some('mapped', 'unmapped_empty', 'left_mapped', 'read_past_the_end'),
        'an entry was mapped, unmapped, or looked for',
        'no entry was mapped',
      ),
      then: not(
        said(
          some('unmapped_empty', 'left_mapped', 'read_past_the_end'),
          'one was unmapped empty, left mapped, or is not there',
          'none was unmapped empty, left mapped, or is not there',
        ),
      ),
      source: `${VIVEK}: populate_sgt(), err: if (!sg_dma_len(sgl)) continue`,
      consequence: 'dma_unmap_phys() of address 0 and length 0, or a mapping that nobody can undo',
    },
  ];
}

/** What an importer is to be told, and when. */
function askedRules(): Property[] {
  const { handle, peer, bars, route } = CHUNK_PARTS;
  return [
    {
      id: 'attached-may-map',
      kind: 'invariant',
      title: 'an importer that is not P2P is told so when it attaches, and not when it maps',
      when: is(handle, 'attached', 'mapped'),
      then: not(is(peer, 'refuses')),
      rule: 'S10',
      source: 'vfio_pci_dma_buf_attach, v7.3: if (!attachment->peer2peer) return -EOPNOTSUPP',
      consequence:
        'it finds out at its first DMA that it can have none, and asks no other exporter',
    },
    {
      id: 'route-asked',
      kind: 'invariant',
      title: 'a map that succeeds has asked for the way to every BAR of the buffer',
      when: is(handle, 'mapped'),
      then: said(
        all(is(route, 'bus', 'host_bridge'), is(bars, 'one')),
        'the way to all of it was asked for',
        'the way to a part of it was not asked for',
      ),
      source:
        'dma_buf_phys_vec_to_sgt, v7.3: pci_p2pdma_map_type(); the provider is that of one BAR',
      consequence: 'DMA goes where no way leads, or through the host where a switch would do',
    },
  ];
}

export function chunkProperties(ranges: number): Property[] {
  return [
    ...entryRules(ranges),
    ...askedRules(),
    {
      id: 'call-returns',
      kind: 'leads-to',
      title: 'a call of the importer returns',
      when: not(isIdle(CHUNK_PARTS.importer)),
      then: isIdle(CHUNK_PARTS.importer),
      source: 'derived: L2',
      consequence: 'the task of the importer spins in the kernel',
    },
    { id: 'rest', kind: 'rest', title: 'every call can return', source: 'derived: L2' },
    somethingMoves('derived: L2'),
    oneAnswer,
  ];
}
